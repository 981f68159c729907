"""The base of a study file's sections: bounds of numbers, and words on what a key allows."""

import math
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from trainables.errors import shown
from trainables.limits import bounds_in
from trainables.settings import describe


def allowed_in(field: FieldInfo) -> str:
    """Return in words what a key of a section allows: its description, or what its type and bounds say."""
    return field.description or describe(field.annotation, bounds_in(field.metadata))


class Section(BaseModel):
    """Keys and values that belong together. Numbers lie within the `trainables.limits.Bounds` of their annotation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _within_bounds(cls, raw: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[str(info.field_name)]
        bounds = bounds_in(field.metadata)
        is_finite = not isinstance(raw, float) or math.isfinite(raw)  # what isn't, pydantic refuses
        if is_finite and (instead := bounds.allowed_instead(raw)):
            allowed = allowed_in(field) if instead == bounds.words else instead
            raise ValueError(f"{shown(raw)} is not allowed; {allowed}")
        return raw
