"""A data frame as a list that a data set can be read from, by this process and by others."""

import io
import os
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from trainables.data.readers.lists.table import ROOT_KEY, text_of
from trainables.data.sources.pool import digest
from trainables.sharing.cache_folder import cache_dir

if TYPE_CHECKING:
    import pandas as pd


def saved_list(frame: "pd.DataFrame", *, root: str | Path = ".", cache: Path | None = None) -> str:
    """Write a data frame into the cache as a list, named by its content, and return its path: what `csv` takes.

    `DataSource(csv=saved_list(frame), label="species")` is a data set like any other: it can be compared, written into
    a study file, and handed to workers that see this machine's disk.

    Args:
        frame: A row for each image. A named index is a column; paths may be `Path`s, labels of any plain type.
        root: Folder that relative paths begin at, or an archive; `root` of the data source goes before it.
        cache: Cache folder; None: `cache_dir()`.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pandas.api.types import is_object_dtype

    plain = frame.rename(columns=str)
    for name, kind in plain.dtypes.items():
        if is_object_dtype(kind) or isinstance(kind, pd.CategoricalDtype):
            plain[name] = plain[name].astype(object).map(_plain)
    table = pa.Table.from_pandas(plain)
    at = str(Path(root).expanduser().absolute()).encode()
    content = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), ROOT_KEY: at}), content)
    folder = (cache if cache is not None else cache_dir()) / "lists"
    path = folder / f"{digest(content.getvalue())}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}-{get_ident()}.partial")
    beside.write_bytes(content.getvalue())
    beside.replace(path)
    return str(path)


def _plain(value: Any) -> object:
    """Return a value as Parquet takes it: a column has one type there."""
    import numpy as np
    import pandas as pd

    if isinstance(value, set | frozenset):
        return sorted(map(text_of, value))
    if isinstance(value, list | tuple | np.ndarray):
        return list(map(text_of, value))
    if pd.isna(value):
        return None
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)
