"""Networks that answer together, with probabilities that a temperature has made honest."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from trainables.classifier import Classifier


class Calibrated(nn.Module):
    """Averages the probabilities of several classifiers and raises them to the power 1 / temperature.

    With one classifier that is the softmax of its logits divided by the temperature (Guo et al., 2017).

    Attributes:
        members: The classifiers.
        temperature: Above 0; 1 leaves the mean as it is.
    """

    temperature: Tensor

    def __init__(self, members: Sequence[Classifier], *, temperature: float = 1.0) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("temperature", torch.tensor(temperature))
        self.eval()

    @property
    def normalisation(self) -> tuple[Tensor, Tensor]:
        """Mean and deviation of the first member, on a scale of 0 to 255, (C, 1, 1)."""
        first = self.members[0]
        assert isinstance(first, Classifier), "made of classifiers"
        return first.mean, first.std

    def forward(self, images: Tensor) -> Tensor:
        """Return the probability of each class, (N, K), of uint8 images (N, C, H, W) of the data set's size."""
        mean = torch.stack([member(images) for member in self.members]).mean(0)
        logs = mean.clamp_min(torch.finfo(mean.dtype).tiny).log()
        return (logs / self.temperature).softmax(1)
