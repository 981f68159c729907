"""The largest numbers that settings take: far above what anybody trains with, far below what ends a machine."""

from collections.abc import Mapping

MAX_EPOCHS = 10_000
"""Plans are written out epoch by epoch, for every corner of a space; ImageNet's longest trainings have 1,000."""
MAX_NUMBER = 10**12
"""Of every number that has no limit of its own; above 10**15 whole numbers are not exact as floating point any more."""
MAX_SEED = 2**63 - 1

LIMITS: Mapping[str, int] = {
    **dict.fromkeys(("epochs", "source_epochs", "head_epochs", "cached_epochs", "small_epochs"), MAX_EPOCHS),
    **dict.fromkeys(("warm_up_epochs", "patience", "grace_period", "cycle_len", "cycle_mult"), MAX_EPOCHS),
    "restarts": 1_000,  # each has a rate of its own, which is below any float after some hundred
    "trials": 100_000,  # MLflow's store takes 0.2 MB a trial
    "top": 100_000,
    "reduction_factor": 1_000_000,
    "keep_checkpoints": 1_000_000,
    "cpus": 10_000,
    "gpus": 10_000,
    "num_threads": 10_000,
    "width": 1_024,  # `small_resnet` has 1.25 GB of weights then
    "image_size": 4_096,  # an image is 50 MB as 8-bit RGB
    "train_per_class": 100_000_000,
    "batch_size": 65_536,
    "accumulate": 65_536,
    "reference_batch": 1_000_000,
    "range_test_repeats": 1_000,
    "tta_views": 1_000,
    "activation_views": 1_000,
    "snapshots": 1_000,
    "seed": MAX_SEED,
    "split_seed": MAX_SEED,
}
"""By name of the setting; a study file and a flat configuration have the same."""


def limit_of(name: str) -> int:
    """Return the largest number that a setting takes, whatever else it allows."""
    return LIMITS.get(name, MAX_NUMBER)


def too_large(name: str, value: object) -> str:
    """Return in words how far a number may go that lies beyond it, or is not finite; nothing where it is allowed.

    Args:
        name: Of the setting.
        value: Anything; what is no number is allowed here.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    limit = limit_of(name)
    return "" if -limit <= value <= limit else f"at most {limit} is allowed"
