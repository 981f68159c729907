"""A run from its flat configuration: opens data, builds the network, trains."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from trainables.batches import to_tensors
from trainables.config import RunConfig, parse_config
from trainables.data import DataSource, PreparedData, cache_dir, open_prepared, prepare
from trainables.fit import Fit
from trainables.network import build_network
from trainables.record import EpochRecord
from trainables.running import Task
from trainables.streams import stream_seed
from trainables.weights import load_weights, save_weights


def train(config: Mapping[str, Any]) -> Iterator[EpochRecord]:
    """Train one run and yield a record after every epoch; the last one's status says how it ended.

    Args:
        config: Flat mapping: the keys of `trainables.config.RunConfig` and of the recipe's `Settings`.

    Raises:
        ValueError: If the configuration, the data or the weights are not what they should be.
    """
    yield from records(start(config))


def start(config: Mapping[str, Any]) -> Fit:
    """Return a run that has trained nothing yet. Sets PyTorch's threads and determinism for the process."""
    run, phases = parse_config(config)
    device = torch.device(_device(run))
    if run.num_threads is not None:
        torch.set_num_threads(run.num_threads)
    if run.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(run.deterministic)
    cache = Path(run.cache) if run.cache else cache_dir()
    data = _open(run, cache)
    network = build_network(
        run.architecture,
        num_classes=len(data.classes),
        image_size=data.image_size,
        channels=data.channels,
        width=run.width,
        generator_seed=stream_seed(run.seed, "init"),
    )
    load_weights(network, run.weights, architecture=run.architecture)
    task = Task(
        network=network.to(device),
        train=to_tensors(data.split("train"), data, device),
        val=to_tensors(data.split("val"), data, device),
        open_test=lambda: to_tensors(data.split("test"), data, device),
        data_key=data.key,
        cache=cache,
    )
    return Fit(run, phases, task)


def records(fit: Fit) -> Iterator[EpochRecord]:
    """Yield the records of a run to its end; running out of memory is an end, not an error."""
    try:
        yield from fit
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        yield fit.out_of_memory()
        return
    if fit.config.save_weights and fit.epoch == fit.num_epochs:
        save_weights(
            fit.task.network,
            Path(fit.config.save_weights),
            architecture=fit.config.architecture,
            width=fit.config.width,
        )


def _open(run: RunConfig, cache: Path) -> PreparedData:
    if Path(run.data).expanduser().is_dir():
        source = DataSource(folder=str(Path(run.data).expanduser()), image_size=run.image_size)
        return prepare(source, cache=cache)
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
