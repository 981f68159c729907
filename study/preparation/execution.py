"""Execution of each network, in a layout and a precision: probed once, written down, the same for every run."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, get_args

from study.errors import StudyError
from study.preparation.named_execution import (
    layout_problems,
    named_combinations,
    named_execution,
    takes_channels_last,
)
from study.preparation.prepare import Prepared
from study.spec.checks.arm_plans import image_sides
from study.spec.study_file import StudySpec
from trainables.compute.execution import Execution, Layout, UnscaledPrecision
from trainables.plan.training import Precision

if TYPE_CHECKING:
    from trainables.compute.probe import Workload

WORTH = 1.1
"""How many times faster a choice has to be to be taken instead of PyTorch's own: probes differ by some per cent."""

PROBE_SECONDS = 10.0

Key = Literal["precision", "layout"]

OTHERS: Mapping[Key, tuple[Any, str]] = {
    "precision": ("bfloat16", "in bfloat16"),
    "layout": ("channels_last", "with channels last"),
}
"""What is taken instead of PyTorch's own where it is worth it, and in words."""


def with_execution(prepared: Prepared, before: StudySpec | None = None) -> Prepared:
    """Return a study with a layout and a precision for each of its networks, and notes of what was probed.

    Where the file sets or searches `training.channels_last`, that decides, and the layout stays "auto". What the file
    names otherwise than PyTorch's own is tried for a step.

    Args:
        prepared: A study, whose file may leave either to "auto".
        before: The study as it was begun, whose choices are taken; None probes.

    Raises:
        StudyError: If PyTorch crashes on this machine, or is known to, in what the file names or earlier runs took.
    """
    keys = _left_open(prepared.spec)
    if before is not None:
        taken = _with(prepared, {key: getattr(before.resources, key) for key in keys})
        _refuse_known(taken)
        return taken
    found = {architecture: _probed(prepared, architecture, keys) for architecture in prepared.architectures}
    choices = {key: {name: getattr(chosen, key) for name, (chosen, _) in found.items()} for key in keys}
    notes = dict.fromkeys(note for _, notes in found.values() for note in notes)
    return replace(_with(prepared, choices), notes=(*prepared.notes, *notes))


def _refuse_known(prepared: Prepared) -> None:
    problems = [
        problem
        for architecture in prepared.architectures
        for problem in layout_problems(architecture, prepared.spec, prepared.target)
    ]
    if problems:
        raise StudyError("\n".join(problems))


def execution_settings(spec: StudySpec, architecture: str) -> dict[str, Any]:
    """Return what `resources` adds to the configuration of a network's runs; nothing where that is PyTorch's own."""
    named = named_execution(spec, architecture)
    layout = {"channels_last": True} if named.layout == "channels_last" else {}
    precision = {"precision": named.precision} if named.precision != "float32" else {}
    return {**layout, **precision}


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
) -> tuple[Execution, tuple[str, ...]]:
    """Return what to train in, PyTorch's own where nothing is probed, and sentences on that."""
    spec = prepared.spec
    if spec.resources.gpus:
        why = "precision: float32, because a GPU trains here and resources.precision: auto is probed on CPUs only"
        return Execution(), (why,) if "precision" in keys else ()
    candidates = _candidates(prepared, architecture) if keys else ()
    if len(candidates) < 2:
        return Execution(), _tried(prepared, architecture, named_combinations(spec, architecture))
    from trainables.compute.probe_children import seconds_a_step

    probed = seconds_a_step(
        _workload(prepared, architecture),
        candidates,
        batch_size=spec.training.batch_size,
        num_threads=max(1, int(spec.resources.cpus)),
        budget_seconds=PROBE_SECONDS,
    )
    if not probed.seconds and not probed.errors:
        raise StudyError(
            f"{' and '.join(keys)}: {architecture} can't be trained here: {_crashes(probed.crashed)}"
        )
    if not probed.seconds:
        why = f"{architecture} could not be probed here: {next(iter(probed.errors.values()))}"
        return Execution(), (f"{' and '.join(keys)}: {why}",)
    chosen, notes = _choose(probed.seconds, keys, architecture)
    dropped = (
        *(_dropped(architecture, one, f"a step here {how}") for one, how in probed.crashed.items()),
        *(_dropped(architecture, one, error) for one, error in probed.errors.items()),
    )
    searched = tuple(one for one in named_combinations(spec, architecture) if one not in candidates)
    return chosen, (*notes, *dropped, *_tried(prepared, architecture, searched))


