"""A label curve, measured: levels of every arm at every size, gains from size to size, and the next doubling."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.findings.contrasts.final_differences import final_differences
from analysis.findings.pairs import find_pairings
from analysis.label_curve.levels import Level, covariance_of, gain_between, level_of
from analysis.label_curve.power_law import MIN_SIZES, Doubling, next_doubling
from analysis.label_curve.search_gain import SearchGain, search_gain
from analysis.loading.settings import Settings
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class Step:
    """What more labels brought an arm, from one size to the next.

    Attributes:
        arm: Name of the arm.
        start: Training images of a class before.
        end: The same after.
        num_labels: Labels that were added, over all classes.
        gain: Rise of the mean test objective, over paired seeds and images; None where it can't be measured.
    """

    arm: str
    start: int
    end: int
    num_labels: int
    gain: Estimate | None


@dataclass(frozen=True, kw_only=True)
class LabelCurve:
    """Studies of the same arms at several numbers of labels.

    Attributes:
        name: Of the study file.
        studies: Each size's study, by training images of a class, rising.
        winners_of: The size whose winners all sizes use; None where each size has a search of its own.
        label_price: What a label costs, in the user's currency; None where it was not given.
    """

    name: str
    studies: Mapping[int, StudyData]
    winners_of: int | None = None
    label_price: float | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Training images of a class, rising."""
        return tuple(self.studies)

    @property
    def settings(self) -> Settings:
        """How the arms are compared, the same at every size."""
        return self.studies[self.sizes[-1]].settings

    @property
    def num_classes(self) -> int:
        """Number of classes."""
        return len(self.studies[self.sizes[-1]].metadata.classes)

    @cached_property
    def levels(self) -> Mapping[tuple[int, str], Level]:
        """The level of every arm at every size."""
        return {
            (size, arm): level_of(data, arm)
            for size, data in self.studies.items()
            for arm in self.settings.arms
        }

    @cached_property
    def differences(self) -> Mapping[tuple[int, str], Estimate | None]:
        """The difference of every other arm from the reference at every size, as that size's report has it."""
        return {
            (size, pairing.arm): final_differences(pairing, data).headline
            for size, data in self.studies.items()
            for pairing in find_pairings(data)
            if pairing.architecture is None
        }

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What more labels brought each arm, from size to size."""
        return tuple(
            Step(
                arm=arm,
                start=start,
                end=end,
                num_labels=(end - start) * self.num_classes,
                gain=gain_between(self.studies[start], self.studies[end], arm),
            )
            for arm in self.settings.arms
            for start, end in itertools.pairwise(self.sizes)
        )

    @cached_property
    def searches(self) -> Mapping[tuple[int, str], SearchGain | None]:
        """What the second half of each arm's search at each size brought; None where there was no such search."""
        return {
            (size, arm): search_gain(data, arm) if self.winners_of in (None, size) else None
            for size, data in self.studies.items()
            for arm in self.settings.arms
        }

    @cached_property
    def laws(self) -> Mapping[str, Doubling | None]:
        """The power law of each arm, whether or not its sizes follow one; None with too few sizes."""
        return {arm: self._doubling(arm) for arm in self.settings.arms}

    @cached_property
    def doublings(self) -> Mapping[str, Doubling | None]:
        """What twice the largest size is expected to bring each arm, extrapolated; None where no law can say."""
        return {arm: law if law is not None and law.follows else None for arm, law in self.laws.items()}

    @cached_property
    def rows(self) -> tuple[Mapping[str, object], ...]:
        """One mapping a size and arm: what stands in `label_curve.csv`; None for what is not known."""
        steps = {(step.start, step.arm): step for step in self.steps}
        return tuple(self._row(size, arm, steps.get((size, arm))) for size, arm in self.levels)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a size and arm."""
        return pd.DataFrame(self.rows)

    def _doubling(self, arm: str) -> Doubling | None:
        known = [(size, self.levels[size, arm]) for size in self.sizes]
        levels = [level for _, level in known]
        if len(known) < MIN_SIZES or any(x.estimate is None or x.estimate.spread is None for x in levels):
            return None
        estimates = [level.estimate for level in levels if level.estimate is not None]
        return next_doubling(
            [size for size, _ in known],
            [estimate.mean for estimate in estimates],
            covariance_of(levels),
            df=min(estimate.spread.df for estimate in estimates if estimate.spread is not None),
            confidence=self.settings.confidence,
        )

    def _row(self, size: int, arm: str, step: Step | None) -> dict[str, object]:
        level, search = self.levels[size, arm], self.searches[size, arm]
        gain = None if step is None else step.gain
        doubling = self.doublings[arm] if size == self.sizes[-1] else None
        return {
            "per_class": size,
            "labels": size * self.num_classes,
            "arm": arm,
            "num_runs": level.num_runs,
            "num_trained": level.num_trained,
            **_columns("test", level.estimate),
            **_columns("difference", self.differences.get((size, arm))),
            "more_labels": None if step is None else step.num_labels,
            **_columns("gain", gain),
            "extrapolated_gain_of_doubling": None if doubling is None else doubling.gain,
            "extrapolated_low": None if doubling is None else doubling.low,
            "extrapolated_high": None if doubling is None else doubling.high,
            "search_trials_of_second_half": None if search is None else search.num_trials,
            "search_hours_of_second_half": None if search is None else search.hours,
            "search_gain_of_second_half": None if search is None else search.gain,
        }


def _columns(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    values = (None,) * 3 if estimate is None else (estimate.mean, estimate.low, estimate.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
