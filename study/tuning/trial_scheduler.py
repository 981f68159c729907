"""The study's stopping rule as a Ray Tune trial scheduler."""

from collections.abc import Mapping
from typing import Any

from ray.tune.schedulers import FIFOScheduler

from study.tuning.searcher import AgendaSearcher


class JudgingScheduler(FIFOScheduler):
    """Stops a trial where the searcher, which knows what all have reported, says so; starts them in order.

    It keeps nothing itself: a driver that goes on with a study finds all that decides in the journal.
    """

    def __init__(self, searcher: AgendaSearcher) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Tune's has no types
        self._searcher = searcher

    def on_trial_result(self, tune_controller: Any, trial: Any, result: Mapping[str, Any]) -> str:
        """Stop the trial or let it go on."""
        return FIFOScheduler.STOP if self._searcher.judge(trial.trial_id, result) else FIFOScheduler.CONTINUE

    def __getstate__(self) -> dict[str, Any]:
        """Return nothing: Tune pickles its parts for `Tuner.restore`, which a study does not use."""
        return {}
