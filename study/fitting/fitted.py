"""The outcome of a fit, before it is written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from study.cards.answers import Answers
from study.cards.reliability import Reliability
from study.fitting.calibration import Calibration
from study.fitting.operating_point import Rates
from study.fitting.recommendation import Recommendation
from study.preparation.prepare import Prepared
from trainables.data import PreparedData

if TYPE_CHECKING:
    from trainables.calibrated import Calibrated


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """The final networks on the test images.

    Attributes:
        tested: Their answers.
        rates: What the threshold does; None without one.
        reliability: Before and after the temperature.
        times_before: How often these test images had been measured on this machine.
    """

    tested: Answers
    rates: Rates | None
    reliability: Reliability
    times_before: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """What a fit has made.

    Attributes:
        recommended: What was trained.
        prepared: The images, and what is known of them.
        trained_on: What the final networks were trained on.
        config: The configuration, flat.
        seconds: That training took.
        calibration: Of networks that were trained without the validation images.
        val_objective: Of those networks together, on the validation images.
        measured: The final networks on the test images.
        network: The final networks, together.
    """

    recommended: Recommendation
    prepared: Prepared
    trained_on: PreparedData
    config: dict[str, Any]
    seconds: float
    calibration: Calibration
    val_objective: float
    measured: Measured
    network: "Calibrated"

    @property
    def num_networks(self) -> int:
        """Networks that answer together."""
        return len(self.network.members)

    @property
    def on_validation_too(self) -> bool:
        """Whether the final networks were trained on the validation images, too."""
        return self.trained_on.key != self.prepared.target.key
