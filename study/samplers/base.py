"""The base class of samplers: asked for configurations, told how they ended."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from study.ranges import Scalar, Space
from trainables.record import Status


class Sampler(ABC):
    """Suggests the configurations of one search of one arm.

    The same space, seed and number of trials give the same suggestions, if the same is told between them: a study that
    is resumed asks and tells again what it did before.

    Attributes:
        choices_only: Whether it takes no ranges but those of whole numbers, which it gets as choices.
    """

    choices_only: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        """Begin a search.

        Args:
            space: What is searched: setting to range or choice.
            seed: Of everything that is drawn.
            num_trials: How many trials the study file asks for; an extension may ask for more.
        """

    @abstractmethod
    def ask(self) -> dict[str, Scalar] | None:
        """Return a value for every key of the space; None when it has no more."""

    def tell(  # noqa: B027 - a sampler that learns nothing from trials need not listen
        self, number: int, *, status: Status, objective: float | None, judged: Sequence[tuple[int, float]]
    ) -> None:
        """Take how a trial ended. Trials may end in another order than they were asked for.

        Args:
            number: Of what was suggested, counted from 0.
            status: "finished", "stopped" early, "diverged", "out_of_memory" or "failed".
            objective: What is maximised; None where the trial did not finish.
            judged: Epoch and objective of every judged epoch, in order.
        """
