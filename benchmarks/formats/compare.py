"""What readers make of every kind of file: right, silently wrong, left out or refused; the table of docs/formats.md.

    python -m benchmarks.formats.compare [--peers PYTHON] [--write]

Files of known pixels are made on the spot (`benchmarks.formats.kinds`). A reader that this environment cannot import
runs with PYTHON, the interpreter of another one (with fastai and datasets), or is skipped. `--write` puts the table
into the page.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.formats.kinds.files import WrittenKind, write_kinds
from benchmarks.formats.outcome import OUTCOMES, Outcome, outcome
from benchmarks.formats.readers.child import BEGUN
from benchmarks.formats.readers.peers import READERS
from benchmarks.harness.measure import REPOSITORY

PAGE = REPOSITORY / "docs" / "formats.md"
BEGIN, END = "<!-- made by python -m benchmarks.formats.compare -->", "<!-- end -->"


@dataclass(frozen=True, kw_only=True)
class Column:
    """What one reader made of every kind.

    Attributes:
        name: Of the reader.
        versions: Of its packages, in words.
        outcomes: In the order of the kinds.
    """

    name: str
    versions: str
    outcomes: tuple[Outcome, ...]


def main() -> None:
    """Print the table, or put it into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", help="interpreter of an environment with the readers that this one lacks")
    parser.add_argument("--write", action="store_true", help="put the table into docs/formats.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kinds = write_kinds(Path(folder) / "root" / "all")
        pythons = [sys.executable, *([arguments.peers] if arguments.peers else [])]
        columns = [column for name in READERS if (column := _column(name, kinds, pythons, Path(folder)))]
        text = table(kinds, columns)
    if arguments.write:
        PAGE.write_text(_replaced(PAGE.read_text(), text))
    else:
        print(text)


def table(kinds: Sequence[WrittenKind], columns: Sequence[Column]) -> str:
    """Return counts, then a row a kind, in Markdown."""
    counts = [
        [column.name, column.versions, *(str(Counter(column.outcomes)[each]) for each in OUTCOMES)]
        for column in columns
    ]
    rows = [[kind.name, *(column.outcomes[place] for column in columns)] for place, kind in enumerate(kinds)]
    summary = _markdown(["reader", "versions", *OUTCOMES], counts)
    return f"{summary}\n\n{_markdown(['kind', *(column.name for column in columns)], rows)}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _column(name: str, kinds: Sequence[WrittenKind], pythons: Sequence[str], work: Path) -> Column | None:
    """Return what a reader made of the files; None, and a line, where no interpreter can import it."""
    out = work / name
    for python in pythons:
        command = [
            python,
            "-m",
            "benchmarks.formats.readers.child",
            name,
            str(kinds[0].path.parent),
            str(out),
        ]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        while ended.returncode < 0:  # killed by a signal: the reader has died on a file
            died_on = (out / BEGUN).read_text()
            print(f"{name}: dies on {died_on}", file=sys.stderr)
            (out / f"{died_on}.txt").write_text("the process died")
            ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        if ended.returncode == 0:
            found = tuple(_outcome(kind, out) for kind in kinds)
            return Column(name=name, versions=(out / "versions.txt").read_text(), outcomes=found)
        print(f"{name}: {python}: {ended.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    return None


def _outcome(kind: WrittenKind, out: Path) -> Outcome:
    if (out / f"{kind.path.name}.left_out").exists():
        return "left out"
    read = out / f"{kind.path.name}.npy"
    return outcome(np.load(read) if read.exists() else None, kind.expected)


def _replaced(page: str, text: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


if __name__ == "__main__":
    main()
