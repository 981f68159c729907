"""The seeds of a study's parts. They follow from `search.seed`, and no two parts share one."""

from study.spec_models import MAX_SEEDS, StudySpec

STRIDE = 10_000
"""Distance between the seeds of two studies whose `search.seed` differ by one."""

_SELECTION = 1_001
_CONFIRM = _SELECTION + MAX_SEEDS


def search_seed(spec: StudySpec) -> int:
    """Return the seed of every search trial and of the search itself."""
    return spec.search.seed * STRIDE


def selection_seeds(spec: StudySpec) -> tuple[int, ...]:
    """Return the seeds of the selection; a longer selection keeps those of a shorter one."""
    first = search_seed(spec) + _SELECTION
    return tuple(range(first, first + spec.selection.seeds))


def confirm_seeds(spec: StudySpec) -> tuple[int, ...]:
    """Return the seeds of the confirmation; a longer confirmation keeps those of a shorter one."""
    first = search_seed(spec) + _CONFIRM
    return tuple(range(first, first + spec.confirm.seeds))
