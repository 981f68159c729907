"""Checks across the sections of a study file, each key of which is right by itself."""

import copy
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.loading.settings import CHEAPEST
from study.samplers.registry import sampler_class
from study.spec.checks.arms import arm_problems
from study.spec.checks.training import training_problems
from study.spec.data_section import PRETRAINED, WEIGHTS_ALLOWED
from study.spec.parsing import Parsed, parse
from study.spec.paths import is_weights_file
from study.spec.sections import MAX_SEEDS, SHIFT, StudySpec
from trainables.data.sources.places import is_place_of_images
from trainables.data.sources.registry import READERS
from trainables.data.sources.source import DataSource
from trainables.errors import Problem
from trainables.networks.architectures import check_architecture
from trainables.networks.names import SMALL_RESNET, TIMM, is_timm
from trainables.plan.training import LEAST_CHANNELS_LAST

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


def problems_between_keys(raw: Mapping[str, Any], parsed: Parsed) -> list[Problem]:
    """Return what is wrong between keys; those that are wrong by themselves are left out while the rest is checked.

    Args:
        raw: The completed content of a study file.
        parsed: What came of it.
    """
    spec = parsed.spec or parse(_patched(raw, parsed)).spec
    return cross_problems(spec) if spec else []


def cross_problems(spec: StudySpec) -> list[Problem]:
    """Return each thing that is wrong between keys, or with the files and classes that they name."""
    if unknown := list(_algorithm(spec)):
        rest = spec.model_copy(update={"search": spec.search.model_copy(update={"algorithm": "tpe"})})
        return [*unknown, *cross_problems(rest)]
    return [
        *_data(spec),
        *_architectures(spec),
        *_weights(spec),
        *_width(spec),
        *(problem for name in spec.arms for problem in arm_problems(spec, name)),
        *training_problems(spec),
        *_execution(spec),
        *_reference(spec),
        *_trial_scheduler(spec),
        *_repeats(spec),
        *_splits(spec),
        *_until_decided(spec),
        *_storage(spec),
    ]


def _data(spec: StudySpec) -> Iterator[Problem]:
    for key, source in (("target", spec.data.target), ("source", spec.data.source)):
        if source is None:
            continue
        for setting, place, allowed in _places(source):
            yield Problem(
                field=f"data.{key}.{setting}", says=f"{place} {_why(place)}; {allowed}", allowed=allowed
            )


def _why(place: str) -> str:
    if Path(place).exists():
        return "is a folder" if Path(place).is_dir() else "is no folder"
    return "does not exist"


def _places(source: DataSource) -> Iterator[tuple[str, str, str]]:
    """Yield the settings whose path leads nowhere, with it and with what may stand there."""
    if source.folder is not None and not is_place_of_images(Path(source.folder)):
        yield (
            "folder",
            source.folder,
            "a folder of images, one subfolder a class",
        )
    if source.csv is not None and not Path(source.csv).is_file():
        yield "csv", source.csv, "a list of images with their labels: CSV, TSV or Parquet"
    if source.csv is not None and source.root is not None and not is_place_of_images(Path(source.root)):
        yield "root", source.root, "the folder that the list's paths begin at, or a zip or tar file"


def _image_size(spec: StudySpec) -> int:
    if spec.data.target.image_size is not None:
        return spec.data.target.image_size
    return READERS[spec.data.target.kind].image_size or ANY_SIZE


def _architectures(spec: StudySpec) -> Iterator[Problem]:
    for name in spec.model.architectures:
        try:
            check_architecture(name, image_size=_image_size(spec))
        except ValueError as error:
            yield Problem(field="model.architecture", value=name, says=str(error))


def _width(spec: StudySpec) -> Iterator[Problem]:
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
        says = (
            f"{spec.model.width} is not allowed here; weights, gradients, momentum and a saved state take "
            f"{needed / 1e9:.1f} GB, and this machine has {has / 1e9:.1f} GB"
        )
        yield Problem(field="model.width", value=spec.model.width, says=says)


def _weights(spec: StudySpec) -> Iterator[Problem]:
    weights = spec.model.weights
    if weights == "source" and spec.data.source is None:
        says = "'source' needs data.source, which is missing; add it, or none, a name or a file"
        yield Problem(field="model.weights", value=weights, says=says)
    if is_weights_file(weights):
        yield from _weights_file(weights, spec.model.architectures)
    elif weights not in ("none", "source"):
        yield from _weights_name(weights, spec.model.architectures)


def _weights_file(file: str, names: tuple[str, ...]) -> Iterator[Problem]:
    if not Path(file).is_file():
        says = f"{file} is not a file; {WEIGHTS_ALLOWED}"
        yield Problem(field="model.weights", value=file, says=says, allowed=WEIGHTS_ALLOWED)
    if len(names) > 1:
        allowed = "one network, or none, source, pretrained or the name of torchvision weights"
        says = f"a file ({file}) fits one network, but model.architecture has {len(names)}; {allowed}"
        yield Problem(field="model.weights", value=file, says=says, allowed=allowed)


