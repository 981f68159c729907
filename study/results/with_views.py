"""A winner asked with test-time augmentation: of its own weights, where they and its data are still here."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from study.errors import StudyError
from study.models.description import DESCRIPTION, read_description
from study.models.opening import Model
from study.results.winner import Winner

if TYPE_CHECKING:
    from trainables.config import RunConfig
    from trainables.plan.training import Training

TTA = "tta"


def views_wanted(winner: Winner, asked: bool | None) -> bool:
    """Return whether augmented views are averaged: as is asked, else where they were better on validation images.

    Left to the study, a winner whose weights have been deleted is asked without.
    """
    if asked is not None or winner.results is None or not (winner.folder / DESCRIPTION).exists():
        return bool(asked)
    better = read_description(winner.folder).better_way
    return better is not None and better.way == TTA and _weights(winner).exists()


def with_views(winner: Winner, *, device: str) -> Model:
    """Return the winner with the augmentation of its training, as many views as the study file says.

    Raises:
        StudyError: If the study has no such views, or its weights or prepared data are not here.
    """
    from study.models.served import ServedModel
    from trainables.augmented_classifier import load_augmented
    from trainables.data import open_prepared

    if winner.results is None or not (winner.folder / DESCRIPTION).exists():
        raise StudyError(
            f"{winner.folder}: --tta needs a study's results, whose winner lrstudy has described"
        )
    run, how = _run(winner)
    if not run.tta_views:
        raise StudyError(f"{winner.run} has measured no views: training.tta_views says how many")
    try:
        data = open_prepared(run.data)
        network = load_augmented(_weights(winner), run=run, how=how, data=data)
    except ValueError as error:
        raise StudyError(f"{winner.run} cannot be asked with augmented views: {error}") from error
    description = json.loads((winner.folder / DESCRIPTION).read_text(encoding="utf-8"))
    return ServedModel(network, description, device=device)


def _weights(winner: Winner) -> Path:
    assert winner.results is not None
    return winner.results.checkpoints / f"{winner.run}.pt"


def _run(winner: Winner) -> tuple["RunConfig", "Training"]:
    """Return the settings of the winner's run, and how its last phase trained."""
    from analysis import load_study
    from trainables.config import parse_config

    assert winner.results is not None
    records = load_study(winner.results.folder).records
    row = records[records["run"] == winner.run].iloc[-1]
    run, phases = parse_config(row["config"])
    return run, phases[-1].training
