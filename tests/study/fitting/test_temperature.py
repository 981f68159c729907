import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from study.fitting.temperature import fit_temperature, log_loss, tempered


def drawn(temperature, *, num=20_000, seed=0):
    """Probabilities, and labels drawn from what they are at a temperature."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3, size=(num, 4))
    true = special.softmax(logits / temperature, axis=1)
    labels = (rng.random((num, 1)) > true.cumsum(1)).sum(1)
    return special.softmax(logits, axis=1), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_the_labels_were_drawn_at_is_found(temperature):
    assert fit_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.05)


def test_it_lowers_the_log_loss_and_changes_no_answer():
    probabilities, labels = drawn(2.0, num=500)
    after = tempered(probabilities, fit_temperature(probabilities, labels))
    assert log_loss(after, labels) < log_loss(probabilities, labels) - 0.05
    assert (after.argmax(1) == probabilities.argmax(1)).all()


def test_a_few_images_that_are_all_right_say_little():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8]])
    assert 0.85 < fit_temperature(probabilities, np.array([0, 1])) < 1
    assert fit_temperature(probabilities, np.array([0, 1]), spread=None) == pytest.approx(0.05, abs=0.01)


def test_the_spread_is_weighed_against_the_images():
    probabilities, labels = np.array([[0.8, 0.2]] * 10), np.array([0] * 5 + [1] * 5)
    found = fit_temperature(probabilities, labels)
    logit = np.log(4)
    # at the optimum the slopes of both parts cancel, by the logarithm of the temperature
    slope = sum((1 if label else 0) - 1 / (1 + np.exp(logit / found)) for label in labels) * -logit / found
    assert slope + np.log(found) / 0.25 == pytest.approx(0, abs=1e-3)


def test_a_temperature_of_two_takes_the_square_root():
    assert tempered(np.array([[0.64, 0.36]]), 2.0)[0] == pytest.approx([0.8 / 1.4, 0.6 / 1.4])


@given(st.floats(0.2, 10), st.lists(st.floats(0.01, 1), min_size=2, max_size=6))
def test_rows_add_up_to_one_and_keep_their_order(temperature, weights):
    row = np.array([weights]) / sum(weights)
    after = tempered(row, temperature)
    assert after.sum() == pytest.approx(1)
    assert after[0, row[0].argmax()] == after.max()


def test_log_loss_is_the_mean_negative_logarithm():
    loss = log_loss(np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 0]))
    assert loss == pytest.approx((np.log(2) + np.log(4)) / 2)
