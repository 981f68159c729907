"""Measure how fast lrstudy is beside what else one would use, and write `benchmarks/latest.json`.

python -m benchmarks                      all lines
python -m benchmarks step head            these
python -m benchmarks --images FOLDER      on a folder of train/CLASS/*.jpg, val/..., test/...
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.harness.drawn_images import draw_images
from benchmarks.harness.line import Line
from benchmarks.harness.measure import REPOSITORY
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.lines import ALL

LATEST = REPOSITORY / "benchmarks" / "latest.json"
PER_CLASS = {"train": 600, "val": 600, "test": 100}
FEW_PER_CLASS = {"train": 100, "val": 100, "test": 20}
DRAWN = "drawn images"


def main() -> int:
    """Print a row a line as it is measured; return 1 where a line was not reached or could not be measured."""
    arguments = _arguments()
    per_class = FEW_PER_CLASS if arguments.quick else PER_CLASS
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        settings = Settings(
            images=arguments.images or draw_images(work / "drawn", per_class=per_class),
            source=arguments.source,
            peers=arguments.peers.absolute(),
            work=work,
            quick=arguments.quick,
        )
        print("| line | ratio | lowest ... highest | n | to reach |\n|---|---|---|---|---|", flush=True)
        images = arguments.images.name if arguments.images else DRAWN
        lines = [line for line in ALL if not arguments.lines or line.name in arguments.lines]
        reached = [_measure(line, settings, images=images) for line in lines]
    return int(not all(reached))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m benchmarks"
    )
    names = [line.name for line in ALL]
    peers = REPOSITORY / ".venv-peers" / "bin" / "python"
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"{', '.join(names)}; left out: all")
    parser.add_argument("--images", type=_folder, help="folder of images; left out: some are drawn")
    parser.add_argument("--source", type=_folder, help="folder of images to train start weights on")
    parser.add_argument("--peers", type=Path, default=peers, help="Python of the peers (%(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="few turns and images, nothing is kept: does it work?"
    )
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.lines) - set(names)):
        parser.error(f"unknown {', '.join(unknown)}; there are {', '.join(names)}")
    return arguments


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if not (folder / "train").is_dir() or not (folder / "val").is_dir():
        raise argparse.ArgumentTypeError(f"{folder} is no folder with train/CLASS and val/CLASS below it")
    return folder


def _measure(line: Line, settings: Settings, *, images: str) -> bool:
    """Measure a line, print it, keep it; return whether it was reached."""
    aim = "a result" if line.to_reach is None else f"{line.to_reach:g}"
    try:
        found = line.measure(settings)
    except NotMeasurableError as error:
        print(f"| {line.name} | not measured: {error} | | | {aim} |", flush=True)
        return False
    except (RuntimeError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"| {line.name} | failed: {error} | | | {aim} |", flush=True)
        return False
    low, high = ("-" if bound is None else f"{bound:.2f}" for bound in (found.low, found.high))
    print(f"| {line.name} | {found.ratio:.2f} | {low} ... {high} | {found.n} | {aim} |", flush=True)
    if not settings.quick:
        entry = {
            "against": line.against,
            "to_reach": line.to_reach,
            "machine": f"{os.cpu_count()} CPUs, {platform.processor() or platform.machine()}, {platform.system()}",
            "images": DRAWN if line.draws_images else images,
            "command": f"python -m benchmarks {line.name}",
            "date": date.today().isoformat(),
        }
        _keep(line.name, found.as_dict() | entry)
    return line.to_reach is None or found.ratio >= line.to_reach


def _keep(name: str, entry: dict[str, Any]) -> None:
    known = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    LATEST.write_text(json.dumps(known | {name: entry}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
