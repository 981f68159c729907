"""The judged values of a phase so far, and the network of the best one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor, nn

from trainables.loop.copying import copied
from trainables.loop.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class _Best:
    """The best judged epoch of a phase: what it measured, and the network's state."""

    epoch: int
    val: Metrics
    network: dict[str, Tensor]


class ValidationHistory:
    """The judged values of one phase, in order, and its best state where that may be wanted again."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._best: _Best | None = None

    @property
    def values(self) -> Sequence[float]:
        """The objective on the validation split in each judged epoch."""
        return self._values

    def add(self, value: float) -> None:
        """Append the objective of a judged epoch."""
        self._values.append(value)

    def keep(self, network: nn.Module, *, epoch: int, val: Metrics) -> None:
        """Keep a copy of the network, as it stands at the end of an epoch of the run, with what it measured."""
        self._best = _Best(epoch=epoch, val=val, network=copied(network.state_dict()))

    def restore(self, network: nn.Module, *, epoch: int) -> tuple[Metrics, int] | None:
        """Put the network back to the state that was kept.

        Returns:
            What that state measured, and its epoch; None where there is none, or where it is that of `epoch` itself.
        """
        if self._best is None or self._best.epoch == epoch:
            return None
        network.load_state_dict(self._best.network)
        return self._best.val, self._best.epoch

    def state(self) -> dict[str, Any]:
        """Return the state: tensors and plain types."""
        return {"values": list(self._values), "best": asdict(self._best) if self._best else None}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""
        self._values, best = list(state["values"]), state["best"]
        if best is not None:
            best = _Best(epoch=best["epoch"], val=Metrics(**best["val"]), network=best["network"])
        self._best = best
