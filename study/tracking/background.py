"""Tracking in the background: a thread sends a running study's journal, so that no trial ever waits for a server."""

import logging
import threading
import time

from study.errors import StudyError
from study.spec.tracking_address import without_secrets
from study.tracking.base import Tracker

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 60.0
PATIENCE_SECONDS = 30.0
"""For so long after its end a study waits for a server that takes nothing."""

ATTEMPTS, RETRY_SECONDS = 5, 1.0


def send_rest(tracker: Tracker, status: str) -> None:
    """Send all that is left of a study that is not running, again and again as long as some of it arrives.

    Args:
        tracker: The study's.
        status: How the study ended, see `Tracker.close_study`.

    Raises:
        StudyError: If nothing arrives in `ATTEMPTS` attempts, with what the tracker said.
    """
    attempts, sent = 0, tracker.num_sent
    while True:
        try:
            return tracker.close_study(status)
        # Whatever a server or MLflow's client raises: the user needs its sentence, and nothing is lost.
        except Exception as error:
            attempts = 1 if tracker.num_sent > sent else attempts + 1
            sent = tracker.num_sent
            if attempts == ATTEMPTS:
                why = without_secrets(f"{type(error).__name__}: {error}".splitlines()[0])
                raise StudyError(f"{tracker.place} did not take everything: {why}") from error
        time.sleep(RETRY_SECONDS)


class BackgroundTracking:
    """Sends what is new in the journal every few seconds, and waits longer after each failure.

    Attributes:
        away: Why the last attempt failed; empty after one that did not.
    """

    def __init__(self, tracker: Tracker) -> None:
        """Start the thread."""
        self.away = ""
        self._tracker, self._place = tracker, tracker.place
        self._given_up = False
        self._ending = threading.Event()
        self._status = ""
        self._thread = threading.Thread(target=self._work, name="tracking", daemon=True)
        self._thread.start()

    @property
    def place(self) -> str:
        """Where the study is shown, in words."""
        return self._tracker.place

    @property
    def problem(self) -> str:
        """What the tracker has not got, in a sentence; empty where it has everything."""
        if self.away or self._given_up:
            why = f" ({self.away})" if self.away else ""
            return (
                f"{self._place} does not answer{why}. Nothing is lost: `lrstudy sync RESULTS` sends "
                "the rest when it is back"
            )
        refused = self._tracker.refused
        return f"{self._place} refused {refused}" if refused else ""

    def close(self, status: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Send what is left and close all runs; give up on a server that has taken nothing for a while.

        Args:
            status: How the study ended, see `Tracker.close_study`.
            patience_seconds: The while.
        """
        self._status = status
        self._ending.set()
        since: float | None = None
        taken = self._tracker.num_sent
        while self._thread.is_alive():
            self._thread.join(0.2)
            if not self.away or self._tracker.num_sent > taken:
                since, taken = None, self._tracker.num_sent
            elif since is None:
                since = time.monotonic()
            elif time.monotonic() - since > patience_seconds:
                self._given_up = True
                self._tracker.give_up()
                return

    def _work(self) -> None:
        pause = PAUSE_SECONDS
        while True:
            if self._given_up:
                return
            ending = self._ending.wait(0.0 if self._ending.is_set() and not self.away else pause)
            try:
                if ending:
                    self._tracker.close_study(self._status)
                    self.away = ""
                    return
                while self._tracker.send() and not self._ending.is_set():
                    pass
            # Whatever a tracking server or its client does, the study goes on; all is in the journal.
            except Exception as error:
                if not self.away:
                    logger.exception("%s does not answer; its share waits in the journal", self._place)
                self.away = without_secrets(f"{type(error).__name__}: {error}".splitlines()[0])
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                if ending:
                    time.sleep(min(pause, PAUSE_SECONDS))
                continue
            if self.away:
                logger.info("%s answers again", self._place)
            self.away, pause = "", PAUSE_SECONDS
