"""Groups of images that belong together: a pattern of the path, or a column of a CSV file."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from trainables.data.sources.errors import Problems
from trainables.data.sources.source import CSV_GROUP


def groups_of(paths: Sequence[str], *, group: str, folder: Path, problems: Problems) -> dict[str, str]:
    """Return the group of every path.

    Args:
        paths: Paths relative to the folder, with forward slashes.
        group: The `group` of a DataSource.
        folder: The folder of images; a CSV file's relative path starts there.
        problems: Takes the paths that have no group.
    """
    in_csv = CSV_GROUP.fullmatch(group)
    if in_csv:
        table = _read_csv(folder / Path(in_csv["file"]).expanduser(), in_csv["column"], problems)
        found = {path: table[path] for path in paths if table.get(path)}
    else:
        matches = {path: re.search(group, path) for path in paths}
        found = {path: match[1] for path, match in matches.items() if match and match[1]}
    for path in paths:
        if path not in found:
            problems.add(f"without a group (group = {group!r})", path)
    return found


def _read_csv(path: Path, column: str, problems: Problems) -> Mapping[str, str]:
    kind = "group file"
    if not path.is_file():
        problems.add(kind, f"{path} does not exist")
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = (
            "is no text in UTF-8"
            if isinstance(error, UnicodeDecodeError)
            else f"can't be read ({error.strerror})"
        )
        problems.add(kind, f"{path} {why}")
        return {}
    with io.StringIO(text, newline="") as lines:
        reader = csv.DictReader(lines)
        names = reader.fieldnames or ()
        missing = [name for name in ("file", column) if name not in names]
        if missing:
            problems.add(kind, f"{path} has no column {' and no '.join(missing)}; it has {', '.join(names)}")
            return {}
        return {row["file"].replace("\\", "/"): row[column] for row in reader if row["file"]}
