"""Each arm's rates over time, worked out without training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from study.preparation.blank_networks import blank_network
from study.preparation.prepare import Prepared
from study.spec.arms import Arm, representative
from trainables.config import RunConfig, parse_config
from trainables.plan.phases import AutoRate, Phase

STEPS_DRAWN = 40
"""Points of an epoch at which the picture shows the rates, of an arm of a few hundred epochs at most."""

POINTS_DRAWN = 10_000
"""Of a whole arm, but for one an epoch: the picture is 1,000 pixels wide."""


@dataclass(frozen=True, kw_only=True)
class RateTable:
    """One arm's rates over time, for a representative configuration.

    Attributes:
        arm: Name of the arm.
        config: The representative configuration.
        groups: Depth groups, stem first.
        phases: Phase of every epoch.
        rates: Rate of every group at `points` even steps of every epoch, the first step among them; 0
            where the group is frozen. A multiple of the suggestion where the phase's rate is "auto".
        cycle_ends: Epochs at whose end a cycle ends.
        unit: "rate", or what it is relative to.
        points: Of an epoch.
    """

    arm: str
    config: Mapping[str, Any]
    groups: tuple[str, ...]
    phases: tuple[str, ...]
    rates: tuple[tuple[float, ...], ...]
    cycle_ends: tuple[int, ...]
    unit: str
    points: int

    def at_first_steps(self) -> tuple[tuple[float, ...], ...]:
        """Return the rates at every epoch's first step."""
        return self.rates[:: self.points]


def rate_table(arm: Arm, prepared: Prepared) -> RateTable:
    """Return the rates of an arm's representative configuration."""
    from trainables.optim.optimizer import lr_groups

    config = representative(arm, data=prepared.target.key, weights="none")
    run, phases = parse_config(config)
    network = blank_network(run.architecture, prepared.spec, prepared.target)
    points = min(STEPS_DRAWN, max(1, POINTS_DRAWN // run.epochs))
    finest = max((lr_groups(network, phase) for phase in phases), key=len)
    names: list[str] = []
    rows: list[tuple[float, ...]] = []
    ends: list[int] = []
    for phase in phases:
        ends += [len(names) + epoch for epoch in phase.schedule.cycle_ends]
        lr_scales = {
            parameter: lr_group.lr_scale
            for lr_group in lr_groups(network, phase)
            for parameter in lr_group.group.parameters
        }
        row = [lr_scales[lr_group.group.parameters[0]] for lr_group in finest]
        for step in range(phase.num_epochs * points):
            rate = _base(phase, run) * phase.schedule.factor(step, steps_per_epoch=points)
            rows.append(tuple(rate * share for share in row))
        names += [phase.name] * phase.num_epochs
    auto = any(isinstance(phase.lr, AutoRate) for phase in phases)
    return RateTable(
        arm=arm.name,
        config=config,
        groups=tuple(lr_group.group.name for lr_group in finest),
        phases=tuple(names),
        rates=tuple(rows),
        cycle_ends=tuple(ends),
        unit="times the range test's suggestion" if auto else "rate",
        points=points,
    )


def _base(phase: Phase, run: RunConfig) -> float:
    from trainables.loop.phase_setup import given_rate

    return phase.lr.times if isinstance(phase.lr, AutoRate) else given_rate(phase, run)
