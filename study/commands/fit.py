"""`lrstudy fit`: train the recommended configuration and write the model that it makes."""

import argparse
import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from study.commands.shared.arguments import add_overrides, path_argument
from study.commands.shared.where_next import shown
from study.errors import StudyError
from study.fitting.default_configuration import ARCHITECTURE, EPOCHS
from study.fitting.default_configuration import WEIGHTS as START_WEIGHTS
from study.fitting.operating_point import Kind, Wanted

if TYPE_CHECKING:
    from study.fitting.recommendation import Recommendation

MAX_NETWORKS = 50
OF_IMAGES = ("weights", "architecture", "image_size", "epochs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "what",
        nargs="?",
        metavar="FILE",
        help="a study file, or the results folder of a study: its winner is trained",
    )
    parser.add_argument(
        "--data",
        type=path_argument,
        metavar="PLACE",
        help="instead: images; a folder a class, an archive or a list",
    )
    parser.add_argument(
        "--weights", help=f"start weights with --data, as in a study file (default: {START_WEIGHTS})"
    )
    parser.add_argument("--architecture", help=f"network with --data (default: {ARCHITECTURE})")
    parser.add_argument(
        "--image-size", type=int, help="side in pixels with --data (default: the images', at most 224)"
    )
    parser.add_argument("--epochs", type=int, help=f"epochs with --data (default: {EPOCHS})")
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="K", help="networks that answer together (default: 1)"
    )
    parser.add_argument("--name", help="of the results (default: the study's or the folder's, with -fit)")
    parser.add_argument("--positive", metavar="CLASS", help="of two classes that which is looked for")
    rate = parser.add_mutually_exclusive_group()
    rate.add_argument("--sensitivity", type=float, help="share of it that is to be found, such as 0.95")
    rate.add_argument(
        "--specificity", type=float, help="share of the other class to be left alone, such as 0.9"
    )
    add_overrides(parser, "override a key of a study file")
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Train, write the model and its card, and say how good it is."""
    wanted = _wanted(arguments)
    if not 1 <= arguments.seeds <= MAX_NETWORKS:
        raise StudyError(f"--seeds {arguments.seeds}: a whole number from 1 to {MAX_NETWORKS} is allowed")
    recommended, folder = _recommended(arguments)
    from study.fitting.answer import FIT, answer_of, values_of
    from study.fitting.fit import fit_model
    from study.fitting.model import write_fitted
    from study.fitting.places import MODEL, WEIGHTS, unfinished
    from study.results.folder import write_whole
    from trainables.data import cache_dir
    from trainables.sharing.leases import cache_in_use

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    say(f"training {recommended.chosen}")
    with unfinished(folder) as part, cache_in_use(cache_dir()):
        fitted = fit_model(
            recommended, num_seeds=arguments.seeds, wanted=wanted, folder=part / WEIGHTS, say=say
        )
        say("writing the model")
        lacking = write_fitted(part / MODEL, fitted, name=folder.name, shown_folder=shown(folder))
        values = values_of(fitted, name=folder.name)
        write_whole(
            part / MODEL / FIT, json.dumps(values, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
        )
    if arguments.json:
        print(json.dumps({**values, "folder": str(folder)}, indent=2, allow_nan=False, ensure_ascii=False))
        return 0
    print(answer_of(fitted, name=folder.name, folder=shown(folder)))
    for each in lacking:
        print(f"The model has {each}.")
    return 0


def _wanted(arguments: argparse.Namespace) -> Wanted | None:
    rates: dict[Kind, float | None] = {
        "sensitivity": arguments.sensitivity,
        "specificity": arguments.specificity,
    }
    given = {kind: value for kind, value in rates.items() if value is not None}
    if not given and arguments.positive is None:
        return None
    if not given or arguments.positive is None:
        raise StudyError("a threshold needs --positive CLASS and one of --sensitivity and --specificity")
    ((kind, value),) = given.items()
    if not 0 < value < 1:
        raise StudyError(f"--{kind} {value:g}: a number between 0 and 1 is allowed")
    return Wanted(positive=arguments.positive, kind=kind, value=value)


def _recommended(arguments: argparse.Namespace) -> tuple["Recommendation", Path]:
    """Return what to train, and where its results go."""
    from study.fitting.places import refuse_existing
    from study.fitting.recommendation import of_file, of_results

    if (arguments.what is None) == (arguments.data is None):
        raise StudyError("a study file, a results folder, or --data PLACE is needed, and one of them alone")
    if arguments.data is not None:
        name = arguments.name or _name_of(arguments.data)
        folder = Path.cwd() / "results" / name
        refuse_existing(folder)
        return _of_images(arguments, name=name, place=folder.parent), folder
    unused = [f"--{name.replace('_', '-')}" for name in OF_IMAGES if getattr(arguments, name) is not None]
    if unused:
        raise StudyError(
            f"{', '.join(unused)} go with --data; a study has its own (-s KEY=VALUE overrides them)"
        )
    path = Path(arguments.what).expanduser()
    if path.is_dir() and arguments.overrides:
        raise StudyError("-s goes with a study file; a study's winner is trained as it was found")
    recommended = (
        of_results(path.absolute())
        if path.is_dir()
        else of_file(arguments.what, overrides=arguments.overrides)
    )
    folder = recommended.place / (arguments.name or f"{recommended.study or recommended.spec.name}-fit")
    refuse_existing(folder)
    return recommended, folder


def _of_images(arguments: argparse.Namespace, *, name: str, place: Path) -> "Recommendation":
    from study.fitting.recommendation import of_images
    from study.spec.template.commented_file import DEFAULT_SIDE
    from study.spec.template.images_section import images_summary
    from trainables.data.sources.places import is_list

    if arguments.overrides:
        raise StudyError("-s goes with a study file; with --data there are --epochs, --image-size and others")
    data = arguments.data.absolute()
    try:
        summary = images_summary(data)
    except ValueError as error:
        raise StudyError(str(error)) from error
    if summary.listed is not None and summary.listed.undecided:
        raise StudyError(
            f"{data}: {'; '.join(summary.listed.undecided)}. Name it in the study file that lrstudy new FILE --data "
            f"{shlex.quote(str(arguments.data))} writes, and fit that: lrstudy fit FILE"
        )
    side = arguments.image_size or min(DEFAULT_SIDE, summary.shorter_side or DEFAULT_SIDE)
    target: dict[str, object] = {"csv" if is_list(data) else "folder": str(data), "image_size": side}
    if summary.listed is not None and summary.listed.without_val:
        target["recut"] = "val"  # some classes have no validation image: it is cut anew out of both
    return of_images(
        target,
        name=name,
        place=place,
        epochs=EPOCHS if arguments.epochs is None else arguments.epochs,
        architecture=arguments.architecture or ARCHITECTURE,
        weights=arguments.weights or START_WEIGHTS,
    )


def _name_of(data: Path) -> str:
    stem = re.sub(r"[^\w.-]+", "-", data.absolute().stem).strip("-.")[:70]
    return f"{stem or 'images'}-fit"
