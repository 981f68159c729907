"""The training loop: runs phases epoch by epoch. It knows nothing of Ray, MLflow or files of its own."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trainables.config import RunConfig
from trainables.loop.clock import Clock, cost
from trainables.loop.copying import copied
from trainables.loop.epoch import Trained, train_epoch
from trainables.loop.evaluation import measure_end, named, validate
from trainables.loop.head_epoch import is_linear, train_head_epoch
from trainables.loop.metrics import Metrics
from trainables.loop.phase_setup import RunningPhase, Task, start_phase, unfreezes
from trainables.loop.saved_state import (
    STATE_FORMAT,
    check_state,
    load_optimizer_state,
    optimizer_state,
    run_identity,
)
from trainables.loop.snapshots import Snapshots
from trainables.loop.validation_history import ValidationHistory
from trainables.plan.early_stopping import StopDecision
from trainables.plan.phases import Phase
from trainables.range_test import Suggestion
from trainables.record import EpochRecord, Status, without_epoch


class Fit:
    """A run. Iterating trains it, one epoch an item; between two items its state may be saved.

    Attributes:
        config: The run's settings.
        phases: What it trains.
        task: On what.
        epoch: Epochs completed.
        suggestions: What range tests said, by phase, for the phases with an "auto" rate that were started.
    """

    def __init__(self, config: RunConfig, phases: tuple[Phase, ...], task: Task) -> None:
        self.config = config
        self.phases = phases
        self.task = task
        self.epoch = 0
        self.suggestions: dict[str, Suggestion] = {}
        self._suggested: dict[str, float] = {}
        self._phase_index = 0
        self._phase_epoch = 0
        self._running: RunningPhase | None = None
        self._phase_starts = False
        self._history = ValidationHistory()
        self._snapshots = Snapshots(config.snapshots)
        self._objective: float | None = None
        self._val_accuracy: float | None = None
        self._cost_seconds = 0.0
        self._diverged = False
        self._clock = Clock()

    @property
    def running(self) -> RunningPhase | None:
        """The phase that has been started and not left."""
        return self._running

    @property
    def phase_epoch(self) -> int:
        """Epochs completed in the phase."""
        return self._phase_epoch

    @property
    def ended(self) -> bool:
        """Whether nothing is left to train."""
        return self._diverged or self._phase_index == len(self.phases)

    def __iter__(self) -> Iterator[EpochRecord]:
        while not self.ended:
            yield self.run_epoch()

    def run_epoch(self) -> EpochRecord:
        """Train one epoch, validate, do what early stopping decides, and return the epoch's record."""
        running = self.begin_epoch()
        begun = time.perf_counter()
        train = train_head_epoch if is_linear(running.phase, self.task) else train_epoch
        trained = train(
            running,
            config=self.config,
            epoch=self.epoch,
            phase_epoch=self._phase_epoch,
            lr_multiplier=self.lr_multiplier,
        )
        return self.end_epoch(trained, seconds=time.perf_counter() - begun)

    def begin_epoch(self) -> RunningPhase:
        """Return the phase that trains now, starting it where it begins."""
        self._phase_starts = self._running is None
        if self._running is not None:
            return self._running
        phase = self.phases[self._phase_index]
        self._running = start_phase(
            phase, self.task, config=self.config, clock=self._clock, suggested=self._suggested
        )
        if (found := self._running.suggestion) is not None and found.lr is not None:
            self.suggestions[phase.name], self._suggested[phase.name] = found, found.lr
        return self._running

    @property
    def lr_multiplier(self) -> float:
        """What restarts at a lower rate have multiplied all rates by."""
        early_stopping = self.phases[self._phase_index].early_stopping
        return early_stopping.decide(self._history.values).lr_multiplier

    def end_epoch(self, trained: Trained, *, seconds: float) -> EpochRecord:
        """Validate, do what early stopping decides, and return the epoch's record.

        Args:
            trained: What the epoch that was begun has trained.
            seconds: That it took.
        """
        assert self._running is not None, "an epoch is begun first"
        running, started = self._running, self._phase_starts
        self._clock.add("training", seconds)
        with self._clock.measure("validation"):
            val = validate(running, self.config) if self._is_validated(running.phase) else None
        self._diverged = not math.isfinite(trained.loss) or self._is_lost(running.phase, val)
        self.epoch += 1
        self._phase_epoch += 1
        measured = self._start_fields(running) if started else {}
        decision = self._judge(running.phase, val)
        is_spent = self._phase_epoch == running.phase.num_epochs
        phase_ended = not self._diverged and (decision.action == "stop" or is_spent)
        val, restored = self._restore(running, val, decision, phase_ended=phase_ended)
        status = self._status(phase_ended)
        if val is not None and math.isfinite(val.loss) and not self._diverged:
            measured |= named("val", val, self.config.objective) | restored
            self._val_accuracy = val.accuracy
        if status == "finished":
            assert val is not None, "the end of a phase is measured"
            with self._clock.measure("validation"):
                measured |= measure_end(
                    running, self.task, config=self.config, snapshots=self._snapshots, val=val
                )
        record = self._record(running, trained, measured, status=status, started=started)
        if phase_ended:
            self._leave()
        return record

    def out_of_memory(self) -> EpochRecord:
        """Return the last record of a run whose next epoch did not fit into memory."""
        return without_epoch(
            "out_of_memory",
            epochs=self.epoch,
            phase=self.phases[self._phase_index].name,
            cost_seconds=self._cost_seconds + cost(self._clock.take()),
        )

    def _leave(self) -> None:
        self._phase_index, self._phase_epoch, self._running = self._phase_index + 1, 0, None
        self._history = ValidationHistory()

    def _is_validated(self, phase: Phase) -> bool:
        """Return whether the epoch that is being trained is measured; before it is counted."""
        return self._decides(phase) or self.config.validate == "every_epoch"

    def _decides(self, phase: Phase) -> bool:
        """Return whether the epoch that is being trained is judged; the last one of a phase is, whatever the recipe."""
        return phase.schedule.is_judged(self._phase_epoch + 1)

    def _is_lost(self, phase: Phase, val: Metrics | None) -> bool:
        """Return whether validation ends the run: only where it decides, so that runs end alike."""
        return val is not None and self._decides(phase) and not math.isfinite(val.loss)

    def _start_fields(self, running: RunningPhase) -> dict[str, Any]:
        """Return what is recorded of a phase's beginning."""
        found: dict[str, Any] = {}
        if running.suggestion is not None:
            found["suggested_lr"] = running.suggestion.lr
        if self._phase_index and unfreezes(self.task.network, *self.phases[self._phase_index - 1 :][:2]):
            found["val_accuracy_before_unfreezing"] = self._val_accuracy
        return found

    def _judge(self, phase: Phase, val: Metrics | None) -> StopDecision:
        """Take the epoch's value into account where it is judged, and return what follows from all of them."""
        network, early_stopping = self.task.network, phase.early_stopping
        if val is None or self._diverged or not phase.schedule.is_judged(self._phase_epoch):
            return replace(early_stopping.decide(self._history.values), action="go_on")
        if phase is self.phases[-1] and self._phase_epoch in phase.schedule.cycle_ends:
            self._snapshots.add(network, epoch=self.epoch)
        self._history.add(val.objective(self.config.objective))
        decision = early_stopping.decide(self._history.values)
        if early_stopping.keeps_best and decision.best == len(self._history.values) - 1:
            self._history.keep(network, epoch=self.epoch, val=val)
        return decision

    def _restore(
        self, running: RunningPhase, val: Metrics | None, decision: StopDecision, *, phase_ended: bool
    ) -> tuple[Metrics | None, dict[str, int]]:
        """Go back to the phase's best state where it ends or restarts with that.

        Returns:
            The measurements of the network as it stands now, and the epoch that it went back to, if it did.
        """
        restarts = decision.action == "restart"
        if self._diverged or not running.phase.early_stopping.keeps_best or not (phase_ended or restarts):
            return val, {}
        if restarts and not phase_ended:
            running.renew_optimizer()
        best = self._history.restore(self.task.network, epoch=self.epoch)
        if best is None:
            return val, {}
        self._snapshots.forget_after(best[1])
        return best[0], {"restored_epoch": best[1]}

    def _record(
        self,
        running: RunningPhase,
        trained: Trained,
        measured: dict[str, Any],
        *,
        status: Status,
        started: bool,
    ) -> EpochRecord:
        phase, schedule = running.phase, running.phase.schedule
        judged = not self._diverged and schedule.is_judged(self._phase_epoch)
        if judged or "restored_epoch" in measured:
            self._objective = measured["val_objective"]
        seconds: dict[str, Any] = self._clock.take()
        self._cost_seconds += cost(seconds)
        passes = trained.num_images if phase.on == "images" else 0
        return EpochRecord(
            epoch=self.epoch,
            phase=phase.name,
            cycle=schedule.cycle(self._phase_epoch),
            cycle_ended=self._phase_epoch in schedule.cycle_ends,
            judged=judged,
            status=status,
            rates=trained.rates,
            num_steps=trained.num_steps,
            body_passes=passes + (running.body_passes if started else 0),
            train_loss=trained.loss if math.isfinite(trained.loss) else None,
            train_objective=trained.objective,
            objective=self._objective,
            images_per_second=trained.num_images / seconds["training_seconds"],
            cost_seconds=self._cost_seconds,
            **measured,
            **seconds,
        )

    def _status(self, phase_ended: bool) -> Status:
        if self._diverged:
            return "diverged"
        return "finished" if phase_ended and self._phase_index == len(self.phases) - 1 else "running"

    def state_dict(self) -> dict[str, Any]:
        """Return the state at the end of an epoch: tensors and plain types, safe to keep while training goes on."""
        running = self._running
        return {
            "format": STATE_FORMAT,
            "identity": self.identity,
            "epoch": self.epoch,
            "phase_index": self._phase_index,
            "phase_epoch": self._phase_epoch,
            "objective": self._objective,
            "val_accuracy": self._val_accuracy,
            "cost_seconds": self._cost_seconds,
            "network": copied(self.task.network.state_dict()),
            "snapshots": self._snapshots.state(),
            "judging": self._history.state(),
            "suggested": dict(self._suggested),
            "lr": running.lr if running else None,
            "optimizer": optimizer_state(running.optimizer) if running else None,
            "scaler": running.scaler.state_dict() if running else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a saved state: the records that follow are those of the run that was never interrupted.

        Raises:
            ValueError: If the state belongs to another run.
        """
        check_state(state, self.config, self.phases, self.task)
        self.epoch, self._phase_index = state["epoch"], state["phase_index"]
        self._phase_epoch, self._objective = state["phase_epoch"], state["objective"]
        self._cost_seconds, self._val_accuracy = state["cost_seconds"], state["val_accuracy"]
        self._history.load(state["judging"])
        self._suggested = dict(state["suggested"])
        self._snapshots.load(state["snapshots"])
        self.task.network.load_state_dict(state["network"])
        self._running = None  # the state may lie in another phase than the one that ran, or between two
        if state["optimizer"] is not None:
            phase = self.phases[self._phase_index]
            self._running = start_phase(
                phase,
                self.task,
                config=self.config,
                clock=self._clock,
                suggested=self._suggested,
                lr=state["lr"],
            )
            load_optimizer_state(self._running.optimizer, state["optimizer"])
            self._running.scaler.load_state_dict(state["scaler"])
            self._clock.take()

    @property
    def identity(self) -> str:
        """What a state must share with the run that continues it."""
        return run_identity(self.config, self.phases, self.task)
