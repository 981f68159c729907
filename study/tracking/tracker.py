"""MLflow beside a study: a thread sends the journal of a running one, so that no trial ever waits for a server."""

import logging
import threading
import time

from study.errors import StudyError
from study.results.folder import Results
from study.spec.study_file import StudySpec
from study.spec.tracking_address import without_secrets
from study.tracking.mlflow_sync import Mirror

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 60.0
PATIENCE_SECONDS = 30.0
"""For so long after its end a study waits for a server that takes nothing."""

ATTEMPTS, RETRY_SECONDS = 5, 1.0


def send_rest(mirror: Mirror, status: str) -> None:
    """Send all that is left of a study that is not running, again and again as long as some of it arrives.

    Args:
        mirror: The study's.
        status: MLflow's status of the study's run.

    Raises:
        StudyError: If nothing arrives in `ATTEMPTS` attempts, with what the server or MLflow's client said.
    """
    attempts, sent = 0, mirror.num_sent
    while True:
        try:
            return mirror.close_study(status)
        # Whatever a server or MLflow's client raises: the user needs its sentence, and nothing is lost.
        except Exception as error:
            attempts = 1 if mirror.num_sent > sent else attempts + 1
            sent = mirror.num_sent
            if attempts == ATTEMPTS:
                why = without_secrets(f"{type(error).__name__}: {error}".splitlines()[0])
                raise StudyError(f"MLflow at {mirror.place} did not take everything: {why}") from error
        time.sleep(RETRY_SECONDS)


class Tracker:
    """Sends what is new in the journal every few seconds, and waits longer after each failure.

    Attributes:
        away: Why the last attempt failed; empty after one that did not.
    """

    def __init__(self, results: Results, spec: StudySpec) -> None:
        """Start the thread."""
        self.away = ""
        self._mirror = Mirror(results, spec, is_running=True)
        self._ending = threading.Event()
        self._status = ""
        self._thread = threading.Thread(target=self._work, name="mlflow", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """What MLflow has not got, in a sentence; empty where it has everything."""
        if self.away or self._mirror.abandoned:
            why = f" ({self.away})" if self.away else ""
            return (
                f"MLflow at {self._mirror.place} does not answer{why}. Nothing is lost: `lrstudy sync RESULTS` sends "
                "the rest when it is back"
            )
        if self._mirror.refused:
            return (
                f"MLflow at {self._mirror.place} refused {self._mirror.num_refused} request(s), "
                f"the last with: {self._mirror.refused}"
            )
        return ""

    def close(self, status: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Send what is left and close all runs; give up on a server that has taken nothing for a while.

        Args:
            status: MLflow's status of the study's run: FINISHED, FAILED or KILLED.
            patience_seconds: The while.
        """
        self._status = status
        self._ending.set()
        since: float | None = None
        taken = self._mirror.num_sent
        while self._thread.is_alive():
            self._thread.join(0.2)
            if not self.away or self._mirror.num_sent > taken:
                since, taken = None, self._mirror.num_sent
            elif since is None:
                since = time.monotonic()
            elif time.monotonic() - since > patience_seconds:
                self._mirror.abandoned = True
                return

    def _work(self) -> None:
        pause = PAUSE_SECONDS
        while True:
            if self._mirror.abandoned:
                return
            ending = self._ending.wait(0.0 if self._ending.is_set() and not self.away else pause)
            try:
                if ending:
                    self._mirror.close_study(self._status)
                    self.away = ""
                    return
                while self._mirror.send():
                    pass
            # Whatever a tracking server or its client does, the study goes on; all is in the journal.
            except Exception as error:
                if not self.away:
                    logger.exception("MLflow does not answer; its share waits in the journal")
                self.away = without_secrets(f"{type(error).__name__}: {error}".splitlines()[0])
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                if ending:
                    time.sleep(min(pause, PAUSE_SECONDS))
                continue
            if self.away:
                logger.info("MLflow answers again")
            self.away, pause = "", PAUSE_SECONDS