def _dropped(architecture: str, execution: Execution, why: str) -> str:
    return f"{architecture} is not trained {execution.in_words()}: {why}"


def _tried(prepared: Prepared, architecture: str, combinations: tuple[Execution, ...]) -> tuple[str, ...]:
    """Try a step in each that is not PyTorch's own; return sentences on those that could not be tried.

    Raises:
        StudyError: If PyTorch crashes in one of them.
    """
    spec = prepared.spec
    others = tuple(one for one in combinations if one != Execution())
    if not others:
        return ()
    from trainables.compute.probe_children import check_steps

    probed = check_steps(
        _workload(prepared, architecture),
        others,
        sides=tuple(image_sides(spec, image_size=prepared.target.image_size)),
        batch_size=spec.training.batch_size,
        num_threads=max(1, int(spec.resources.cpus)),
    )
    if probed.crashed:
        raise StudyError(
            f"{architecture} can't be trained here as the study file says: {_crashes(probed.crashed)}; another layout "
            "or precision, or no compiling, is allowed"
        )
    return tuple(
        f"{architecture} could not be tried here {one.in_words()}: {error}"
        for one, error in probed.errors.items()
    )


def _crashes(crashed: Mapping[Execution, str]) -> str:
    return ", and ".join(f"a training step {one.in_words()} {how}" for one, how in crashed.items())


def _workload(prepared: Prepared, architecture: str) -> "Workload":
    from trainables.compute.probe import Workload

    target = prepared.target
    return Workload(
        architecture=architecture,
        num_classes=len(target.classes),
        image_size=target.image_size,
        channels=target.channels,
        width=prepared.spec.model.width,
    )


def _candidates(prepared: Prepared, architecture: str) -> tuple[Execution, ...]:
    """Return what a network's runs may train in; nothing where that includes what is not probed."""
    spec, training = prepared.spec, prepared.spec.training.values
    named = named_execution(spec, architecture)
    layouts: tuple[Layout, ...] = (named.layout,)
    precisions: tuple[Precision, ...] = (named.precision,)
    if training["channels_last"] is True:
        layouts = ("channels_last",)
    elif spec.resources.layout == "auto" and takes_channels_last(architecture, spec, prepared.target):
        layouts = get_args(Layout)
    if spec.resources.precision == "auto":
        precisions = get_args(UnscaledPrecision)
    elif training["precision"] == "bfloat16":
        precisions = ("bfloat16",)
    elif training["precision"] != "float32":
        return ()
    return tuple(Execution(layout=layout, precision=one) for one, layout in product(precisions, layouts))


def _choose(
    seconds: Mapping[Execution, float], keys: tuple[Key, ...], architecture: str
) -> tuple[Execution, tuple[str, ...]]:
    """Return what is faster by enough, and sentences on that."""
    chosen, notes = Execution(), []
    for key in keys:
        other, in_words = OTHERS[key]
        gain = _gain(seconds, key)
        if gain >= WORTH:
            chosen = replace(chosen, **{key: other})
            if gain < float("inf"):
                notes.append(f"{key}: {architecture} trains {gain:.2f} times faster here {in_words}")
        elif key == "precision":  # asked for in the file, unlike the layout
            notes.append(
                f"precision: {architecture} trains in float32; bfloat16 is {gain:.2f} times as fast here"
            )
        seconds = {one: value for one, value in seconds.items() if getattr(one, key) == getattr(chosen, key)}
    return chosen, tuple(notes)


def _gain(seconds: Mapping[Execution, float], key: Key) -> float:
    """Return how many times faster the best is that has not PyTorch's own `key`.

    0 where none was timed, infinity where only such were: PyTorch crashed in its own.
    """
    own = getattr(Execution(), key)
    of_own = [value for one, value in seconds.items() if getattr(one, key) == own]
    of_others = [value for one, value in seconds.items() if getattr(one, key) != own]
    return min(of_own, default=float("inf")) / min(of_others, default=float("inf")) if of_others else 0.0
