import numpy as np
import pytest

from study.cards.answers import Answers
from study.cards.card import CONFUSIONS, RELIABILITY, CardContent, card_text
from study.cards.reliability import bins_of, reliability_of
from study.cards.writing import CARD, write_card


def content(**changes):
    tested = Answers(
        classes=("cat", "d|og"),
        labels=np.array([0] * 10 + [1] * 10),
        predicted=np.array([0] * 9 + [1] + [1] * 6 + [0] * 4),
        true_probability=np.linspace(0.1, 0.9, 20),
        groups=(None,) * 20,
        objective="accuracy",
    )
    values = {
        "title": "pets",
        "classes": ("cat", "d|og"),
        "trained_on": ("Sixty images.",),
        "chosen": ("By a search.",),
        "counts": {"train": (30, 30), "test": (10, 10)},
        "tested": tested,
        "settings": {"lr": 0.03},
        "licences": {"start weights": "apache-2.0", "images": None},
    }
    return CardContent(**values | changes)


def reliability():
    before = np.array([[0.95, 0.05], [0.55, 0.45], [0.4, 0.6], [0.02, 0.98]])
    after = np.array([[0.8, 0.2], [0.52, 0.48], [0.45, 0.55], [0.1, 0.9]])
    return reliability_of(before, after, np.array([0, 1, 1, 1]), split="test")


def test_it_says_how_good_the_model_is_with_an_interval():
    text = card_text(content(), pictures=())
    assert "Accuracy 75.0 % (95 % interval 53.1 % to 88.8 %) on 20 test images, 15 of them right." in text


def test_it_says_where_it_fails_and_names_from_outside_make_no_table():
    text = card_text(content(), pictures=())
    assert "| d\\|og | 6 of 10 (60.0 %) | 31.3 % to 83.2 % |" in text
    assert "- d\\|og, taken for cat: 4 of 10" in text


def test_it_says_what_is_not_known():
    text = card_text(content(tested=None), pictures=())
    assert "Not known: no test images were measured." in text
    assert "- images: not known" in text
    assert "- start weights: apache-2.0" in text


def test_a_model_that_was_never_wrong_has_no_worst_class():
    right = Answers(**vars(content().tested) | {"predicted": content().tested.labels})
    assert "No test image was wrong." in card_text(content(tested=right), pictures=())


def test_bins_hold_answers_of_about_the_same_confidence():
    probabilities = np.array([[0.95, 0.05], [0.91, 0.09], [0.45, 0.55]])
    low, high = bins_of(probabilities, np.array([0, 1, 1]))
    assert (low.confidence, low.right, low.total) == (pytest.approx(0.55), 1, 1)
    assert (high.confidence, high.right, high.total) == (pytest.approx(0.93), 1, 2)


def test_errors_before_and_after_are_those_of_each():
    found = reliability()
    assert found.error_before == pytest.approx(
        (0.05 + 0.02 + abs(1 - 0.55 - 0.6)) / 4
    )  # 0.55 and 0.6 share a bin
    assert found.loss_before == pytest.approx(-np.log([0.95, 0.45, 0.6, 0.98]).mean())
    assert found.loss_after == pytest.approx(-np.log([0.8, 0.48, 0.55, 0.9]).mean())


def test_pictures_stand_beside_the_card_that_shows_them(tmp_path):
    images = np.zeros((20, 8, 8, 3), dtype=np.uint8)
    card = write_card(tmp_path, content(reliability=reliability()), test_images=images)
    assert card == tmp_path / CARD
    text = card.read_text()
    for picture in (CONFUSIONS, RELIABILITY):
        assert f"({picture})" in text
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
