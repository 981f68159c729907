"""The sections `data` and `model` of a study file: the images, the networks and the weights that they start from."""

from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator

from study.ranges import Choice
from study.spec.section import Section
from study.spec.values import parse_value, to_plain
from trainables.config import RunConfig
from trainables.data.sources.registry import READERS
from trainables.data.sources.source import DataSource, parse_source
from trainables.errors import shown
from trainables.limits import Epochs, Positive, Width
from trainables.networks.normalisation import ALLOWED as NORMALISATION_ALLOWED
from trainables.networks.normalisation import WEIGHTS, as_setting, given_normalisation

SOURCE_ALLOWED = f"keys and values, one of them {', '.join(READERS)}"
PRETRAINED = "pretrained"
WEIGHTS_ALLOWED = (
    "none, source, pretrained (torchvision's DEFAULT; of timm those of the name's tag), the name of torchvision "
    "weights, or a file"
)


def _source(raw: object) -> DataSource:
    if isinstance(raw, DataSource):
        return raw
    if not isinstance(raw, dict):
        raise ValueError(f"{shown(raw)} is not allowed; {SOURCE_ALLOWED}")
    return parse_source(raw, "")


def _architecture(raw: object) -> str | Choice:
    value = parse_value(raw)
    names = value.values if isinstance(value, Choice) else (value,)
    if not all(isinstance(name, str) and name for name in names):
        raise ValueError(
            f"{shown(raw)} is not allowed; the name of a network, or {{choice: [...]}} of such names"
        )
    return value if isinstance(value, Choice) else str(value)


def _normalisation(raw: object) -> str:
    """Return the setting as the flat configuration has it."""
    if isinstance(raw, dict):
        if raw.keys() != {"mean", "std"}:
            raise ValueError(f"{shown(raw)} is not allowed; {NORMALISATION_ALLOWED}")
        return as_setting(*(_numbers(raw[key], key) for key in ("mean", "std")))
    if not isinstance(raw, str):
        raise ValueError(f"{shown(raw)} is not allowed; {NORMALISATION_ALLOWED}")
    given = given_normalisation(raw)
    return raw if given is None else as_setting(*given.values)


def _numbers(raw: object, key: str) -> list[float]:
    values: list[Any] = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise ValueError(f"{key} is {shown(raw)}; {NORMALISATION_ALLOWED}")
    return values


def _plain_normalisation(setting: str) -> str | dict[str, list[float]]:
    given = given_normalisation(setting)
    return setting if given is None else {"mean": list(given.mean), "std": list(given.std)}


Source = Annotated[
    DataSource,
    PlainValidator(_source),
    PlainSerializer(DataSource.as_mapping),
    Field(description=SOURCE_ALLOWED),
]
Architecture = Annotated[str | Choice, PlainValidator(_architecture), PlainSerializer(to_plain)]
NormalisationSetting = Annotated[
    str,
    PlainValidator(_normalisation),
    PlainSerializer(_plain_normalisation),
    Field(description=NORMALISATION_ALLOWED),
]


class DataSpec(Section):
    """The images."""

    target: Source
    source: Source | None = None


class ModelSpec(Section):
    """The networks, the same for every arm, and the weights that they start from."""

    architecture: Architecture = "small_resnet"
    weights: str = Field(default="none", min_length=1, description=WEIGHTS_ALLOWED)
    normalisation: NormalisationSetting = WEIGHTS
    width: Width = RunConfig.width
    source_epochs: Epochs = 15
    source_lr: Positive = 1e-2

    @property
    def architectures(self) -> tuple[str, ...]:
        """The networks that a trial may have, in the order of the file."""
        one = self.architecture
        return tuple(map(str, one.values)) if isinstance(one, Choice) else (one,)
