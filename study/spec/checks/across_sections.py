"""What is wrong with a study file though every key is right by itself."""

import copy
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from study.spec.checks.arms import arm_problems
from study.spec.checks.training import training_problems
from study.spec.paths import is_weights_file
from study.spec.sections import PRETRAINED, SHIFT, WEIGHTS_ALLOWED, StudySpec
from study.spec.sentences import structure_errors, structure_problems
from trainables.config import LEAST_CHANNELS_LAST
from trainables.networks.architectures import SMALL_RESNET, TIMM, check_architecture, is_timm

ANY_SIZE = 224
"""A side in pixels that every network takes; stands for a size that is known only when the data are read."""

ANY_WIDTH = 128
"""Up to it `small_resnet` fits everywhere: 5 million parameters."""

COPIES = 4
"""Of every parameter while it trains: its value, its gradient, its momentum, and the one in a saved state."""

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
        *_width(spec),
        *(problem for name in spec.arms for problem in arm_problems(spec, name)),
        *training_problems(spec),
        *_arithmetic(spec),
        *_reference(spec),
        *_trial_scheduler(spec),
        *_repeats(spec),
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
    from trainables.data.readers.digits import DIGITS_SIZE

    return DIGITS_SIZE


def _architectures(spec: StudySpec) -> Iterator[str]:
    for name in spec.model.architectures:
        try:
            check_architecture(name, image_size=_image_size(spec))
        except ValueError as error:
            yield f"model.architecture: {error}"


def _width(spec: StudySpec) -> Iterator[str]:
    """Yield what is wrong with a width whose network would not fit into this machine's memory."""
    if SMALL_RESNET not in spec.model.architectures or spec.model.width <= ANY_WIDTH:
        return
    from trainables.networks.meta_weights import build_without_weights

    network = build_without_weights(
        SMALL_RESNET, num_classes=2, image_size=ANY_SIZE, channels=3, width=spec.model.width
    )
    needed = COPIES * 4 * sum(parameter.numel() for parameter in network.parameters())
    has = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > has:
        yield (
            f"model.width: {spec.model.width} is not allowed here; weights, gradients, momentum and a saved state take "
            f"{needed / 1e9:.1f} GB, and this machine has {has / 1e9:.1f} GB"
        )


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
        yield f"model.weights: {file} is not a file; {WEIGHTS_ALLOWED}"
    if len(names) > 1:
        yield (
            f"model.weights: a file ({file}) fits one network, but model.architecture has {len(names)}; "
            "one network, or none, source, pretrained or the name of torchvision weights"
        )


def _weights_name(weights: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        known = _known_weights(name)
        if known is not None and weights not in known:
            allowed = ", ".join([*known, "none, source or a file"])
            yield f"model.weights: {weights!r} is not known for {name}; {allowed}"


def _known_weights(architecture: str) -> tuple[str, ...] | None:
    """Return the names of the weights that a network's library has; None for a network that is unknown itself."""
    if architecture == SMALL_RESNET:
        return ()
    if is_timm(architecture):
        return _known_of_timm(architecture)
    from torchvision import models

    if architecture not in models.list_models(module=models):
        return None
    return (*models.get_model_weights(architecture).__members__, PRETRAINED)


def _known_of_timm(architecture: str) -> tuple[str, ...] | None:
    from trainables.networks.timm_networks import has_weights, timm_names

    try:
        known = {f"{TIMM}{name}" for name in timm_names(architecture)}
    except ValueError:  # timm is not installed, which is said of the architecture
        return None
    if architecture not in known:
        return None
    return (PRETRAINED,) if has_weights(architecture) else ()


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


def _trial_scheduler(spec: StudySpec) -> Iterator[str]:
    try:
        spec.make_trial_scheduler()
    except ValueError as error:
        yield f"search.trial_scheduler: {error}"


def _repeats(spec: StudySpec) -> Iterator[str]:
    repeats = spec.search.repeats
    for key, seeds in (("selection", spec.selection.seeds), ("confirm", spec.confirm.seeds)):
        if repeats > 1 and seeds > SHIFT:
            yield (
                f"{key}.seeds: {seeds} is not allowed where search.repeats is {repeats}; at most {SHIFT}, "
                "since the searches share the seeds"
            )


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
