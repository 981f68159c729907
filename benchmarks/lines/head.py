"""Epochs of the head: from cached activations, against the same through the frozen body."""

from benchmarks.line import Line
from benchmarks.measure import Ratio, in_turns
from benchmarks.own_run import run_config
from benchmarks.settings import Settings
from trainables.run import start

TURNS = 7


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


LINES = (
    Line(
        name="head",
        what="an epoch of the head from activations",
        against="the same through the frozen body",
        to_reach=50,
        measure=measure,
    ),
)
