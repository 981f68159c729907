"""When augmented views are averaged: as asked, else where they were better on validation images and can be."""

from dataclasses import replace
from pathlib import Path

import pytest

from study.errors import StudyError
from study.models.description import DESCRIPTION, BetterWay, ModelDescription
from study.results.folder import Results
from study.results.winner import Winner
from study.results.with_views import views_wanted, with_views
from trainables.data.preprocessing import Preprocessing

BETTER = BetterWay(way="tta", difference=0.04, low=0.01, high=0.07, num_runs=3)
PREPROCESSING = Preprocessing(
    image_size=8, channels=1, fit="crop", background="white", pages="refuse", window=None, reads_8_bit=True
)
PLAIN = ModelDescription(
    classes=("a", "b"), preprocessing=PREPROCESSING, mean=(0.5,), std=(0.5,), architecture="small_resnet",
    weights="none", run="fixed-confirm-0",
)  # fmt: skip


def winner(folder: Path, better: BetterWay | None, *, weights: bool = True) -> Winner:
    results = Results(folder=folder)
    model = results.models / "fixed"
    model.mkdir(parents=True)
    (model / DESCRIPTION).write_text(replace(PLAIN, better_way=better).as_json())
    results.checkpoints.mkdir()
    if weights:
        (results.checkpoints / "fixed-confirm-0.pt").touch()
    return Winner(folder=model, run="fixed-confirm-0", arm="fixed", results=results)


@pytest.mark.parametrize(
    ("better", "weights", "wanted"),
    [
        (BETTER, True, True),
        (BETTER, False, False),
        (replace(BETTER, way="ensemble"), True, False),
        (None, True, False),
    ],
)
def test_left_to_the_study_validation_decides(
    tmp_path: Path, better: BetterWay | None, weights: bool, wanted: bool
) -> None:
    found = winner(tmp_path, better, weights=weights)
    assert views_wanted(found, None) is wanted
    assert views_wanted(found, True) is True
    assert views_wanted(found, False) is False


def test_a_model_without_a_study_has_no_views(tmp_path: Path) -> None:
    alone = replace(winner(tmp_path, BETTER), results=None)
    assert views_wanted(alone, None) is False
    with pytest.raises(StudyError, match="--tta needs a study's results"):
        with_views(alone, device="cpu")
