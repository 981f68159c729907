"""Execution that a study file names for each network, compiling included, and what of it is known to crash."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from study.preparation.blank_networks import blank_network
from study.ranges import boundary_values
from study.spec.study_file import StudySpec
from trainables.compute.execution import Execution
from trainables.data import PreparedData


def named_execution(spec: StudySpec, architecture: str) -> Execution:
    """Return what `resources` names for a network, with PyTorch's own for what it doesn't."""
    named: dict[str, Any] = {}
    for key in ("layout", "precision"):
        choice = getattr(spec.resources, key)
        named[key] = choice if isinstance(choice, str) else choice.get(architecture)
    return Execution(**{key: value for key, value in named.items() if value not in ("auto", None)})


def named_combinations(spec: StudySpec, architecture: str) -> tuple[Execution, ...]:
    """Return all that a network's runs may train in as the file stands, what it searches in `training` included."""
    named, training = named_execution(spec, architecture), spec.training.values
    layouts = [named.layout]
    if training["channels_last"] is not False:
        layouts = [
            "channels_last" if each else "contiguous" for each in boundary_values(training["channels_last"])
        ]
    precisions: Any = [named.precision]
    if training["precision"] != "float32":
        precisions = boundary_values(training["precision"])
    found = product(layouts, precisions, boundary_values(training["compile"]))
    return tuple(Execution(layout=one, precision=other, compile=bool(third)) for one, other, third in found)


def layout_problems(architecture: str, spec: StudySpec, target: PreparedData) -> Iterator[str]:
    """Yield a sentence where a network's runs may take channels last on a CPU, and PyTorch is known to crash in it."""
    from trainables.networks.narrow_convolutions import check_convolutions

    if spec.resources.gpus:
        return
    if all(one.layout == "contiguous" for one in named_combinations(spec, architecture)):
        return
    try:
        check_convolutions(blank_network(architecture, spec, target), name=architecture)
    except ValueError as error:
        yield f"{'training' if spec.training.values['channels_last'] is not False else 'resources.layout'}: {error}"


def takes_channels_last(architecture: str, spec: StudySpec, target: PreparedData) -> bool:
    """Tell whether channels last may be probed: PyTorch is not known to crash in it."""
    from trainables.networks.narrow_convolutions import check_convolutions

    try:
        check_convolutions(blank_network(architecture, spec, target), name=architecture)
    except ValueError:
        return False
    return True
