"""What the sections of a study file have in common, and words that several of them use."""

import math
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from study.spec.errors import shown
from trainables.limits import too_large

COUNT = "a whole number, at least 1"
COUNT_OR_NONE = "a whole number, at least 0"
SWITCH = "true or false"


class Section(BaseModel):
    """Keys and values that belong together. A field's description says what it allows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _within_limits(cls, raw: Any, info: ValidationInfo) -> Any:
        is_finite = not isinstance(raw, float) or math.isfinite(raw)  # what isn't, pydantic refuses
        if is_finite and (beyond := too_large(str(info.field_name), raw)):
            raise ValueError(f"{shown(raw)} is not allowed; {beyond}")
        return raw
