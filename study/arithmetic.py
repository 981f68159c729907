"""Which layout and precision each network of a study trains in: probed once, written down, the same for every run."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Literal, get_args

from study.prepare import Prepared
from study.spec import StudySpec
from trainables.architectures import SMALL_RESNET
from trainables.arithmetic import Arithmetic, Layout, UnscaledPrecision
from trainables.config import LEAST_CHANNELS_LAST

WORTH = 1.1
"""How many times faster a choice has to be to be taken instead of PyTorch's own: probes differ by some per cent."""

PROBE_SECONDS = 10.0

Key = Literal["precision", "layout"]

OTHERS: Mapping[Key, tuple[Any, str]] = {
    "precision": ("bfloat16", "in bfloat16"),
    "layout": ("channels_last", "with channels last"),
}
"""What is taken instead of PyTorch's own where it is worth it, and in words."""


def with_arithmetic(prepared: Prepared, before: StudySpec | None = None) -> Prepared:
    """Return a study with a layout and a precision for each of its networks, and notes of what was probed.

    Where the file sets or searches `training.channels_last`, that decides, and the layout stays "auto".

    Args:
        prepared: A study, whose file may leave either to "auto".
        before: The study as it was begun, whose choices are taken; None probes.
    """
    keys = _left_open(prepared.spec)
    if not keys:
        return prepared
    if before is not None:
        return _with(prepared, {key: getattr(before.resources, key) for key in keys})
    found = {architecture: _probed(prepared, architecture, keys) for architecture in prepared.architectures}
    choices = {key: {name: getattr(chosen, key) for name, (chosen, _) in found.items()} for key in keys}
    notes = dict.fromkeys(note for _, notes in found.values() for note in notes)
    return replace(_with(prepared, choices), notes=(*prepared.notes, *notes))


def arithmetic_settings(spec: StudySpec, architecture: str) -> dict[str, Any]:
    """Return what `resources` adds to the configuration of a network's runs; nothing where that is PyTorch's own."""
    named = _named(spec, architecture)
    layout = {"channels_last": True} if named.layout == "channels_last" else {}
    precision = {"precision": named.precision} if named.precision != "float32" else {}
    return {**layout, **precision}


def _named(spec: StudySpec, architecture: str) -> Arithmetic:
    """Return what `resources` names for a network, with PyTorch's own for what it doesn't."""
    named: dict[str, Any] = {}
    for key in OTHERS:
        choice = getattr(spec.resources, key)
        named[key] = choice if isinstance(choice, str) else choice.get(architecture)
    return Arithmetic(**{key: value for key, value in named.items() if value not in ("auto", None)})


def _left_open(spec: StudySpec) -> tuple[Key, ...]:
    """Return what is to be chosen, in that order: the layout is the better one within a precision."""
    precision: tuple[Key, ...] = ("precision",) if spec.resources.precision == "auto" else ()
    if spec.resources.layout == "auto" and spec.training.values["channels_last"] is False:
        return (*precision, "layout")
    return precision


def _with(prepared: Prepared, choices: Mapping[Any, Any]) -> Prepared:
    resources = prepared.spec.resources.model_copy(update=dict(choices))
    return replace(prepared, spec=prepared.spec.model_copy(update={"resources": resources}))


def _probed(
    prepared: Prepared, architecture: str, keys: tuple[Key, ...]
) -> tuple[Arithmetic, tuple[str, ...]]:
    """Return what to train in, PyTorch's own where nothing is probed, and sentences on that."""
    spec, target = prepared.spec, prepared.target
    if spec.resources.gpus:
        why = "precision: float32, because a GPU trains here and resources.precision: auto is probed on CPUs only"
        return Arithmetic(), (why,) if "precision" in keys else ()
    candidates = _candidates(spec, architecture)
    if len(candidates) < 2:
        return Arithmetic(), ()
    from trainables.probe import seconds_a_step

    try:
        seconds = seconds_a_step(
            architecture,
            candidates,
            num_classes=len(target.classes),
            image_size=target.image_size,
            channels=target.channels,
            width=spec.model.width,
            batch_size=spec.training.batch_size,
            num_threads=max(1, int(spec.resources.cpus)),
            budget_seconds=PROBE_SECONDS,
        )
    except (MemoryError, RuntimeError) as error:  # a network too large here may fit where it trains
        why = f"{architecture} could not be probed here: {str(error).splitlines()[0]}"
        return Arithmetic(), (f"{' and '.join(keys)}: {why}",)
    return _choose(seconds, keys, architecture)


def _candidates(spec: StudySpec, architecture: str) -> tuple[Arithmetic, ...]:
    """Return what a network's runs may train in; nothing where that includes what is not probed."""
    named, training = _named(spec, architecture), spec.training.values
    layouts: tuple[Layout, ...] = (named.layout,)
    precisions: tuple[UnscaledPrecision, ...] = (named.precision,)
    is_narrow = architecture == SMALL_RESNET and spec.model.width < LEAST_CHANNELS_LAST
    if training["channels_last"] is True:
        layouts = ("channels_last",)
    elif spec.resources.layout == "auto" and not is_narrow:
        layouts = get_args(Layout)
    if spec.resources.precision == "auto":
        precisions = get_args(UnscaledPrecision)
    elif training["precision"] == "bfloat16":
        precisions = ("bfloat16",)
    elif training["precision"] != "float32":
        return ()
    return tuple(Arithmetic(layout=layout, precision=one) for one, layout in product(precisions, layouts))


def _choose(
    seconds: Mapping[Arithmetic, float], keys: tuple[Key, ...], architecture: str
) -> tuple[Arithmetic, tuple[str, ...]]:
    """Return what is faster by enough, and sentences on that."""
    chosen, notes = Arithmetic(), []
    for key in keys:
        other, in_words = OTHERS[key]
        gain = _gain(seconds, key)
        if gain >= WORTH:
            chosen = replace(chosen, **{key: other})
            notes.append(f"{key}: {architecture} trains {gain:.2f} times faster here {in_words}")
        elif key == "precision":  # asked for in the file, unlike the layout
            notes.append(
                f"precision: {architecture} trains in float32; bfloat16 is {gain:.2f} times as fast here"
            )
        seconds = {one: value for one, value in seconds.items() if getattr(one, key) == getattr(chosen, key)}
    return chosen, tuple(notes)


def _gain(seconds: Mapping[Arithmetic, float], key: Key) -> float:
    """Return how many times faster the best is that has not PyTorch's own `key`; 0 where none was probed."""
    own = getattr(Arithmetic(), key)
    best_own = min(value for one, value in seconds.items() if getattr(one, key) == own)
    return best_own / min(
        (value for one, value in seconds.items() if getattr(one, key) != own), default=float("inf")
    )
