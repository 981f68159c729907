"""A trained network as people use it: from an image's pixels to a probability for each class."""

from pathlib import Path

import torch
from torch import Tensor, nn

from trainables.checkpoint import load_state
from trainables.config import RunConfig
from trainables.data import PreparedData
from trainables.data.sources.pool import LabelTask
from trainables.networks.network import Network
from trainables.networks.normalisation import own_normalisation
from trainables.networks.weights_files import recorded_normalisation
from trainables.run import fresh_network


class Classifier(nn.Module):
    """Normalises as in training, runs the network, and returns probabilities.

    Attributes:
        network: In evaluation mode.
        task: Whether the probabilities are of classes, in sum 1, or of labels, each by itself.
        mean: What it was trained with, on a scale of 0 to 255, (C, 1, 1), or (3, 1, 1) for grey images.
        std: Deviation, likewise.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self, network: Network, *, mean: Tensor, std: Tensor, task: LabelTask = "single_label"
    ) -> None:
        super().__init__()
        self.task = task
        self.network = network
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        """Return the probability of each class, (N, K), of uint8 images (N, C, H, W) of the data set's size."""
        normalised = (images.to(self.mean.dtype) - self.mean) / self.std
        outputs: Tensor = self.network(normalised)
        return outputs.sigmoid() if self.task == "multi_label" else outputs.softmax(1)


def load_classifier(weights: Path, *, run: RunConfig, data: PreparedData) -> Classifier:
    """Return the classifier of a run that has ended, on the CPU.

    It normalises by what the file has on record; where it is of a version that did not record it, by the training
    images' own mean and deviation, as all runs did then.

    Args:
        weights: What the run wrote to its `save_weights`.
        run: The run.
        data: What it was trained on.

    Raises:
        ValueError: If the file is not whole, or of another network.
    """
    network = fresh_network(run, data)
    content = load_state(weights)
    try:
        network.load_state_dict(content["state"])
    except (KeyError, RuntimeError) as error:
        raise ValueError(
            f"{weights}: not the weights of this run's network ({run.architecture}): {error}"
        ) from error
    used = recorded_normalisation(content, weights) or own_normalisation(data)
    mean, std = (torch.tensor(values).mul(255).view(-1, 1, 1) for values in used.values)
    return Classifier(network, mean=mean, std=std, task=data.task)
