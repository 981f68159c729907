from types import SimpleNamespace

import pytest

from study.cards.card import card_text
from study.cards.of_winner import content_of_winner
from study.models.description import ModelDescription
from tests.support.loaded_studies import loaded
from tests.support.synthetic_study import Run
from trainables.data.preprocessing import Preprocessing

RIGHT = [1, 1, 1, 1, 1, 0, 1, 1, 0, 0]
DATA = SimpleNamespace(classes=("cat", "dog"), counts={"train": (30, 20), "val": (6, 4), "test": (6, 4)})


def run(name, stage, *, seed=0, correct=None):
    return Run(
        arm="adapted",
        stage=stage,
        name=name,
        seed=seed,
        values=[0.6],
        correct=correct,
        config={"objective": "accuracy", "lr": 0.03, "cache": "/somewhere", "weights": "/somewhere/start.pt"},
    )


def content(**changes):
    study = loaded(
        [
            *(run(f"adapted-000{number}", "search") for number in range(3)),
            run("adapted-confirm-7", "confirm", seed=7, correct=RIGHT),
            run("adapted-confirm-8", "confirm", seed=8, correct=[1] * 10),
        ]
    )
    row = study.records[study.records["run"] == "adapted-confirm-7"].iloc[-1]
    description = ModelDescription(
        classes=DATA.classes,
        preprocessing=Preprocessing(
            image_size=64,
            channels=3,
            fit="crop",
            background="white",
            pages="refuse",
            window=None,
            reads_8_bit=True,
        ),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        architecture="resnet18",
        weights="start.pt",
        run="adapted-confirm-7",
        **changes,
    )
    return content_of_winner(study, dict(row), description, data=DATA, folder="results/mine")


def test_answers_are_those_of_the_run_whose_model_it_is():
    tested = content().tested
    assert tested.right.tolist() == [bool(each) for each in RIGHT]
    assert tested.value == pytest.approx(0.7)


def test_the_card_says_how_it_was_chosen_and_what_other_seeds_came_to():
    text = card_text(content(), pictures=())
    assert "A search of 3 trials of the arm adapted (recipe adapted)" in text
    assert "the confirmation run adapted-confirm-7 (seed 7)" in text
    assert "Over the 2 seeds of the confirmation the mean is 85.0 % (from 70.0 to 100.0 %)." in text
    assert "One network trained on the 50 images of the training split." in text


def test_places_of_a_machine_are_no_settings():
    settings = content().settings
    assert settings["lr"] == 0.03
    assert "cache" not in settings
    assert settings["weights"] == "start.pt"


def test_licences_that_are_known_are_named():
    assert content(weights_licence="apache-2.0").licences["start weights"] == "apache-2.0"
