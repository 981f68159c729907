"""What is wrong with a study file though every key is right by itself."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from study.arm_checks import arm_problems
from study.spec_models import StudySpec
from study.spec_paths import is_weights_file
from study.spec_sentences import structure_errors, structure_problems
from study.training_checks import training_problems
from trainables.architectures import SMALL_RESNET, check_architecture
from trainables.config import LEAST_CHANNELS_LAST

ANY_SIZE = 224
"""A side in pixels that every network takes; stands for a size that is known only when the data are read."""

_SOMEWHERE = {"torchvision": "CIFAR10"}
_NOTHING_WRONG: Mapping[str, Any] = {
    "name": "study",
    "data": {"target": _SOMEWHERE},
    "arms": {"fixed": {"recipe": "fixed_rate", "search": {}}},
    "compare": {"reference": "fixed"},
}
"""What stands for a part that is wrong or missing while the rest is checked; no study is made of it."""


def spec_problems(raw: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that is wrong with the completed content of a study file."""
    problems = structure_problems(raw)
    patched = _patched(raw)
    if structure_errors(patched):
        assert problems
        return problems
    return [*problems, *cross_problems(StudySpec.model_validate(patched))]


def cross_problems(spec: StudySpec) -> list[str]:
    """Return a sentence for each thing that is wrong between keys, or with the files that they name."""
    return [
        *_data(spec),
        *_architectures(spec),
        *_weights(spec),
        *(problem for name in spec.arms for problem in arm_problems(spec, name)),
        *training_problems(spec),
        *_arithmetic(spec),
        *_reference(spec),
        *_storage(spec),
    ]


def _data(spec: StudySpec) -> Iterator[str]:
    for key, source in (("target", spec.data.target), ("source", spec.data.source)):
        if source is not None and source.folder is not None and not Path(source.folder).is_dir():
            why = "is no folder" if Path(source.folder).exists() else "does not exist"
            yield f"data.{key}.folder: {source.folder} {why}; a folder of images, one subfolder a class"


def _image_size(spec: StudySpec) -> int:
    if spec.data.target.image_size is not None:
        return spec.data.target.image_size
    if not spec.data.target.digits:
        return ANY_SIZE
    from trainables.data.digits import DIGITS_SIZE

    return DIGITS_SIZE


def _architectures(spec: StudySpec) -> Iterator[str]:
    for name in spec.model.architectures:
        try:
            check_architecture(name, image_size=_image_size(spec))
        except ValueError as error:
            yield f"model.architecture: {error}"


def _weights(spec: StudySpec) -> Iterator[str]:
    weights = spec.model.weights
    if weights == "source" and spec.data.source is None:
        yield "model.weights: 'source' needs data.source, which is missing; add it, or none, a name or a file"
    if is_weights_file(weights):
        yield from _weights_file(weights, spec.model.architectures)
    elif weights not in ("none", "source"):
        yield from _weights_name(weights, spec.model.architectures)


def _weights_file(file: str, names: tuple[str, ...]) -> Iterator[str]:
    if not Path(file).is_file():
        yield f"model.weights: {file} is not a file; none, source, the name of torchvision weights, or a file"
    if len(names) > 1:
        yield (
            f"model.weights: a file ({file}) fits one network, but model.architecture has {len(names)}; "
            "one network, or none, source or the name of torchvision weights"
        )


def _weights_name(weights: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        known = _known_weights(name)
        if known is not None and weights not in known:
            allowed = ", ".join([*known, "none, source or a file"])
            yield f"model.weights: {weights!r} is not known for {name}; {allowed}"


def _known_weights(architecture: str) -> tuple[str, ...] | None:
    """Return the names of a network's torchvision weights; None for a network that is unknown itself."""
    if architecture == SMALL_RESNET:
        return ()
    from torchvision import models

    if architecture not in models.list_models(module=models):
        return None
    return tuple(models.get_model_weights(architecture).__members__)


def _arithmetic(spec: StudySpec) -> Iterator[str]:
    """Yield what is wrong with what `resources` names: a network that nobody takes, what `training` has, too narrow."""
    known, training = spec.model.architectures, spec.training.values
    layout, precision = spec.resources.layout, spec.resources.precision
    for key, choice in (("layout", layout), ("precision", precision)):
        for name in sorted(set() if isinstance(choice, str) else choice.keys() - set(known)):
            yield f"resources.{key}: {name!r} is no network of this study; {', '.join(known)}"
    if layout != "auto" and training["channels_last"] is not False:
        yield "resources.layout: training.channels_last decides it here; auto, or leave one of them out"
    if precision != "float32" and training["precision"] != "float32":
        yield "resources.precision: training.precision decides it here; float32, or leave one of them out"
    of_small_resnet = layout if isinstance(layout, str) else layout.get(SMALL_RESNET)
    is_narrow = SMALL_RESNET in known and spec.model.width < LEAST_CHANNELS_LAST
    if is_narrow and of_small_resnet == "channels_last" and not spec.resources.gpus:
        yield (
            f"resources.layout: channels_last, but model.width is {spec.model.width}; "
            f"{LEAST_CHANNELS_LAST} or more is allowed on a CPU, where PyTorch crashes with fewer channels"
        )


def _reference(spec: StudySpec) -> Iterator[str]:
    if spec.compare.reference not in spec.arms:
        yield f"compare.reference: {spec.compare.reference!r} is not an arm; {', '.join(spec.arms)}"


def _storage(spec: StudySpec) -> Iterator[str]:
    if spec.storage is not None and Path(spec.storage).exists() and not Path(spec.storage).is_dir():
        yield f"storage: {spec.storage} is a file; a folder, which need not exist yet"


def _patched(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content without the keys that are wrong by themselves, so that the others can be checked."""
    patched = copy.deepcopy(dict(raw))
    for details in structure_errors(raw):
        location = details["loc"]
        if location[0] == "data" and len(location) > 1 and location[1] in ("target", "source"):
            patched["data"][location[1]] = _SOMEWHERE
        elif location[0] == "arms" and len(location) > 2 and details["type"] == "missing":
            patched["arms"][location[1]] = _NOTHING_WRONG["arms"]["fixed"]
        else:
            _remove(patched, location)
    for key, value in _NOTHING_WRONG.items():
        patched.setdefault(key, value)
    return patched


def _remove(content: Any, location: tuple[int | str, ...]) -> None:
    """Remove what lies at a location of pydantic's, as deep as the content goes."""
    *above, last = [part for part in location if part != "[key]"]
    for part in above:
        if not isinstance(content, dict) or part not in content:
            return
        content = content[part]
    if isinstance(content, dict):
        content.pop(last, None)
