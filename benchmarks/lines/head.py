"""Epochs of the head: from cached activations, against the same through the frozen body; and of many heads at once."""

from collections.abc import Iterator
from typing import Any

from benchmarks.line import Line
from benchmarks.measure import Ratio, in_turns
from benchmarks.own_run import run_config
from benchmarks.settings import Settings
from trainables import EpochRecord, train, train_many_heads
from trainables.run import start

TURNS = 7
HEADS = 16
EPOCHS = 60


def measure(settings: Settings) -> Ratio:
    """Measure seconds of a training epoch of the head alone, one thread, in this process."""
    on_activations = start(run_config(settings, recipe="feature_extraction", width=8, num_threads=1))
    through_body = start(
        run_config(
            settings, recipe="gradual_unfreezing", num_steps=1, unfreeze_epochs=500, width=8, num_threads=1
        )
    )
    return in_turns(
        lambda: on_activations.run_epoch().training_seconds,
        lambda: through_body.run_epoch().training_seconds,
        n=settings.turns(TURNS),
        note="seconds of a training epoch, width 8, one thread; the activations are computed before, of images as "
        "they are; through the body they are cropped and flipped anew in every epoch",
    )


def measure_many(settings: Settings) -> Ratio:
    """Measure training seconds of heads with rates and decays of their own, at once and one after another."""
    configs: list[dict[str, Any]] = [
        run_config(
            settings, recipe="feature_extraction", width=8, num_threads=1, epochs=5 if settings.quick else EPOCHS,
            lr=0.3 * 0.7**number, weight_decay=1e-4 * (1 + number),
        )
        for number in range(HEADS)
    ]  # fmt: skip

    def seconds(records: Iterator[tuple[EpochRecord, ...]]) -> float:
        return sum(record.training_seconds for epoch in records for record in epoch)

    def alone() -> Iterator[tuple[EpochRecord, ...]]:
        return ((record,) for config in configs for record in train(config))

    return in_turns(
        lambda: seconds(train_many_heads(configs)),
        lambda: seconds(alone()),
        n=settings.turns(TURNS),
        note=f"training seconds of {HEADS} heads on the same activations and batches, width 8, one thread; both sides "
        "lrstudy's, by the closed form of the gradient",
    )


LINES = (
    Line(
        name="head",
        what="an epoch of the head from activations",
        against="the same through the frozen body",
        to_reach=50,
        measure=measure,
    ),
    Line(
        name="heads_at_once",
        what=f"{HEADS} heads as one computation",
        against="one after another",
        to_reach=12,
        measure=measure_many,
    ),
)
