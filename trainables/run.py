"""A run from its flat configuration: opens data, builds the network, trains."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch

from trainables.checkpoint import load_state
from trainables.compute.warm_up import free_memory, warm_up
from trainables.config import RunConfig, parse_config
from trainables.data import DataSource, PreparedData, cache_dir, open_prepared, prepare
from trainables.data.sources.places import key_of_place
from trainables.errors import Problem, SettingError, refused
from trainables.generators import seed_for
from trainables.inputs.images import to_tensors
from trainables.loop.fit import Fit
from trainables.loop.phase_setup import Task, training_side
from trainables.networks.architectures import check_side
from trainables.networks.narrow_convolutions import check_convolutions
from trainables.networks.network import Network, build_network
from trainables.networks.trained_with import normalisation_for
from trainables.networks.weights import load_weights
from trainables.networks.weights_files import save_weights
from trainables.objectives import MEASURES, objective_of
from trainables.plan.phases import Phase
from trainables.prefixes.sharing import prefix_folder, shared_epochs
from trainables.record import EpochRecord, without_epoch
from trainables.sharing.leases import cache_in_use


def train(config: Mapping[str, Any]) -> Iterator[EpochRecord]:
    """Train one run and yield a record after every epoch; the last one's status says how it ended.

    Args:
        config: Flat mapping: the keys of `trainables.config.RunConfig` and of the recipe's `Settings`.

    Raises:
        ValueError: If the configuration, the data or the weights are not what they should be.
    """
    for _, record in epochs(config):
        yield record


def epochs(
    config: Mapping[str, Any], state: dict[str, Any] | None = None
) -> Iterator[tuple[Fit | None, EpochRecord]]:
    """Train one run and yield after every epoch the run, whose state may be saved then, and the record.

    Running out of memory is an end, not an error; the run is None where not even its network fitted.

    Args:
        config: See `train`.
        state: A saved state to continue from; None looks at `continue_from`.

    Raises:
        ValueError: See `train`; or if the state belongs to another run.
    """
    run, _ = parse_config(config)
    with cache_in_use(cache_of(run)):
        yield from _epochs(config, state)


def _epochs(
    config: Mapping[str, Any], state: dict[str, Any] | None
) -> Iterator[tuple[Fit | None, EpochRecord]]:
    fit: Fit | None = None
    try:
        fit = start(config)
        if state is None and fit.config.continue_from is not None:
            state = load_state(Path(fit.config.continue_from))
        if state is not None:
            fit.load_state_dict(state)
        elif fit.config.share_prefixes is not None and fit.config.profile is None:
            yield from shared_epochs(fit, prefix_folder(fit.task.cache, fit.config.share_prefixes))
        while not fit.ended:
            record = _next_epoch(fit)
            if record.status == "finished" and fit.config.save_weights:
                _save_weights(fit, Path(fit.config.save_weights))
            yield fit, record
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        yield fit, fit.out_of_memory() if fit else without_epoch("out_of_memory", epochs=0)


def _next_epoch(fit: Fit) -> EpochRecord:
    if fit.config.profile is None:
        return fit.run_epoch()
    from trainables.profiling import is_profiled, profiled_epoch

    return profiled_epoch(fit, Path(fit.config.profile)) if is_profiled(fit) else fit.run_epoch()


def start(config: Mapping[str, Any], *, beside: Fit | None = None) -> Fit:
    """Return a run that has trained nothing yet. Sets PyTorch's threads and determinism for the process.

    Args:
        config: See `train`.
        beside: A run on the same data and device, whose images in memory are used.
    """
    run, phases = parse_config(config)
    device = torch.device(_device(run))
    free_memory(device)
    if run.num_threads is not None:
        torch.set_num_threads(run.num_threads)
    if run.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(run.deterministic)
    cache = cache_of(run)
    data = _open(run, cache) if beside is None else open_prepared(beside.task.data_key, cache=cache)
    check_task(run, phases, data)
    for side in {training_side(data.image_size, phase.training.image_scale) for phase in phases}:
        check_side(run.architecture, image_size=data.image_size, side=side)
    network = fresh_network(run, data)
    if device.type == "cpu" and any(phase.training.channels_last for phase in phases):
        check_convolutions(network, name=run.architecture)
    load_weights(network, run.weights, architecture=run.architecture)
    normalisation = normalisation_for(
        run.normalisation, weights=run.weights, architecture=run.architecture, data=data
    )
    split = partial(to_tensors, data=data, device=device, normalisation=normalisation)
    for precision, channels_last in sorted(
        {(phase.training.precision, phase.training.channels_last) for phase in phases}
    ):
        warm_up(
            run.architecture,
            image_size=data.image_size,
            channels=data.channels,
            width=run.width,
            device=device,
            precision=precision,
            channels_last=channels_last,
        )
    task = Task(
        network=network.to(device),
        train=split(data.split("train")) if beside is None else beside.task.train,
        val=split(data.split("val")) if beside is None else beside.task.val,
        open_test=lambda: split(data.split("test")),
        num_classes=len(data.classes),
        normalisation=normalisation,
        data_key=data.key,
        cache=cache,
    )
    return Fit(run, phases, task)


def check_task(run: RunConfig, phases: tuple[Phase, ...], data: PreparedData) -> None:
    """Refuse what a kind of task does not have: of label sets accuracies and balanced sampling, a class past the last.

    Raises:
        SettingError: See above.
    """
    objective = objective_of(run.objective)
    if data.task not in objective.tasks:
        raise refused("objective", run.objective, ", ".join(MEASURES), but="images have several labels each")
    if run.positive >= len(data.classes):
        raise refused("positive", run.positive, f"-1 to {len(data.classes) - 1}")
    if data.task == "single_label":
        return
    for training in (phase.training for phase in phases):
        if training.loss != "bce":
            raise refused("loss", training.loss, "bce", but="images have several labels each")
        if training.sampling != "shuffle":
            raise refused("sampling", training.sampling, "shuffle", but="images have several labels each")


def fresh_network(run: RunConfig, data: PreparedData) -> Network:
    """Return a run's network as it is before start weights are loaded, on the CPU."""
    return build_network(
        run.architecture,
        num_classes=len(data.classes),
        image_size=data.image_size,
        channels=data.channels,
        width=run.width,
        generator_seed=seed_for(run.seed, "init"),
        head_init=run.head_init,
        zero_gamma=run.zero_gamma,
    )


