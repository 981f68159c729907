"""The training loop: runs phases epoch by epoch. It knows nothing of Ray, MLflow or files of its own."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from trainables.batches import epoch_order
from trainables.clock import Clock, cost
from trainables.config import RunConfig
from trainables.inputs import ImageInputs, logits
from trainables.metrics import Metrics, accuracy, balanced_accuracy, measure
from trainables.optimizer import set_rates, training_mode
from trainables.phases import Phase
from trainables.range_test import Suggestion
from trainables.record import EpochRecord, Status, without_epoch
from trainables.running import RunningPhase, Task, enter
from trainables.streams import stream_seed

STATE_FORMAT = "lrstudy-fit-1"


@dataclass(frozen=True, kw_only=True)
class _Trained:
    """What one epoch of training measured."""

    loss: float
    objective: float
    num_steps: int
    rates: dict[str, float]


class Fit:
    """A run. Iterating trains it, one epoch an item; between two items its state may be saved.

    Attributes:
        config: The run's settings.
        phases: What it trains.
        task: On what.
        epoch: Epochs completed.
        suggestions: What range tests said, by phase, for the phases with an "auto" rate that were entered.
    """

    def __init__(self, config: RunConfig, phases: tuple[Phase, ...], task: Task) -> None:
        self.config = config
        self.phases = phases
        self.task = task
        self.epoch = 0
        self.suggestions: dict[str, Suggestion] = {}
        self._phase_index = 0
        self._phase_epoch = 0
        self._running: RunningPhase | None = None
        self._objective: float | None = None
        self._cost_seconds = 0.0
        self._diverged = False
        self._clock = Clock()

    @property
    def num_epochs(self) -> int:
        """Epochs of all phases together."""
        return sum(phase.num_epochs for phase in self.phases)

    def __iter__(self) -> Iterator[EpochRecord]:
        while self.epoch < self.num_epochs and not self._diverged:
            yield self.run_epoch()

    def run_epoch(self) -> EpochRecord:
        """Train one epoch, validate, and return the epoch's record."""
        phase = self.phases[self._phase_index]
        entered = self._running is None
        running = self._running or enter(phase, self.task, config=self.config, clock=self._clock)
        self._running = running
        if running.suggestion is not None:
            self.suggestions[phase.name] = running.suggestion
        with self._clock.measure("training"):
            trained = self._train(running)
        with self._clock.measure("validation"):
            val = measure(logits(running.module, running.val), running.val.labels)
        self._diverged = not (math.isfinite(trained.loss) and math.isfinite(val.loss))
        self.epoch += 1
        self._phase_epoch += 1
        record = self._record(running, trained, val, entered=entered)
        if self._phase_epoch == phase.num_epochs:
            self._phase_index, self._phase_epoch, self._running = self._phase_index + 1, 0, None
        return record

    def out_of_memory(self) -> EpochRecord:
        """Return the last record of a run whose next epoch did not fit into memory."""
        return without_epoch(
            "out_of_memory",
            epochs=self.epoch,
            phase=self.phases[self._phase_index].name,
            cost_seconds=self._cost_seconds + cost(self._clock.take()),
        )

    def _train(self, running: RunningPhase) -> _Trained:
        phase, train, optimizer, seed = running.phase, running.train, running.optimizer, self.config.seed
        order = epoch_order(len(train.labels), batch_size=self.config.batch_size, seed=seed, epoch=self.epoch)
        first_step = self._phase_epoch * len(order)
        train.begin_epoch(self.epoch)
        training_mode(running.module)
        device = train.labels.device
        loss_sum = torch.zeros((), device=device, dtype=torch.float64)
        predicted = torch.empty_like(train.labels)
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(stream_seed(seed, "dropout", self.epoch))
            for step, index in enumerate(order):
                set_rates(optimizer, phase.schedule.factor(first_step + step, steps_per_epoch=len(order)))
                if step == 0:
                    rates = _rates(running)
                index = index.to(device)
                outputs = running.module(train.batch(index, training=True))
                loss = F.cross_entropy(outputs, train.labels[index])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss_sum += loss.detach() * len(index)
                predicted[index] = outputs.detach().argmax(1)
        score = accuracy if self.config.objective == "accuracy" else balanced_accuracy
        return _Trained(
            loss=loss_sum.item() / len(predicted),
            objective=score(predicted, train.labels),
            num_steps=len(order),
            rates=rates,
        )

    def _record(
        self, running: RunningPhase, trained: _Trained, val: Metrics, *, entered: bool
    ) -> EpochRecord:
        phase, schedule = running.phase, running.phase.schedule
        ended = schedule.judged_epochs is not None and self._phase_epoch in schedule.judged_epochs
        judged = not self._diverged and (schedule.judged_epochs is None or ended)
        if judged:
            self._objective = val.objective(self.config.objective)
        measured: dict[str, Any] = self._measure_test()
        if not self._diverged:
            measured |= _named("val", val, self.config)
        seconds = self._clock.take()
        measured |= seconds
        self._cost_seconds += cost(seconds)
        num_images = len(running.train.labels)
        passes = num_images if phase.on == "images" else 0
        return EpochRecord(
            epoch=self.epoch,
            phase=phase.name,
            cycle=schedule.cycle(self._phase_epoch),
            cycle_ended=ended,
            judged=judged,
            status=self._status(),
            rates=trained.rates,
            num_steps=trained.num_steps,
            body_passes=passes + (running.body_passes if entered else 0),
            train_loss=trained.loss if math.isfinite(trained.loss) else None,
            train_objective=trained.objective,
            objective=self._objective,
            images_per_second=num_images / seconds["training_seconds"],
            cost_seconds=self._cost_seconds,
            suggested_lr=running.suggestion.lr if entered and running.suggestion else None,
            **measured,
        )

    def _status(self) -> Status:
        if self._diverged:
            return "diverged"
        return "finished" if self.epoch == self.num_epochs else "running"

    def _measure_test(self) -> dict[str, Any]:
        """Measure the test split where the run has ended and was asked to."""
        if not self.config.measure_test or self._status() != "finished":
            return {}
        inputs = ImageInputs(data=self.task.open_test(), config=self.config)
        outputs = logits(self.task.network, inputs)
        true_probabilities = outputs.softmax(1).gather(1, inputs.labels[:, None])[:, 0]
        return {
            **_named("test", measure(outputs, inputs.labels), self.config),
            "test_predictions": tuple(outputs.argmax(1).tolist()),
            "test_true_probabilities": tuple(true_probabilities.tolist()),
        }

    def state_dict(self) -> dict[str, Any]:
        """Return the state at the end of an epoch: tensors and plain types, safe to keep while training goes on."""
        running = self._running
        return {
            "format": STATE_FORMAT,
            "identity": self._identity(),
            "epoch": self.epoch,
            "phase_index": self._phase_index,
            "phase_epoch": self._phase_epoch,
            "objective": self._objective,
            "cost_seconds": self._cost_seconds,
            "network": {name: value.clone() for name, value in self.task.network.state_dict().items()},
            "lr": running.lr if running else None,
            "optimizer": _cloned(running.optimizer.state_dict()) if running else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a saved state: the records that follow are those of the run that was never interrupted.

        Raises:
            ValueError: If the state belongs to another run.
        """
        if state.get("format") != STATE_FORMAT or state.get("identity") != self._identity():
            raise ValueError("the checkpoint belongs to a run with another plan, data set, seed or version")
        self.epoch, self._phase_index = state["epoch"], state["phase_index"]
        self._phase_epoch, self._objective = state["phase_epoch"], state["objective"]
        self._cost_seconds = state["cost_seconds"]
        self.task.network.load_state_dict(state["network"])
        if state["optimizer"] is not None:
            phase = self.phases[self._phase_index]
            self._running = enter(phase, self.task, config=self.config, clock=self._clock, lr=state["lr"])
            self._running.optimizer.load_state_dict(state["optimizer"])
            self._clock.take()

    def _identity(self) -> str:
        c = self.config
        return repr(
            (self.phases, self.task.data_key, c.architecture, c.weights, c.seed, c.batch_size, c.augment)
        )


def _rates(running: RunningPhase) -> dict[str, float]:
    """Return the current rate of every depth group, stem first; 0 where it is frozen."""
    current = {group["name"]: float(group["lr"]) for group in running.optimizer.param_groups}
    return {rated.group.name: current.get(rated.group.name, 0.0) for rated in running.groups}


def _named(split: str, metrics: Metrics, config: RunConfig) -> dict[str, float]:
    return {
        f"{split}_loss": metrics.loss,
        f"{split}_accuracy": metrics.accuracy,
        f"{split}_balanced_accuracy": metrics.balanced_accuracy,
        f"{split}_objective": metrics.objective(config.objective),
    }


def _cloned(value: Any) -> Any:
    """Return nested dicts and lists with every tensor cloned: an optimizer's state aliases its buffers."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, dict):
        return {key: _cloned(item) for key, item in value.items()}
    return [_cloned(item) for item in value] if isinstance(value, list) else value
