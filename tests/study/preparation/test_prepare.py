from dataclasses import replace

import pytest

from study.errors import StudyError
from study.preparation.choosing_objective import choose_objective, few_images_notes
from study.preparation.prepare import prepare_study
from study.results.test_split_uses import note_use, num_uses
from study.spec.checks.arm_plans import image_sides
from study.spec.study_file import load_spec
from study.tuning.session import num_concurrent_trials
from trainables.data import PreparedData, cache_dir


def test_a_balanced_set_is_judged_by_accuracy_and_an_unbalanced_one_by_balanced_accuracy(
    digits: PreparedData,
) -> None:
    assert choose_objective("auto", digits) == ("accuracy", "")
    uneven = replace(digits, counts={**digits.counts, "train": (40, 40, 40, 40, 61)})
    name, why = choose_objective("auto", uneven)
    assert name == "balanced_accuracy"
    assert "61 train images and the smallest 40" in why
    uneven_val = replace(digits, counts={**digits.counts, "val": (10, 36, 36, 36, 36)})
    assert choose_objective("auto", uneven_val)[0] == "balanced_accuracy"
    at_the_edge = replace(digits, counts={**digits.counts, "train": (40, 40, 40, 40, 60)})
    assert choose_objective("auto", at_the_edge)[0] == "accuracy"
    assert choose_objective("accuracy", uneven) == ("accuracy", "")


def test_too_few_validation_images_are_named(digits: PreparedData) -> None:
    few = replace(digits, counts={**digits.counts, "val": (30, 30, 30, 30, 7)})
    notes = few_images_notes(few, "balanced_accuracy")
    assert "9 (7)" in notes[0]
    assert few_images_notes(digits, "balanced_accuracy") == ()


def test_a_study_is_resolved_before_it_starts() -> None:
    prepared = prepare_study(load_spec("digits"))
    assert prepared.spec.compare.objective == "accuracy"
    assert prepared.architectures == ("small_resnet",)
    assert prepared.source is not None
    assert prepared.source.key != prepared.target.key


def test_a_network_that_does_not_fit_the_images_is_refused() -> None:
    with pytest.raises(ValueError, match=r"inception_v3.*75"):
        prepare_study(load_spec("digits", overrides=["model.architecture=inception_v3"]))


def test_images_that_training_makes_too_small_for_a_network_are_refused() -> None:
    overrides = ["model={architecture: densenet121}", "training.image_scale={choice: [1, 0.5]}"]
    with pytest.raises(StudyError) as caught:
        prepare_study(load_spec("digits", overrides=overrides))
    assert str(caught.value) == (
        "arms.adapted: image_scale makes images of 8 px 4 px wide: image_size 4 is too small for densenet121; "
        "it must be at least 8."
    )


def test_images_that_a_recipe_makes_smaller_are_looked_at_too() -> None:
    arm = "arms.small={recipe: progressive_resizing, small_scale: 0.25, search: {lr: 0.1}}"
    spec = load_spec("digits", overrides=[arm])
    assert image_sides(spec, image_size=8) == {8: "adapted", 2: "small"}


def test_a_network_without_norms_at_its_blocks_ends_does_not_start_them_at_zero() -> None:
    overrides = ["model={architecture: densenet121}", "training.zero_gamma={choice: [false, true]}"]
    with pytest.raises(
        StudyError, match=r"training\.zero_gamma: zero_gamma is true, but architecture is 'densenet121'"
    ):
        prepare_study(load_spec("digits", overrides=overrides))
    assert prepare_study(load_spec("digits", overrides=["model={}", overrides[1]])).architectures == (
        "small_resnet",
    )


def test_classes_that_the_source_shares_with_the_target_are_refused_as_duplicates() -> None:
    with pytest.raises(StudyError, match="duplicate"):
        prepare_study(load_spec("digits", overrides=["data.source.classes=[5, 6]"]))


def test_trials_at_once_are_counted_machine_by_machine() -> None:
    machine = {"CPU": 8.0, "GPU": 2.0}
    assert num_concurrent_trials([machine], cpus=2, gpus=0) == 4
    assert num_concurrent_trials([machine], cpus=1, gpus=0.5) == 4
    assert num_concurrent_trials([machine], cpus=3, gpus=0.25) == 2
    assert num_concurrent_trials([machine], cpus=1, gpus=0.6) == 2
    assert num_concurrent_trials([machine, {"CPU": 2.0}], cpus=2, gpus=0) == 5
    with pytest.raises(
        StudyError, match="asks for 4 CPUs and 0 GPUs, but there are: 2 CPUs and 0 GPUs; 2 CPUs"
    ):
        num_concurrent_trials([{"CPU": 2.0}, {"CPU": 2.0}], cpus=4, gpus=0)


def test_measurements_of_a_test_split_are_counted_by_its_hash() -> None:
    cache = cache_dir()
    assert num_uses(cache, "f" * 64) == 0
    note_use(cache, "f" * 64, study="a")
    note_use(cache, "f" * 64, study="b")
    assert num_uses(cache, "f" * 64) == 2
    assert num_uses(cache, "e" * 64) == 0


def test_a_network_of_one_size_takes_no_smaller_images() -> None:
    arm = "arms.small={recipe: progressive_resizing, search: {lr: 0.1}}"
    sizes = ["data.target.image_size=64", "data.source.image_size=64"]
    with pytest.raises(
        StudyError, match=r"arms\.small: .*vit_b_16 is built for images of one size, here 64 px"
    ):
        prepare_study(load_spec("digits", overrides=[arm, *sizes, "model={architecture: vit_b_16}"]))
