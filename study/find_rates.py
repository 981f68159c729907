"""Range tests of an arm's phases, outside of a study."""

import dataclasses
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study.errors import StudyError
from study.planning import machine_settings, source_weights
from study.prepare import Prepared
from study.representative import representative
from trainables.range_test import NoSuggestionError, Suggestion
from trainables.recipes import recipe


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the range test says for one phase."""

    phase: str
    suggestion: Suggestion


def find_rates(prepared: Prepared, *, arm: str | None) -> tuple[Found, ...]:
    """Test every phase of an arm's representative configuration, all its rates set to "auto".

    Source weights that are not in the cache yet are trained first.

    Raises:
        StudyError: If there is no such arm.
    """
    from trainables.run import start, train

    arms = {a.name: a for a in prepared.arms}
    if arm is not None and arm not in arms:
        raise StudyError(f"--arm {arm}: one of {', '.join(arms)} is allowed")
    chosen = arms[arm] if arm else prepared.arms[0]
    files, jobs = source_weights(prepared)
    for job in jobs:
        last = deque(train(job.config), maxlen=1)[0]
        if last.status != "finished":
            raise StudyError(f"{job.info.run}: pre-training ended as {last.status}")
    config = representative(chosen, data=prepared.target.key, **machine_settings(prepared))
    config["device"] = "auto"
    config["weights"] = files.get(config["architecture"], config["weights"])
    fit = start(config | _auto(config))
    found: dict[str, Suggestion] = {}
    try:
        for _ in fit:
            found = fit.suggestions
            if len(found) == len(fit.phases):
                break
    except NoSuggestionError as error:
        found[error.phase] = error.suggestion
    return tuple(Found(phase=phase, suggestion=suggestion) for phase, suggestion in found.items())


def _auto(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration's rates set to "auto", without multiples."""
    fields = {f.name for f in dataclasses.fields(recipe(config["recipe"]).Settings)}
    return {key: "auto" for key in ("lr", "head_lr") if key in fields} | {
        key: 1.0 for key in ("lr_times", "head_lr_times") if key in fields
    }


def draw_range_tests(found: tuple[Found, ...], path: Path) -> None:
    """Draw loss against rate, a panel a phase, each repeat a line, the band of suggestions shaded."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * len(found), 3.6), layout="constrained")
    axes = figure.subplots(1, len(found), squeeze=False)[0]
    for axis, f in zip(axes, found, strict=True):
        _draw(axis, f)
    figure.savefig(path, dpi=120)


def _draw(axis: Any, found: Found) -> None:
    for test in found.suggestion.tests:
        axis.plot(test.rates, test.losses, color="0.85", linewidth=0.7)
        axis.plot(test.rates, test.smoothed, color="#0072B2", linewidth=1.5)
    s = found.suggestion
    if s.lr is not None and s.low is not None and s.high is not None:
        axis.axvspan(s.low, s.high, color="#E69F00", alpha=0.25, linewidth=0)
        axis.axvline(s.lr, color="#D55E00")
        axis.annotate(f"{s.lr:.2g}", (s.lr, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom")
    lowest = min((min(t.smoothed) for t in s.tests if t.smoothed), default=0.0)
    first = max((t.smoothed[0] for t in s.tests if t.smoothed), default=1.0)
    axis.set_ylim(max(0.0, lowest - 0.2 * (first - lowest)), first + 0.6 * (first - lowest) + 0.1)
    axis.set_xscale("log")
    axis.set_xlabel("base rate")
    axis.set_ylabel("training loss (grey: each batch)")
    axis.set_title(
        f"phase {found.phase}" + (f": {s.reason}" if s.lr is None else ""), loc="left", fontsize=9, pad=14
    )
