"""What validation has said in a phase so far, and the best network of it."""

from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor, nn

from trainables.loop.copying import copied
from trainables.loop.metrics import Metrics
from trainables.plan.early_stopping import Verdict, Watch


@dataclass(frozen=True, kw_only=True)
class _Best:
    """The best judged epoch of a phase: what it measured, and the network's state."""

    epoch: int
    val: Metrics
    network: dict[str, Tensor]


class Judging:
    """The judged values of one phase, in order, and its best state where its watch goes back to that."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._best: _Best | None = None

    def slowed(self, watch: Watch) -> float:
        """Return what restarts at a lower rate have multiplied all rates by."""
        return watch.slowed(self._values)

    def undecided(self, watch: Watch) -> Verdict:
        """Return the verdict where an epoch is not judged."""
        return watch.undecided(self._values)

    def add(self, value: float, watch: Watch, *, epoch: int, val: Metrics, network: nn.Module) -> Verdict:
        """Take a judged epoch into account and return what follows from all of them.

        Args:
            value: The objective on the validation split.
            watch: The phase's rules.
            epoch: Of the run.
            val: What the epoch measured.
            network: As it stands; copied where it is the best so far and may be wanted again.
        """
        self._values.append(value)
        verdict = watch.verdict(self._values)
        if watch.keeps_best and verdict.best == len(self._values) - 1:
            self._best = _Best(epoch=epoch, val=val, network=copied(network.state_dict()))
        return verdict

    def restore(self, network: nn.Module, *, epoch: int) -> tuple[Metrics, int] | None:
        """Put the network back to its best state.

        Returns:
            What that state measured, and its epoch; None where there is none, or where `epoch` is the best itself.
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
