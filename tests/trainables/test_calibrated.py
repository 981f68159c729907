import pytest
import torch
from torch import nn

from trainables.calibrated import Calibrated
from trainables.classifier import Classifier


class Saying(nn.Module):
    """Returns the same logits for every image."""

    def __init__(self, logits):
        super().__init__()
        self.register_buffer("logits", torch.tensor(logits))

    def forward(self, images):
        return self.logits.expand(len(images), -1)


def classifier(*logits):
    return Classifier(Saying(list(logits)), mean=torch.zeros(1, 1, 1), std=torch.ones(1, 1, 1))


IMAGES = torch.zeros(3, 1, 2, 2, dtype=torch.uint8)


def test_the_logits_of_one_network_are_divided_by_the_temperature():
    network = Calibrated([classifier(1.0, 3.0, -2.0)], temperature=2.0)
    expected = torch.tensor([0.5, 1.5, -1.0]).softmax(0)
    assert torch.allclose(network(IMAGES), expected.expand(3, -1))


def test_probabilities_of_several_networks_are_averaged():
    one, other = torch.tensor([0.9, 0.1]), torch.tensor([0.5, 0.5])
    network = Calibrated([classifier(*one.log().tolist()), classifier(*other.log().tolist())])
    assert network(IMAGES)[0].tolist() == pytest.approx([0.7, 0.3])


def test_an_answer_that_is_impossible_stays_a_number():
    network = Calibrated([classifier(500.0, 0.0)], temperature=3.0)
    answer = network(IMAGES)
    assert torch.isfinite(answer).all()
    assert answer[0, 0] == pytest.approx(1.0)
