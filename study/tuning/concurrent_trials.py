"""How many trials run at once."""

from collections.abc import Mapping, Sequence

from study.errors import StudyError


def num_slots(nodes: Sequence[Mapping[str, float]], *, cpus: float, gpus: float) -> int:
    """Return how many trials run at once.

    Args:
        nodes: Resources of each machine of the cluster; a trial runs on one of them.
        cpus: CPUs of a trial.
        gpus: GPUs of a trial; a share of a GPU lies on one GPU.

    Raises:
        StudyError: If a trial fits nowhere.
    """
    slots = sum(_fit(node, cpus, gpus) for node in nodes)
    if slots:
        return slots
    machines = "; ".join(f"{node.get('CPU', 0):g} CPUs and {node.get('GPU', 0):g} GPUs" for node in nodes)
    raise StudyError(
        f"resources: a trial asks for {cpus:g} CPUs and {gpus:g} GPUs, but there are: {machines}"
    )


def _fit(node: Mapping[str, float], cpus: float, gpus: float) -> int:
    by_cpus = int(node.get("CPU", 0) // cpus)
    if not gpus:
        return by_cpus
    whole = int(node.get("GPU", 0))
    by_gpus = whole * int(1 / gpus + 1e-9) if gpus <= 1 else int(whole // gpus)
    return min(by_cpus, by_gpus)
