import pytest
import yaml

from study.errors import StudyError
from study.fitting.default_configuration import CONSTANTS
from study.fitting.recommendation import of_file, of_images, of_results
from study.results.folder import Results
from study.spec.errors import SpecError

STUDY = {
    "name": "mine",
    "data": {"target": {"digits": True, "classes": [5, 6]}},
    "model": {"architecture": {"choice": ["small_resnet", "resnet18"]}, "width": 4},
    "training": {"batch_size": 16, "augment": "crop"},
    "arms": {
        "adapted": {"recipe": "adaptation", "search": {"lr": {"log_uniform": [0.01, 0.3]}}},
        "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [0.01, 0.3]}}},
    },
    "budget": {"trials": 3, "epochs": 5},
    "compare": {"reference": "fixed", "objective": "balanced_accuracy"},
}
WINNER = STUDY | {
    "name": "mine-fixed",
    "model": {"architecture": "resnet18"},
    "arms": {"fixed": {"recipe": "fixed_rate", "lr": 0.07, "search": {}}},
    "compare": {"reference": "fixed"},
}


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content))
    return path


def finished(tmp_path):
    """A study's file, and results with a report that names a winner."""
    file = write(tmp_path / "mine.yaml", STUDY)
    results = Results(folder=tmp_path / "results" / "mine")
    write(results.spec, STUDY | {"storage": str(tmp_path / "results")})
    write(results.folder / "winner.yaml", WINNER)
    (results.folder / "comparison.txt").write_text("")
    return file, results.folder


def test_without_a_study_a_file_gets_the_default_for_its_images_and_first_network(tmp_path):
    found = of_file(str(write(tmp_path / "mine.yaml", STUDY)))
    (arm,) = found.spec.arms.values()
    assert (arm.recipe, arm.search) == ("adaptation", {})
    assert arm.constants == {"head_epochs": 1, "cycle_len": 4.0, **CONSTANTS["source"]}
    assert found.spec.model.architecture == "small_resnet"
    assert found.spec.training.batch_size == 16
    assert found.spec.budget.epochs == 5
    assert found.spec.compare.objective == "balanced_accuracy"
    assert found.study == ""
    assert found.place == tmp_path / "results"


def test_the_default_keeps_which_class_an_objective_is_of(tmp_path):
    compare = {"reference": "fixed", "objective": "sensitivity@0.9", "positive": "5"}
    found = of_file(str(write(tmp_path / "mine.yaml", STUDY | {"compare": compare})))
    assert (found.spec.compare.objective, found.spec.compare.positive) == ("sensitivity@0.9", "5")


def test_a_file_with_one_configuration_is_that_configuration(tmp_path):
    found = of_file(str(write(tmp_path / "winner.yaml", WINNER)))
    assert found.arm == "fixed"
    assert found.spec.arms["fixed"].constants == {"lr": 0.07}
    assert found.chosen == "the only configuration of winner.yaml"  # a card goes to other people


@pytest.mark.parametrize("key", ["budget.epochs", "model.width"])
def test_a_key_that_a_winner_would_not_take_is_refused(tmp_path, key):
    file, _ = finished(tmp_path)
    with pytest.raises(StudyError, match=rf"-s {key}: .* is trained as it was found"):
        of_file(str(file), overrides=[f"{key}=4"])


def test_the_keys_by_which_a_study_is_found_may_be_overridden(tmp_path):
    file, folder = finished(tmp_path)
    found = of_file(str(file), overrides=["name=mine", f"storage={folder.parent}"])
    assert found.study == "mine"


def test_a_study_that_was_confirmed_gives_its_winner_by_folder_and_by_file(tmp_path):
    file, folder = finished(tmp_path)
    for found in (of_results(folder), of_file(str(file))):
        assert found.spec.arms["fixed"].constants == {"lr": 0.07}
        assert found.spec.model.architecture == "resnet18"
        assert found.study == "mine"
        assert found.place == tmp_path / "results"


def test_results_without_a_winner_say_what_to_do(tmp_path):
    _, folder = finished(tmp_path)
    (folder / "winner.yaml").unlink()
    with pytest.raises(StudyError, match=r"there is no winner\.yaml"):
        of_results(folder)


def test_images_get_the_photographs_network_and_its_constants(tmp_path):
    target = {"folder": str(tmp_path), "image_size": 96}
    found = of_images(target, name="mine", place=tmp_path / "results", epochs=9)
    assert found.spec.model.architecture == "timm/tf_efficientnet_lite0"
    assert found.spec.model.weights == "pretrained"
    (arm,) = found.spec.arms.values()
    assert arm.constants == {"head_epochs": 1, "cycle_len": 8.0, **CONSTANTS["imagenet"]}


def test_a_budget_that_leaves_no_epoch_for_the_layers_is_refused(tmp_path):
    with pytest.raises(SpecError, match="epochs"):
        of_images({"folder": str(tmp_path), "image_size": 96}, name="mine", place=tmp_path, epochs=1)