def _save_weights(fit: Fit, path: Path) -> None:
    save_weights(
        fit.task.network,
        path,
        architecture=fit.config.architecture,
        width=fit.config.width,
        normalisation=fit.task.normalisation,
    )


def cache_of(run: RunConfig) -> Path:
    """Return the folder of a run's prepared data and of what runs share."""
    return Path(run.cache) if run.cache else cache_dir()


def _open(run: RunConfig, cache: Path) -> PreparedData:
    place = Path(run.data).expanduser()
    if key := key_of_place(place):
        settings: dict[str, Any] = {key: str(place), "image_size": run.image_size, "fit": run.fit}
        return prepare(DataSource(**settings), cache=cache)
    if not re.fullmatch("[0-9a-f]{32}", run.data):
        allowed = "a folder, an archive or a list of images, or a data set's key"
        says = f"there is nothing at {run.data}; {allowed}"
        raise SettingError([Problem(field="data", value=run.data, allowed=allowed, says=says)], "config")
    return open_prepared(run.data, cache=cache)


def _device(run: RunConfig) -> str:
    if run.device != "auto":
        return run.device
    return "cuda" if torch.cuda.is_available() else "cpu"


def _is_out_of_memory(error: BaseException) -> bool:
    """Tell memory from other errors: PyTorch's CPU allocator raises a plain RuntimeError."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return any(
        words in str(error) for words in ("can't allocate memory", "not enough memory", "out of memory")
    )