def _weights_name(weights: str, names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        known = _known_weights(name)
        if known is not None and weights not in known:
            allowed = ", ".join([*known, "none, source or a file"])
            says = f"{weights!r} is not known for {name}; {allowed}"
            yield Problem(field="model.weights", value=weights, says=says, allowed=allowed)


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


def _execution(spec: StudySpec) -> Iterator[Problem]:
    """Yield what is wrong with what `resources` names: a network that nobody takes, what `training` has, too narrow."""
    known, training = spec.model.architectures, spec.training.values
    layout, precision = spec.resources.layout, spec.resources.precision
    for key, choice in (("layout", layout), ("precision", precision)):
        for name in sorted(set() if isinstance(choice, str) else choice.keys() - set(known)):
            says = f"{name!r} is no network of this study; {', '.join(known)}"
            yield Problem(field=f"resources.{key}", value=name, says=says, allowed=", ".join(known))
    if layout != "auto" and training["channels_last"] is not False:
        says = "training.channels_last decides it here; auto, or leave one of them out"
        yield Problem(field="resources.layout", value=layout, says=says, allowed="auto")
    if precision != "float32" and training["precision"] != "float32":
        says = "training.precision decides it here; float32, or leave one of them out"
        yield Problem(field="resources.precision", value=precision, says=says, allowed="float32")
    of_small_resnet = layout if isinstance(layout, str) else layout.get(SMALL_RESNET)
    is_narrow = SMALL_RESNET in known and spec.model.width < LEAST_CHANNELS_LAST
    if is_narrow and of_small_resnet == "channels_last" and not spec.resources.gpus:
        allowed = (
            f"{LEAST_CHANNELS_LAST} or more is allowed on a CPU, where PyTorch crashes with fewer channels"
        )
        says = f"channels_last, but model.width is {spec.model.width}; {allowed}"
        yield Problem(field="resources.layout", value="channels_last", says=says, allowed=allowed)


def _algorithm(spec: StudySpec) -> Iterator[Problem]:
    name = spec.search.algorithm
    try:
        sampler_class(name)
    except ValueError as error:
        yield Problem(field="search.algorithm", value=name, says=str(error))


def _reference(spec: StudySpec) -> Iterator[Problem]:
    if spec.compare.reference not in spec.arms:
        reference, arms = spec.compare.reference, ", ".join(spec.arms)
        says = f"{reference!r} is not an arm; {arms}"
        yield Problem(field="compare.reference", value=reference, says=says, allowed=arms)
    asked = spec.compare.noninferior
    if asked is not None and asked != CHEAPEST and asked not in spec.arms:
        allowed = f"one of {', '.join(spec.arms)}, or {CHEAPEST}"
        says = f"{asked!r} is not an arm; {allowed}"
        yield Problem(field="compare.noninferior", value=asked, says=says, allowed=allowed)


def _trial_scheduler(spec: StudySpec) -> Iterator[Problem]:
    name = spec.search.trial_scheduler
    try:
        spec.make_trial_scheduler()
    except ValueError as error:
        yield Problem(field="search.trial_scheduler", value=name, says=str(error))


def _repeats(spec: StudySpec) -> Iterator[Problem]:
    repeats = spec.search.repeats
    for key, seeds in (("selection", spec.selection.seeds), ("confirm", spec.confirm.max_seeds)):
        if repeats > 1 and seeds > SHIFT:
            allowed = f"at most {SHIFT}, since the searches share the seeds"
            says = f"{seeds} is not allowed where search.repeats is {repeats}; {allowed}"
            yield Problem(field=f"{key}.seeds", value=seeds, says=says, allowed=allowed)


def _splits(spec: StudySpec) -> Iterator[Problem]:
    splits, seeds = spec.confirm.splits, spec.confirm.max_seeds
    if splits > 1 and spec.confirm.until:
        says = (
            f"{splits} is not allowed where confirm.until is decided; 1, or a number of seeds without until"
        )
        yield Problem(field="confirm.splits", value=splits, says=says, allowed="1")
    elif splits > 1 and spec.search.repeats > 1:
        says = f"{splits} is not allowed where search.repeats is {spec.search.repeats}; 1, or one search of each arm"
        yield Problem(field="confirm.splits", value=splits, says=says, allowed="1")
    elif seeds * splits > MAX_SEEDS:
        allowed = f"at most {MAX_SEEDS} pairs of runs, seeds times splits"
        says = f"{splits} is not allowed with {seeds} seeds on each; {allowed}"
        yield Problem(field="confirm.splits", value=splits, says=says, allowed=allowed)


def _until_decided(spec: StudySpec) -> Iterator[Problem]:
    """Yield what is wrong with seeds that are added until the comparison is decided."""
    given = isinstance(spec.confirm.seeds, int)
    if spec.confirm.until and given:
        says = (
            f"decided needs confirm.seeds: {{min: 5, max: 30}}, not {spec.confirm.seeds}; for a number of seeds give "
            "until: null, as in -s confirm.until=null"
        )
        yield Problem(field="confirm.until", value=spec.confirm.until, says=says)
    if not spec.confirm.until and not given:
        says = "a least and a most number of seeds need confirm.until: decided; add it, or give one number"
        yield Problem(field="confirm.seeds", says=says)
    if spec.confirm.until and spec.search.repeats > 1:
        says = (
            f"decided is not allowed where search.repeats is {spec.search.repeats}: the intervals are over searches, "
            "which more seeds do not make more of; give a number of seeds"
        )
        yield Problem(field="confirm.until", value=spec.confirm.until, says=says)


def _storage(spec: StudySpec) -> Iterator[Problem]:
    if spec.storage is not None and Path(spec.storage).exists() and not Path(spec.storage).is_dir():
        allowed = "a folder, which need not exist yet"
        yield Problem(
            field="storage", value=spec.storage, says=f"{spec.storage} is a file; {allowed}", allowed=allowed
        )


def _patched(raw: Mapping[str, Any], parsed: Parsed) -> dict[str, Any]:
    """Return the content without the keys that are wrong by themselves, so that the others can be checked."""
    patched = copy.deepcopy(dict(raw))
    for details in parsed.errors:
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
