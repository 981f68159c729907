"""Content of any model's card: its description, its images, its configuration."""

from collections.abc import Iterator, Mapping
from typing import Any

from study.cards.card import CardContent
from study.models.description import ModelDescription
from trainables.data import PreparedData
from trainables.record import PLACE_KEYS

_MACHINE = frozenset(
    ("num_threads", "device", "checkpoint_last", "checkpoint_seconds", "data", "seed", "validate")
)


def content_of_model(
    description: ModelDescription, *, data: PreparedData, config: Mapping[str, Any]
) -> CardContent:
    """Return the content that every model has; how it was chosen and tested is the caller's.

    Args:
        description: Of the model.
        data: The images as they were prepared.
        config: The configuration that trained it, flat.
    """
    name = description.study or description.run
    kept = {key: value for key, value in config.items() if key not in PLACE_KEYS | _MACHINE}
    kept["weights"] = description.weights  # a file's name, not its place
    return CardContent(
        title=f"{name}: {description.architecture}" if name else description.architecture,
        classes=description.classes,
        trained_on=(f"Start weights: {_start(description)}.",),
        chosen=(),
        counts=data.counts,
        tested=None,
        preprocessing=tuple(_preprocessing(description)),
        settings=kept,
        licences={
            "start weights": description.weights_licence,
            "images": description.data_licence,
            "this model": None,
        },
    )


def _start(description: ModelDescription) -> str:
    if description.weights == "none":
        return "none, a random start"
    return f"{description.weights} of {description.architecture}"


def _preprocessing(description: ModelDescription) -> Iterator[str]:
    how = description.preprocessing
    colours = "grey" if how.channels == 1 else "RGB"
    yield (
        f"A square of {how.image_size} x {how.image_size} pixels ({how.fit}), {colours}; transparent parts become "
        f"{how.background}. The model takes levels from 0 to 255 and normalises them itself."
    )
    if how.window is not None:
        yield f"Of images with more than 8 bits, {how.window[0]:g} becomes black and {how.window[1]:g} white."
