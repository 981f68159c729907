"""The description beside a model, `model.json`: what it takes, what it answers, where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from trainables.data.preprocessing import Preprocessing

DESCRIPTION = "model.json"
FORMAT = "lrstudy-model-1"
SINGLE_LABEL = "single_label"


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """A threshold on the probability of one of two classes, chosen on validation images.

    Attributes:
        positive: The class that is answered where its probability is at least the threshold, else the other one.
        threshold: In [0, 1], or just above 1 where the positive class is never to be answered.
        chosen_by: How, in words.
    """

    positive: str
    threshold: float
    chosen_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far an exported network was from the one in memory, when it was written.

    Attributes:
        num_images: It was asked about so many.
        split: Where they are from.
        tolerance: The greatest difference of any probability that is let pass.
        largest: The greatest difference that was seen, by file.
    """

    num_images: int
    split: str
    tolerance: float
    largest: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BetterWay:
    """A way of predicting that was better than the last network on validation images, see `analysis`.

    Attributes:
        way: "tta", "ensemble" or "average".
        difference: Mean of its objective less the last network's, over the configuration's confirmation runs.
        low: Lower end of the paired interval.
        high: Upper end.
        num_runs: Runs that the mean is of.
    """

    way: str
    difference: float
    low: float
    high: float
    num_runs: int


@dataclass(frozen=True, kw_only=True)
class ModelDescription:
    """All that a user of the model's files has to know; fields that nobody knew are None.

    Attributes:
        classes: Names, in the order of the network's answers.
        preprocessing: How a file becomes the network's input.
        mean: What the network normalises by, on a scale of 0 to 1, one for each channel (three of a grey image that it
            repeats). It does so itself: its input are levels from 0 to 255.
        std: Deviation, likewise.
        architecture: The network's name.
        weights: What it started from.
        weights_licence: Of the start weights, where their library states it.
        data: What it was trained on, as the study file has it.
        data_licence: Of the images, where somebody has stated it.
        task: "single_label": probabilities add up to 1; "multi_label": each label has its own.
        study: The study that chose it; "" where none did.
        arm: The arm.
        run: The run that trained it, by which a model is known.
        objective: What was maximised, such as "accuracy".
        val_objective: Its value on the validation split.
        test_objective: Its value on the test split.
        temperature: What the network divides its logits by, inside; None: 1.
        operating_point: Decides between two classes in place of the greater probability.
        better_way: None where the last network alone is as good.
        versions: Of the packages that wrote it.
        agreement: Of the exported files; None before they are written.
    """

    classes: tuple[str, ...]
    preprocessing: Preprocessing
    mean: tuple[float, ...]
    std: tuple[float, ...]
    architecture: str
    weights: str
    run: str
    weights_licence: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    data_licence: str | None = None
    task: str = SINGLE_LABEL
    study: str = ""
    arm: str = ""
    objective: str | None = None
    val_objective: float | None = None
    test_objective: float | None = None
    temperature: float | None = None
    operating_point: OperatingPoint | None = None
    better_way: BetterWay | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    agreement: Agreement | None = None

    def as_json(self) -> str:
        """Return the content of `model.json`."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


def read_description(folder: Path) -> ModelDescription:
    """Return the description of the model in a folder.

    Raises:
        ValueError: If it has none, or one that is not understood.
    """
    file = folder / DESCRIPTION
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            raise ValueError(f"its format is {stored['format']!r}; {FORMAT} is read here")
        return _parsed(stored)
    except FileNotFoundError as error:
        raise ValueError(f"{folder}: there is no {DESCRIPTION} in it") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error


_PARTS = {"operating_point": OperatingPoint, "better_way": BetterWay, "agreement": Agreement}


def _parsed(stored: Mapping[str, Any]) -> ModelDescription:
    known = {each.name for each in fields(ModelDescription)}
    values = {key: value for key, value in stored.items() if key in known}
    for name in ("classes", "mean", "std"):
        values[name] = tuple(values[name])
    values["preprocessing"] = Preprocessing.of(values["preprocessing"])
    for name, part in _PARTS.items():
        if values.get(name) is not None:
            values[name] = part(**values[name])
    return ModelDescription(**values)
