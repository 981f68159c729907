"""`lrstudy fit`: what it refuses before anything is trained, and a whole fit of digits."""

import json

import numpy as np
import pytest
import yaml
from PIL import Image

from study.cli import main, make_parser
from study.commands.fit import execute
from study.errors import StudyError
from study.fitting.fit import fit_model

STUDY = {
    "name": "digits",
    "data": {"target": {"digits": True, "classes": [5, 6], "train_per_class": 20}},
    "model": {"architecture": "small_resnet", "width": 4},
    "training": {"batch_size": 16, "augment": "crop"},
    "arms": {"chosen": {"recipe": "one_cycle", "lr": 0.1, "search": {}}},
    "budget": {"trials": 1, "epochs": 3},
    "compare": {"reference": "chosen"},
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "digits.yaml"
    path.write_text(yaml.safe_dump(STUDY))
    return path


REFUSED = {
    "nothing": ([], "one of them alone"),
    "both": (["digits.yaml", "--data", "."], "one of them alone"),
    "no folder": (["--data", "missing"], "missing does not exist or is no folder"),
    "no networks": (["digits.yaml", "--seeds", "0"], "--seeds 0: a whole number from 1 to 50"),
    "settings of images": (["digits.yaml", "--image-size", "8"], "--image-size go with --data"),
    "overrides of results": ([".", "-s", "budget.epochs=4"], "-s goes with a study file"),
    "half a threshold": (["digits.yaml", "--positive", "5"], "one of --sensitivity and --specificity"),
    "no share": (["digits.yaml", "--positive", "5", "--specificity", "1.5"], "between 0 and 1"),
    "no such class": (["digits.yaml", "--positive", "7", "--specificity", "0.9"], "one of 5, 6 is allowed"),
    "three classes": (
        ["digits.yaml", "-s", "data.target.classes=[5, 6, 7]", "--positive", "5", "--specificity", "0.9"],
        "there are 3 classes; a threshold is between two",
    ),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_fitted_is_refused_in_one_sentence(file, capsys, arguments, says):
    assert main(["fit", *arguments]) == 1
    assert says in capsys.readouterr().err
    assert not (file.parent / "results" / "digits-fit").exists()


def test_a_list_whose_labels_have_to_be_named_is_sent_to_a_study_file(file, capsys):
    (file.parent / "some.csv").write_text("file,shape,colour\na.jpg,round,red\n")
    assert main(["fit", "--data", "some.csv", "--weights", "none"]) == 1
    said = capsys.readouterr().err
    assert "label: none of file, shape, colour is clearly it" in said
    assert "lrstudy new FILE --data some.csv" in said


def test_label_sets_are_refused_as_such_and_not_by_a_loss_that_nobody_named(file, capsys):
    for number in range(12):
        pixels = np.random.default_rng(number).integers(0, 256, (8, 8), dtype=np.uint8)
        Image.fromarray(pixels).save(file.parent / f"{number}.png")
    rows = [f"{number}.png,{('a', 'b', 'a;b')[number % 3]}" for number in range(12)]
    (file.parent / "tags.csv").write_text("\n".join(["file,tags", *rows]))
    images = {"csv": "tags.csv", "label": "tags", "separator": ";", "image_size": 8}
    arms = {"adapted": {"recipe": "adaptation", "search": {"lr": {"log_uniform": [0.01, 0.3]}}}}
    study = STUDY | {"data": {"target": images}, "arms": arms, "compare": {"reference": "adapted"}}
    file.write_text(yaml.safe_dump(study))
    assert main(["fit", str(file)]) == 1
    said = capsys.readouterr().err
    assert "images have several labels each; fit is for images with one class" in said
    assert "training.loss" not in said


def test_results_that_are_there_are_refused(file, capsys):
    (file.parent / "results" / "digits-fit").mkdir(parents=True)
    assert main(["fit", str(file)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_list_whose_classes_lack_validation_images_has_them_cut_anew(file, monkeypatch):
    rows = ["path,label,split"]
    for number in range(8):
        name = f"{number}.png"
        Image.fromarray(np.full((40, 40, 3), 20 * number, np.uint8)).save(file.parent / name)
        split = "test" if number < 2 else "val" if number == 2 else "train"
        rows.append(f"{name},{'cat' if number % 2 else 'dog'},{split}")
    (file.parent / "labels.csv").write_text("\n".join(rows))

    def asked(recommended, **options):
        raise StudyError(json.dumps(recommended.spec.data.target.as_mapping()))

    monkeypatch.setattr("study.fitting.fit.fit_model", asked)
    with pytest.raises(StudyError) as found:
        execute(make_parser().parse_args(["fit", "--data", "labels.csv"]))
    target = json.loads(str(found.value))
    assert (target["csv"], target["recut"]) == (str(file.parent / "labels.csv"), "val")
    assert target["image_size"] == 40


def test_what_was_decided_about_the_images_is_said_before_anything_is_trained(file, capsys, monkeypatch):
    rows = ["file,shape,patient"]
    for number in range(20):
        pixels = np.random.default_rng(number).integers(0, 256, (16, 16), dtype=np.uint8)
        Image.fromarray(pixels).save(file.parent / f"{number}.png")
        rows.append(f"{number}.png,{'ab'[number % 2]},p{number}")
    (file.parent / "labels.csv").write_text("\n".join(rows))

    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("study.fitting.fit.train_classifiers", stopped)
    images = ["--data", "labels.csv", "--weights", "none", "--architecture", "small_resnet"]
    assert main(["fit", *images]) == 130
    assert "note: there is a column patient: with group: patient" in capsys.readouterr().err


def test_ctrl_c_leaves_nothing(file, capsys, monkeypatch):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("study.fitting.fit.train_classifiers", stopped)
    assert main(["fit", str(file)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert list((file.parent / "results").iterdir()) == []


@pytest.mark.slow
def test_a_fit_ends_with_a_model_that_predicts_and_says_how_good_it_is(file, capsys, monkeypatch):
    made = []

    def kept(*args, **options):
        made.append(fit_model(*args, **options))
        return made[-1]

    monkeypatch.setattr("study.fitting.fit.fit_model", kept)
    options = ["--seeds", "2", "--positive", "6", "--sensitivity", "0.05", "--json"]
    assert main(["fit", str(file), *options]) == 0
    said = capsys.readouterr()
    assert "mlflow" not in said.err
    found = json.loads(said.out)
    folder = file.parent / "results" / "digits-fit"
    assert found["folder"] == str(folder)
    assert (found["num_networks"], found["on_validation_too"]) == (2, True)
    assert found["num_train_images"] == 40 + 72  # a fifth of 363 images is for validation
    test = found["test"]
    assert test["low"] < test["objective"] < test["high"]
    assert test["objective"] == test["right"] / test["num_images"]
    description = json.loads((folder / "model.json").read_text())
    assert description["temperature"] == found["temperature"]
    assert description["operating_point"]["threshold"] == found["operating_point"]["threshold"]
    assert description["test_objective"] == test["objective"]
    assert found["operating_point"]["val"]["sensitivity"] >= 0.05
    rates = made[0].measured.rates
    assert test["right"] == rates.found + rates.left_alone  # of what the model answers, not of the likeliest
    card = (folder / "README.md").read_text()
    assert f"{100 * test['low']:.1f} % to {100 * test['high']:.1f} %" in card
    assert "(reliability.png)" in card
    assert (folder / "reliability.png").is_file()
    assert [each.name for each in folder.parent.iterdir()] == ["digits-fit"]
    assert main(["fit", str(file)]) == 1
