"""A stand-in for a model that gives the same answer to everything but files that begin with `bad`."""

import base64
from collections.abc import Sequence

from study.models.trying.page import ShownModel

CLASSES = ("apple", "pear & <b>plum</b>", "cherry", "quince", "grape", "melon")
PROBABILITIES = (0.1, 0.6, 0.15, 0.1, 0.0496, 0.0004)


class FixedAnswers:
    """Answers with `PROBABILITIES`.

    Attributes:
        columns: As a model's are.
        asked: The files' bytes, in order.
    """

    columns = ("class", "probability", *(f"p_{name}" for name in CLASSES), "error")

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def answers(self, files: Sequence[object]) -> list[tuple[object, ...]]:
        contents = [base64.b64decode(str(file)) for file in files]
        self.asked += contents
        nothing = (None,) * (2 + len(CLASSES))
        good = (CLASSES[1], 0.6, *PROBABILITIES, None)
        return [(*nothing, "it is <i>broken</i>") if each[:3] == b"bad" else good for each in contents]


SHOWN = ShownModel(name="fruit & <more>", classes=CLASSES, said=("The model of a test.",))
