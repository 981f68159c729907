"""Many runs that train a head alone, as one computation: for sweeps of their own rates, decays and schedules."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trainables.config import RunConfig, parse_config
from trainables.loop.fit import Fit
from trainables.loop.head_epoch import LARGEST, is_linear, num_weights, train_head_epochs
from trainables.plan.phases import Phase
from trainables.record import EpochRecord
from trainables.run import cache_of, start
from trainables.sharing.leases import cache_in_use

OWN_RUN = frozenset({"head_init", "range_test_rule", "range_test_repeats"})
"""What of `RunConfig` may differ between the runs, beside the recipe's own settings."""

NOT_HERE = ("save_weights", "continue_from", "profile", "share_prefixes")
"""What of `RunConfig` is for a run by itself."""

OWN_TRAINING = frozenset({"momentum", "weight_decay", "decay", "reference_batch"})
"""What of `Training` may differ between them."""


def train_many_heads(configs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[EpochRecord, ...]]:
    """Train runs of the head alone side by side and yield the records of all of them after every epoch.

    Each run's numbers are those of `train(config)` but for the last digits. A record's `training_seconds` are the
    run's part of the seconds of the whole. A run that diverges ends early; from then on its record is its last one.

    Args:
        configs: Flat mappings as for `train`, of recipes that train a linear head on activations and nothing else
            (`feature_extraction`). They may differ in `lr`, schedule, `momentum`, `weight_decay` and the like, not in
            data, network, seed, batches, loss or number of epochs.

    Raises:
        ValueError: If a configuration is not what it should be, or can't be trained beside the first.
    """
    if not configs:
        raise ValueError("configs is empty: 1 or more is allowed")
    run, _ = parse_config(configs[0])
    with cache_in_use(cache_of(run)):
        yield from _records(configs)


def _records(configs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[EpochRecord, ...]]:
    first = start(configs[0])
    for number, config in enumerate(configs):
        _check(*parse_config(config), first, number)
    fits = [first, *(start(config, beside=first) for config in configs[1:])]
    records: dict[int, EpochRecord] = {}
    at_once = max(1, LARGEST // num_weights(fits[0].task.network))
    while going := [number for number, fit in enumerate(fits) if not fit.ended]:
        for at in range(0, len(going), at_once):
            part = going[at : at + at_once]
            records |= dict(zip(part, _epochs([fits[number] for number in part]), strict=True))
        yield tuple(records[number] for number in range(len(fits)))


def _epochs(fits: Sequence[Fit]) -> list[EpochRecord]:
    """Train an epoch of runs that have trained as many; return their records."""
    phases = [fit.begin_epoch() for fit in fits]
    first, begun = fits[0], time.perf_counter()
    trained = train_head_epochs(
        phases,
        config=first.config,
        epoch=first.epoch,
        phase_epoch=first.phase_epoch,
        lr_multipliers=[fit.lr_multiplier for fit in fits],
    )
    seconds = (time.perf_counter() - begun) / len(fits)
    return [fit.end_epoch(of_run, seconds=seconds) for fit, of_run in zip(fits, trained, strict=True)]


def _check(config: RunConfig, phases: tuple[Phase, ...], first: Fit, number: int) -> None:
    """Refuse a run that trains something else than a head, or otherwise than the first.

    Raises:
        ValueError: Naming the configuration and what is allowed.
    """
    where = f"configs[{number}]"
    (phase,) = phases if len(phases) == 1 else (None,)
    if phase is None or not is_linear(phase, first.task):
        raise ValueError(
            f"{where}: recipe {config.recipe} trains more than a linear head on activations by SGD in float32: "
            "feature_extraction with a small head, without dropout, clip_norm, compile and lower precision is allowed"
        )
    for name in NOT_HERE:
        if getattr(config, name) is not None:
            raise ValueError(f"{where}.{name} is set: only a run by itself takes it")
    pairs = ((config, first.config, OWN_RUN), (phase.training, first.phases[0].training, OWN_TRAINING))
    for own, others, free in pairs:
        for name, value in vars(own).items():
            if name not in free and value != getattr(others, name):
                raise ValueError(
                    f"{where}.{name} is {value!r}, but configs[0] has {getattr(others, name)!r}: the same is allowed"
                )
