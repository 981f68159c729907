"""The sections `resources` and `tracking` of a study file: what a trial takes, and where MLflow keeps the runs."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WrapValidator, model_validator

from study.spec.section import Section
from study.spec.tracking_address import without_secrets
from trainables.compute.execution import Layout, UnscaledPrecision
from trainables.config import RunConfig
from trainables.errors import shown
from trainables.limits import Bounds, NotNegative

MAX_PROCESSORS = 10_000
LAYOUTS = "auto, contiguous or channels_last, or one of the last two for each network, such as {resnet18: contiguous}"
PRECISIONS = (
    "float32, bfloat16 or auto, or one of the first two for each network, such as {resnet18: bfloat16}"
)


def _gpu_share(raw: object) -> object:
    if isinstance(raw, str) and re.fullmatch(r"\d+ ?/ ?[1-9]\d*", raw.strip()):
        return float(Fraction(raw.replace(" ", "")))
    return raw


def _one_sentence(allowed: str) -> WrapValidator:
    """Return a validator of a union: of a value that is of none of its kinds, one sentence instead of one for each."""

    def validated(raw: object, validate: Callable[[object], Any]) -> Any:
        try:
            return validate(raw)
        except ValidationError:
            raise ValueError(f"{shown(raw)} is not allowed; {allowed}") from None

    return WrapValidator(validated)


def _whole_above_one(gpus: float) -> float:
    if gpus > 1 and gpus != int(gpus):
        raise ValueError(f"{gpus} is not allowed; a share of a GPU up to 1, or a whole number of GPUs")
    return gpus


def _tracking_uri(uri: str) -> str:
    if without_secrets(uri) != uri:
        raise ValueError(
            f"{without_secrets(uri)!r} was given with a user or a password, which would be written down with the "
            "study; give them in the environment: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or PGUSER "
            "and PGPASSWORD"
        )
    if re.match(r"https?://[^/]|sqlite:///.|postgresql(\+\w+)?://.", uri):
        return uri
    why = " (MLflow 3 refuses stores of plain files)" if uri.startswith("file:") or "://" not in uri else ""
    raise ValueError(f"{uri!r} is not allowed{why}; http(s)://HOST, sqlite:///FILE or postgresql://...")


class ResourcesSpec(Section):
    """What one trial takes, how often its state is saved, and how many confirmed networks' weights are kept.

    `layout` is how images and weights lie in memory, `precision` that of forward and backward; "auto" is probed on a
    CPU, and becomes a choice for each network.
    """

    cpus: Annotated[int, Bounds(least=1, limit=MAX_PROCESSORS)] = 1
    gpus: Annotated[
        float,
        BeforeValidator(_gpu_share),
        AfterValidator(_whole_above_one),
        Bounds(least=0, limit=MAX_PROCESSORS),
    ] = Field(default=0.0, description="0, a share up to 1 such as 1/2 or 0.5, or a whole number")
    checkpoint_seconds: NotNegative = Field(
        default=RunConfig.checkpoint_seconds,
        description="seconds between two saved states of a trial; 0 saves one every epoch",
    )
    keep_checkpoints: Annotated[int, Bounds(least=0, limit=1_000_000)] = 5
    layout: Annotated[Literal["auto"] | Layout | dict[str, Layout], _one_sentence(LAYOUTS)] = Field(
        default="auto", description=LAYOUTS
    )
    precision: Annotated[
        Literal["auto"] | UnscaledPrecision | dict[str, UnscaledPrecision], _one_sentence(PRECISIONS)
    ] = Field(default="float32", description=PRECISIONS)


class TrackingSpec(Section):
    """Where the runs are shown: by MLflow, in a table of a folder, or by a tracker of the user's own."""

    tracker: str | None = Field(
        default=None, min_length=1, description="mlflow, csv, or package.module:name of one of your own"
    )
    csv: str | None = Field(default=None, min_length=1, description="a folder for the csv tracker's table")
    uri: Annotated[str, AfterValidator(_tracking_uri)] | None = Field(
        default=None,
        description="http(s)://HOST, sqlite:///FILE or postgresql://..., or nothing for a local store",
    )
    experiment: str = Field(
        default="lrstudy", min_length=1, max_length=250, description="a text, 250 characters at most"
    )

    @property
    def chosen(self) -> str:
        """The tracker: the one that is named, that of the folder for its table, or MLflow."""
        return self.tracker or ("mlflow" if self.csv is None else "csv")

    @model_validator(mode="after")
    def _of_one_tracker(self) -> "TrackingSpec":
        if self.uri is not None and (self.csv is not None or self.chosen == "csv"):
            raise ValueError("uri is of MLflow, and csv of a table without MLflow; one of them is allowed")
        if self.csv is not None and self.chosen == "mlflow":
            raise ValueError("csv is of the tracker csv, but tracker is 'mlflow'; one of them is allowed")
        return self
