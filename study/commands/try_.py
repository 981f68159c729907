"""`lrstudy try`: open a page on this machine that shows what a winner says of photographs."""

import argparse
import threading
from typing import TYPE_CHECKING

from study.commands.shared.arguments import path_argument

if TYPE_CHECKING:
    from study.models.trying.page import ShownModel
    from study.results.winner import Winner


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, or a model's own"
    )
    parser.add_argument("--arm", help="whose winner is asked (default: the arm that the study says to use)")
    parser.add_argument("--port", type=int, default=0, help="to listen on (default: a free one)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where it computes")


def execute(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C; its address is printed once it answers."""
    from study.models.opening import open_model
    from study.models.trying.server import serving
    from study.results.places import read_here
    from study.results.winner import meant_model

    winner = meant_model(arguments.folder, arm=arguments.arm)
    source = None if winner.results is None else read_here(winner.results).data.target
    model = open_model(winner.folder, device=arguments.device, source=source)
    shown = _shown(winner, tuple(name[2:] for name in model.columns if name.startswith("p_")))
    with serving(model, shown, port=arguments.port) as address:
        print(f"Open {address} in a browser and drop a photograph on the page. Ctrl-C ends it.", flush=True)
        threading.Event().wait()
    return 0


def _shown(winner: "Winner", classes: tuple[str, ...]) -> "ShownModel":
    from study.models.description import DESCRIPTION, SINGLE_LABEL, read_description
    from study.models.trying.page import ShownModel

    known = read_description(winner.folder) if (winner.folder / DESCRIPTION).exists() else None
    name = winner.results.folder.name if winner.results is not None else winner.folder.absolute().name
    said = [
        f"The winner of the arm {winner.arm}: {winner.run}." if winner.arm else f"The model of {winner.run}."
    ]
    if known is not None and known.objective and known.test_objective is not None:
        said.append(
            f"{known.objective.replace('_', ' ').capitalize()} of this run on the study's test images: "
            f"{known.test_objective:.3f}."
        )
    if known is None or known.task == SINGLE_LABEL:
        said.append(f"It answers with one of its {len(classes)} classes, whatever the picture shows.")
    return ShownModel(name=name, classes=classes, said=said)
