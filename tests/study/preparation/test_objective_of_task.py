"""What a study's objective needs of its data, and what images with several labels choose."""

from dataclasses import replace

import pytest

from study.preparation.choosing_objective import (
    choose_objective,
    few_images_notes,
    positive_class,
    positive_notes,
    task_problems,
    unmeasurable,
    with_loss_of_task,
)
from study.spec.study_file import StudySpec, load_spec
from trainables.data import PreparedData
from trainables.errors import SettingError


def spec_with(*overrides: str) -> StudySpec:
    return load_spec("digits", overrides=list(overrides))


@pytest.fixture
def two(digits: PreparedData) -> PreparedData:
    counts = {"train": (40, 40), "val": (30, 30), "test": (30, 30)}
    return replace(
        digits,
        classes=("healthy", "ill"),
        counts=counts,
        num_images={name: sum(c) for name, c in counts.items()},
    )


@pytest.fixture
def sets(digits: PreparedData) -> PreparedData:
    counts = {"train": (40, 20), "val": (30, 10), "test": (30, 0)}
    return replace(
        digits, classes=("a", "b"), task="multi_label", counts=counts, num_images=dict.fromkeys(counts, 50)
    )


def test_images_with_several_labels_are_judged_by_mean_average_precision(sets: PreparedData) -> None:
    name, why = choose_objective("auto", sets)
    assert (name, why[:35]) == ("mean_average_precision", "objective: mean average precision, ")
    assert "b (10)" in few_images_notes(sets, name)[0]


def test_their_loss_is_bce_unless_another_is_named_and_that_is_refused(
    sets: PreparedData, two: PreparedData
) -> None:
    spec, said = with_loss_of_task(spec_with(), sets)
    assert spec.training.values["loss"] == "bce"
    assert said[0].startswith("loss: bce")
    assert list(task_problems(spec, sets)) == []
    assert with_loss_of_task(spec_with(), two) == (spec_with(), ())
    named = spec_with("training.loss={choice: [bce, cross_entropy]}", "training.sampling=balanced")
    assert list(task_problems(with_loss_of_task(named, sets)[0], sets)) == [
        "training.loss: bce alone is allowed, as images have several labels each",
        "training.sampling: shuffle alone is allowed, as images have several labels each",
    ]
    assert list(task_problems(named, two)) == []


def test_the_positive_class_is_the_one_that_is_named_or_of_two_the_last(two: PreparedData) -> None:
    spec = spec_with("compare.objective=sensitivity@0.9")
    assert positive_class(spec, two) == {"positive": 1}
    assert "of 'ill', as the last one (compare.positive" in positive_notes("sensitivity@0.9", None, two)[0]
    named = spec_with("compare.objective=sensitivity@0.9", "compare.positive=healthy")
    assert positive_class(named, two) == {"positive": 0}
    assert positive_class(spec_with("compare.objective=auroc"), two) == {}


@pytest.mark.parametrize(
    ("objective", "positive", "said"),
    [
        ("sensitivity@0.9", "sick", "compare.positive: 'sick' is no class; allowed: healthy, ill"),
        ("auroc", "ill", "compare.positive: 'ill' is not allowed with auroc, which is of all classes"),
        ("auroc", None, ""),
        ("sensitivity@0.9", "ill", ""),
    ],
)
def test_what_cannot_be_measured_of_two_classes_is_said(
    two: PreparedData, objective: str, positive: str | None, said: str
) -> None:
    assert unmeasurable(objective, positive, two) == said


def test_what_cannot_be_measured_is_said_before_anything_runs(
    two: PreparedData, sets: PreparedData, digits: PreparedData
) -> None:
    assert "compare.positive: missing: of 5 classes it must be named" in unmeasurable(
        "sensitivity@0.9", None, digits
    )
    none_ill = replace(two, counts={**two.counts, "test": (60, 0)})
    assert unmeasurable("sensitivity@0.9", None, none_ill) == (
        "compare.objective: sensitivity@0.9 needs test images of 'ill' and of other classes; there are 0 of 60"
    )
    assert "needs a class that some test images have" in unmeasurable("auroc", None, none_ill)
    assert unmeasurable("accuracy", None, sets) == (
        "compare.objective: accuracy is not allowed, as images have several labels each; allowed: auroc, "
        "mean_average_precision, macro_f1"
    )
    assert unmeasurable("auroc", None, sets) == ""


@pytest.mark.parametrize("name", ["auc", "sensitivity@2", "sensitivity"])
def test_what_is_no_objective_is_refused_as_the_file_is_read(name: str) -> None:
    with pytest.raises(
        SettingError, match=rf"compare\.objective: '{name}' is not allowed; auto, accuracy, balanced_accuracy"
    ):
        spec_with(f"compare.objective={name}")
