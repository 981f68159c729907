"""Images in, equal squares out: decoded once for each machine, split, checked, and mapped into memory."""

from trainables.data.building import prepare
from trainables.data.prepared import PreparedData, Split, open_prepared
from trainables.data.readers.lists.frames import saved_list
from trainables.data.sources.errors import DataError
from trainables.data.sources.source import DataSource, parse_source
from trainables.sharing.cache_folder import cache_dir

__all__ = [
    "DataError",
    "DataSource",
    "PreparedData",
    "Split",
    "cache_dir",
    "open_prepared",
    "parse_source",
    "prepare",
    "saved_list",
]
