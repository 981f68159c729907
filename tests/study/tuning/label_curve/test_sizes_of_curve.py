"""The studies of a label curve: what they share, and what is refused before any is run."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from study.errors import StudyError
from study.preparation.prepare import prepare_study
from study.tuning.label_curve.sizes import CurveFile, parse_sizes, plan_curve
from study.tuning.label_curve.winners import winning_arm
from tests.support.study_files import ON_IMAGES, content


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CurveFile:
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path / "cache"))
    draws = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for index in range(20 if name == "cat" else 40):
            pixels = draws.integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "images" / name / f"{index}.png")
    study = content(
        data={"target": {"folder": "images"}},
        model={"architecture": "small_resnet", "width": 4},
        arms=ON_IMAGES,
    )
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    return CurveFile(file=str(tmp_path / "study.yaml"))


def test_sizes_differ_in_their_name_and_their_training_images_alone(file: CurveFile, tmp_path: Path) -> None:
    plan = plan_curve(file, (4, 8), search_at="each")
    assert plan.folder == tmp_path / "results" / "test-curve"
    four, eight = (plan.studies[size].model_dump() for size in (4, 8))
    assert (four.pop("name"), eight.pop("name")) == ("test-4", "test-8")
    assert four["data"]["target"].pop("train_per_class") == 4
    assert eight["data"]["target"].pop("train_per_class") == 8
    assert four == eight


def test_a_class_with_fewer_images_than_a_size_is_named(file: CurveFile) -> None:
    # 20 and 40 images, of which a fifth each are cut off for validation and test
    with pytest.raises(StudyError, match=r"--per-class: 13, but 'cat' has 12 training images; ") as caught:
        plan_curve(file, (4, 13), search_at="each")
    assert "dog" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["", "10", "10,10", "20,10", "0,10", "-1,5", "10,a", "10;20"])
def test_sizes_that_do_not_rise_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"is not allowed; two or more whole numbers from 1, rising"):
        parse_sizes(wrong)


def test_sizes_that_would_be_measured_on_other_images_are_refused(file: CurveFile, tmp_path: Path) -> None:
    """The one training image of each class is grey, so that all images are stored grey at that size."""
    one = file.load("data.target.train_per_class=1")
    for name in prepare_study(one).target.split("train").ids:
        path = tmp_path / "images" / name
        with Image.open(path) as image:
            image.convert("L").convert("RGB").save(path)
    with pytest.raises(StudyError, match=r"set channels and window in data\.target"):
        plan_curve(file, (1, 10), search_at="each")


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("training.weight_decay={choice: [0.0, 0.001]}", "training.weight_decay is searched"),
        ("search.repeats=2", "search.repeats is 2"),
    ],
)
def test_winners_that_arms_can_not_share_are_refused(file: CurveFile, override: str, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        plan_curve(CurveFile(file=file.file, overrides=(override,)), (4, 8), search_at="largest")


def test_a_winning_arm_searches_nothing_and_finds_its_rate_again(file: CurveFile) -> None:
    search = "{lr: {log_uniform: [0.001, 0.1]}, stem_to_head: {log_uniform: [0.001, 1.0]}}"
    spec = file.load(f"arms.adapted={{recipe: adaptation, head_epochs: 2, head_lr: 0.02, search: {search}}}")
    arm = spec.arms["adapted"]
    config = {"lr": 0.05, "stem_to_head": 0.3, "head_epochs": 2, "head_lr": 0.02, "epochs": 5}
    won = winning_arm(arm, config)
    assert won["recipe"] == "adaptation"
    assert won["search"] == {}
    assert won["head_epochs"] == 2
    assert won["head_lr"] == 0.02  # a constant of the user's stays
    assert won["lr"] == "auto"
    assert won["stem_to_head"] == 0.3
    assert "epochs" not in won
