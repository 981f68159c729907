"""How many trials run at once."""

from collections.abc import Mapping

from study.errors import StudyError


def num_slots(resources: Mapping[str, float], *, cpus: float, gpus: float) -> int:
    """Return how many trials run at once.

    Raises:
        StudyError: If not even one fits.
    """
    fits = [int(resources.get("CPU", 0) // cpus)] if cpus else []
    fits += [int(resources.get("GPU", 0) / gpus + 1e-9)] if gpus else []
    if not fits or min(fits) < 1:
        raise StudyError(
            f"resources: a trial asks for {cpus:g} CPUs and {gpus:g} GPUs, but there are only "
            f"{resources.get('CPU', 0):g} and {resources.get('GPU', 0):g}"
        )
    return min(fits)
