"""A trained network that also looks at augmented views of an image, as the end of its run measured it."""

from pathlib import Path

import torch
from torch import Tensor, nn

from trainables.classifier import Classifier, load_classifier
from trainables.config import RunConfig
from trainables.data import PreparedData
from trainables.generators import seed_for
from trainables.inputs.images import ImageTensors
from trainables.inputs.inputs import ImageInputs
from trainables.inputs.principal_colours import principal_colours
from trainables.loop.evaluation import tta_probabilities
from trainables.plan.training import Training


class AugmentedClassifier(nn.Module):
    """Returns the mean of the probabilities of each image and of views of it, augmented as training images were.

    Draws depend on an image's place in its batch, and on nothing else: the same images in the same order get the same
    probabilities.

    Attributes:
        classifier: Predicts each view.
    """

    def __init__(
        self, classifier: Classifier, *, how: Training, num_views: int, seed: int, data: PreparedData
    ) -> None:
        """Take up a classifier.

        Args:
            classifier: The network.
            how: Augmentation of the run's last phase.
            num_views: Views beside the image itself, at least 1.
            seed: Of the run.
            data: Its training images say how colours vary, where the augmentation asks for that.
        """
        super().__init__()
        self.classifier = classifier
        self._how, self._num_views, self._seed, self._data = how, num_views, seed, data

    def forward(self, images: Tensor) -> Tensor:
        """Return the probability of each class, (N, K), of uint8 images (N, C, H, W)."""
        num, num_classes = len(images), len(self._data.classes)
        shape = (num, num_classes) if self.classifier.task == "multi_label" else (num,)
        split = ImageTensors(
            images=images.permute(0, 2, 3, 1).contiguous(),
            labels=torch.zeros(shape, dtype=torch.int64, device=images.device),
            mean=self.classifier.mean,
            std=self.classifier.std,
            principal_colours=lambda: principal_colours(torch.from_numpy(self._data.split("train").images)),
        )
        inputs = ImageInputs(data=split, how=self._how, seed=seed_for(self._seed, "evaluation"))
        return tta_probabilities(self.classifier.network, inputs, num_views=self._num_views)


def load_augmented(
    weights: Path, *, run: RunConfig, how: Training, data: PreparedData
) -> AugmentedClassifier:
    """Return what a run that has ended measured as its test-time augmentation.

    Args:
        weights: See `load_classifier`.
        run: The run, whose `tta_views` is at least 1.
        how: The `training` of its last phase.
        data: What it was trained on.

    Raises:
        ValueError: See `load_classifier`.
    """
    classifier = load_classifier(weights, run=run, data=data)
    return AugmentedClassifier(classifier, how=how, num_views=run.tta_views, seed=run.seed, data=data)
