"""The answer of a fit: what it has made, how good that is, what comes next; as values, and for a terminal."""

import shlex
from typing import Any

from analysis.statistics.proportion import CONFIDENCE
from analysis.wording import number_format as fmt
from study.cards.answers import BALANCED
from study.fitting.fitted import Fitted
from trainables.text import counted

FIT = "fit.json"


def values_of(fitted: Fitted, *, name: str) -> dict[str, Any]:
    """Return what a script reads, and what is kept beside the model."""
    tested, found, reliability = fitted.measured.tested, fitted.calibration, fitted.measured.reliability
    low, high = tested.interval
    wanted = found.wanted
    return {
        "name": name,
        "study": fitted.recommended.study,
        "arm": fitted.recommended.arm,
        "chosen": fitted.recommended.chosen,
        "num_networks": fitted.num_networks,
        "num_train_images": sum(fitted.trained_on.counts["train"]),
        "on_validation_too": fitted.on_validation_too,
        "seconds": round(fitted.seconds, 1),
        "objective": tested.objective,
        "val_objective": fitted.val_objective,
        "test": {
            "objective": tested.value,
            "low": low,
            "high": high,
            "confidence": CONFIDENCE,
            "num_images": len(tested.labels),
            "right": int(tested.right.sum()),
            "measured_before": fitted.measured.times_before,
            "calibration_error": {"before": reliability.error_before, "after": reliability.error_after},
            "log_loss": {"before": reliability.loss_before, "after": reliability.loss_after},
        },
        "temperature": found.temperature,
        "operating_point": wanted
        and {
            "positive": wanted.positive,
            wanted.kind: wanted.value,
            "threshold": found.threshold,
            "val": _rates(found.reached),
            "test": _rates(fitted.measured.rates),
        },
    }


def answer_of(fitted: Fitted, *, name: str, folder: str) -> str:
    """Return the answer as a terminal shows it.

    Args:
        fitted: What was made.
        name: Of the fit.
        folder: Of its results, as it is typed.
    """
    tested, reliability, found = fitted.measured.tested, fitted.measured.reliability, fitted.calibration
    low, high = tested.interval
    num = fitted.num_networks
    networks = "1 network" if num == 1 else f"{num} networks that answer together"
    objective = "balanced accuracy" if tested.objective == BALANCED else "accuracy"
    num_images = sum(fitted.trained_on.counts["train"])
    of_groups = f" of {counted(tested.num_groups, 'group')}" if tested.num_groups else ""
    lines = [
        f"{name}: {networks}, {fitted.config['architecture']}, trained on {num_images} images in "
        f"{fmt.duration(fitted.seconds)}.",
        f"  how good    {objective} {100 * tested.value:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f} %) "
        f"on {len(tested.labels)} test images{of_groups} that nothing was trained on",
    ]
    if not tested.right.all():
        worst, share = tested.recalls()[0]
        lines.append(
            f"  weakest     {worst}: {share.hits} of {share.total} found ({100 * share.low:.0f} to "
            f"{100 * share.high:.0f} %)"
        )
    lines.append(
        f"  sureness    temperature {found.temperature:.2f}; calibration error on the test images "
        f"{reliability.error_before:.3f} before, {reliability.error_after:.3f} with it"
    )
    if (rates := fitted.measured.rates) is not None and found.wanted is not None:
        lines.append(
            f"  threshold   {found.threshold:.3f} for {found.wanted.positive}: sensitivity {rates.sensitivity:.3f}, "
            f"specificity {rates.specificity:.3f} on the test images"
        )
    lines += [
        f"  made        {folder}: the model, and its card, README.md",
        "What to do next:",
        f"  lrstudy predict {shlex.quote(folder)} IMAGES...",
    ]
    return "\n".join(lines)


def _rates(rates: Any) -> dict[str, float] | None:
    return rates and {"sensitivity": rates.sensitivity, "specificity": rates.specificity}
