"""Measure how fast lrstudy is beside what else one would use, and write `benchmarks/latest.json`.

python -m benchmarks                      all lines
python -m benchmarks step head            these
python -m benchmarks --images FOLDER      on a folder of train/CLASS/*.jpg, val/..., test/...
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.drawn_images import draw_images
from benchmarks.line import Line
from benchmarks.lines import ALL
from benchmarks.measure import REPOSITORY
from benchmarks.settings import NotInstalledError, Settings

LATEST = REPOSITORY / "benchmarks" / "latest.json"
PER_CLASS = {"train": 600, "val": 600, "test": 100}


def main() -> int:
    """Print a row a line as it is measured; return 1 where a line was not reached or could not be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m benchmarks"
    )
    names = [line.name for line in ALL]
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"{', '.join(names)}; left out: all")
    parser.add_argument("--images", type=Path, help="folder of images; left out: some are drawn")
    parser.add_argument(
        "--peers",
        type=Path,
        default=REPOSITORY / ".venv-peers" / "bin" / "python",
        help="Python of the peers",
    )
    parser.add_argument("--quick", action="store_true", help="few turns, nothing is kept: does it work?")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.lines) - set(names)):
        parser.error(f"unknown {', '.join(unknown)}; there are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        images = (
            arguments.images.resolve()
            if arguments.images
            else draw_images(work / "drawn", per_class=PER_CLASS)
        )
        settings = Settings(images=images, peers=arguments.peers.absolute(), work=work, quick=arguments.quick)
        print("| line | ratio | lowest ... highest | n | to reach |\n|---|---|---|---|---|", flush=True)
        reached = [
            _measure(
                line, settings, images="drawn images" if arguments.images is None else arguments.images.name
            )
            for line in ALL
            if line.name in (arguments.lines or names)
        ]
    return int(not all(reached))


def _measure(line: Line, settings: Settings, *, images: str) -> bool:
    """Measure a line, print it, keep it; return whether it was reached."""
    aim = "a result" if line.to_reach is None else f"{line.to_reach:g}"
    try:
        found = line.measure(settings)
    except NotInstalledError as error:
        print(f"| {line.name} | not measured: {error} | | | {aim} |", flush=True)
        return False
    print(
        f"| {line.name} | {found.ratio:.2f} | {found.low:.2f} ... {found.high:.2f} | {found.n} | {aim} |",
        flush=True,
    )
    if not settings.quick:
        entry = found.as_dict() | {
            "against": line.against,
            "to_reach": line.to_reach,
            "machine": f"{os.cpu_count()} CPUs, {platform.processor() or platform.machine()}, {platform.system()}",
            "images": images,
            "command": f"python -m benchmarks {line.name}",
            "date": date.today().isoformat(),
        }
        _keep(line.name, entry)
    return line.to_reach is None or found.ratio >= line.to_reach


def _keep(name: str, entry: dict[str, Any]) -> None:
    known = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    LATEST.write_text(json.dumps(known | {name: entry}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
