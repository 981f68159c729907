"""A study's networks without weights, to look at their parts before anything is trained."""

from typing import TYPE_CHECKING

from study.spec.study_file import StudySpec
from trainables.data import PreparedData

if TYPE_CHECKING:
    from trainables.networks.network import Network


def blank_network(
    architecture: str, spec: StudySpec, target: PreparedData, *, zero_gamma: bool = False
) -> "Network":
    """Return the network that a study's runs would have, without values in its parameters.

    Raises:
        ValueError: If it can't be built for the images, or has no norms for `zero_gamma`.
    """
    from trainables.networks.meta_weights import build_without_weights

    return build_without_weights(
        architecture,
        num_classes=len(target.classes),
        image_size=target.image_size,
        channels=target.channels,
        width=spec.model.width,
        zero_gamma=zero_gamma,
    )
