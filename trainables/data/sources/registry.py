"""The registry of data readers: one line for each kind of source that images are read from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A kind of source. Its name in the registry is the key of `DataSource`, or of a study file's data, that takes it.

    Attributes:
        lists: The function that lists the images, as `package.module:name`, imported when it is first needed. It takes
            the `DataSource` and the cache folder and returns a `Pool`: the images with their labels, before anything is
            decoded. It raises `DataError` for what is wrong with the source as a whole.
        own_settings: Settings of `DataSource` that go with this kind, and with others that name them, alone.
        image_size: Side of its images, in pixels, where all have the same; None where that has to be found out.
        takes_path: Whether what it is given is a path, which in a study file starts from the file's folder.
        takes_name: Whether it may also be a name; then it is a path where it begins with `/`, `.` or `~`, or is there.
    """

    lists: str
    own_settings: frozenset[str] = frozenset()
    image_size: int | None = None
    takes_path: bool = False
    takes_name: bool = False


READERS: dict[str, Reader] = {
    "folder": Reader(
        lists="trainables.data.readers.folder:read_folder",
        own_settings=frozenset({"group", "recut"}),
        takes_path=True,
    ),
    "csv": Reader(
        lists="trainables.data.readers.lists.list_reader:read_list",
        own_settings=frozenset({"path", "label", "separator", "split", "group", "root", "recut"}),
        takes_path=True,
    ),
    "hf": Reader(
        lists="trainables.data.readers.hugging_face:read_hugging_face",
        own_settings=frozenset({"config", "image", "label", "group", "recut"}),
        takes_path=True,
        takes_name=True,
    ),
    "torchvision": Reader(
        lists="trainables.data.readers.torchvision_sets:read_torchvision",
        own_settings=frozenset({"root", "recut"}),
    ),
    "digits": Reader(lists="trainables.data.readers.digits:read_digits", image_size=8),
}


def path_keys() -> frozenset[str]:
    """Return the keys of a source whose values are paths."""
    return frozenset(name for name, reader in READERS.items() if reader.takes_path) | {"root"}


def without_effect_on_content() -> frozenset[str]:
    """Return the settings that say where images come from: what they come to is seen by the images themselves."""
    return frozenset(READERS).union(*(reader.own_settings for reader in READERS.values()))


def kinds_with(setting: str) -> tuple[str, ...]:
    """Return the kinds of source that a setting goes with alone; none for one that goes with every kind."""
    return tuple(name for name, reader in READERS.items() if setting in reader.own_settings)
