"""Which networks, sides, layouts and precisions PyTorch crashes in on this CPU; each cell in a process of its own.

    python -m benchmarks.experiments.crash_sweep --out cells.jsonl [--small-resnet] [--torchvision] [--threads 1 2]

A cell is two training steps of 5 images. Cells that the file has are not run again. Environment:
`ONEDNN_MAX_CPU_ISA=AVX2` stands for a CPU without AVX-512; `LD_PRELOAD` of what `guarded_memory.c` compiles to makes
every write past the end of a block a crash, also one that would hit nothing by chance.
"""

import argparse
import json
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

import torch

from trainables.compute.execution import Execution, Layout, UnscaledPrecision
from trainables.compute.probe import Workload, training_step
from trainables.networks.names import SMALL_RESNET

WIDTHS = (2, 4, 6, 7, 8, 10, 12, 15, 16, 17, 20, 24, 32)
SIDES = (8, 16, 32, 48, 64, 96, 128)
NETWORKS = (
    "alexnet", "densenet121", "efficientnet_b0", "googlenet", "mnasnet0_5", "mnasnet1_0", "mobilenet_v2",
    "mobilenet_v3_small", "mobilenet_v3_large", "regnet_x_400mf", "regnet_y_400mf", "resnet18", "resnet34", "resnet50",
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "squeezenet1_0", "squeezenet1_1", "vgg11_bn",
)  # fmt: skip
IMAGES = 5
LIMIT_SECONDS = 90


def main() -> None:
    """Run the cells that are asked for and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="file of JSON lines, added to")
    parser.add_argument("--small-resnet", action="store_true", help=f"widths {WIDTHS}, sides {SIDES}")
    parser.add_argument(
        "--torchvision", action="store_true", help=f"sides {SIDES[2:]}: {', '.join(NETWORKS)}"
    )
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    isa = os.environ.get("ONEDNN_MAX_CPU_ISA", "DEFAULT")
    known = [json.loads(line) for line in arguments.out.open()] if arguments.out.exists() else []
    ended = {_key(cell): cell["end"] for cell in known}
    with arguments.out.open("a", encoding="utf-8") as file:
        for cell in _cells(arguments, isa):
            if _key(cell) not in ended:
                ended[_key(cell)] = _end(cell)
                file.write(json.dumps({**cell, "end": ended[_key(cell)]}) + "\n")
                file.flush()
    print(f"{len(ended)} cells with torch {torch.__version__}: {dict(Counter(ended.values()))}")
    for key, end in ended.items():
        if end.startswith("SIG"):
            print(f"{end}: {key}")


def _cells(arguments: argparse.Namespace, isa: str) -> Iterator[dict[str, Any]]:
    networks: list[tuple[str, int, int]] = []
    if arguments.small_resnet:
        networks += [(SMALL_RESNET, width, side) for width, side in product(WIDTHS, SIDES)]
    if arguments.torchvision:
        networks += [(name, 16, side) for name, side in product(NETWORKS, SIDES[2:])]
    for (name, width, side), layout, precision, threads in product(
        networks, get_args(Layout), get_args(UnscaledPrecision), arguments.threads
    ):
        yield {
            "network": name, "width": width, "side": side, "layout": layout, "precision": precision,
            "threads": threads, "isa": isa, "torch": torch.__version__, "guarded": "LD_PRELOAD" in os.environ,
        }  # fmt: skip


def _key(cell: dict[str, Any]) -> str:
    return " ".join(str(value) for name, value in cell.items() if name != "end")


def _end(cell: dict[str, Any]) -> str:
    """Return how a cell ended in a copy of this process, which has imported everything and computed nothing."""
    process = os.fork()
    if not process:
        try:
            _run(cell)
        except (RuntimeError, ValueError):
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code < 0:
        return signal.Signals(-code).name
    return "refused" if code else "trained"


def _run(cell: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    signal.alarm(LIMIT_SECONDS)
    torch.set_num_threads(cell["threads"])
    workload = Workload(
        architecture=cell["network"], num_classes=5, image_size=cell["side"], channels=3, width=cell["width"]
    )
    step = training_step(
        workload, Execution(layout=cell["layout"], precision=cell["precision"]), images=IMAGES
    )
    step()
    step()


if __name__ == "__main__":
    main()
