"""What the sections of a study file have in common, and words that several of them use."""

from pydantic import BaseModel, ConfigDict

COUNT = "a whole number, at least 1"
COUNT_OR_NONE = "a whole number, at least 0"
SWITCH = "true or false"


class Section(BaseModel):
    """Keys and values that belong together. A field's description says what it allows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
