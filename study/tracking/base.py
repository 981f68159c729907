"""The base of trackers: a study shown in another place than its results, from what its journal has."""

from abc import ABC, abstractmethod
from typing import ClassVar

from study.results.folder import Results
from study.spec.study_file import StudySpec


class Tracker(ABC):
    """Sends on what is new in a study's journal, piece by piece.

    A thread of its own calls it every few seconds, so that no trial waits for it, and calls it again after it raised:
    then, or when another driver goes on with the study, nothing may be lost or be there twice. All that it needs is in
    the results, where it may keep a file of how far it came.

    Attributes:
        results: The study's results.
        spec: The study, `tracking` among its sections.
        takes_models: Whether the winners are exported as models of MLflow's, for it to send.
        num_sent: Things that arrived whole; it grows as long as there is progress.
    """

    takes_models: ClassVar[bool] = False

    def __init__(self, results: Results, spec: StudySpec, *, is_running: bool) -> None:
        """Take up where an earlier tracker of the same results stopped; nothing is sent yet.

        Args:
            results: The study's.
            spec: The study's.
            is_running: Whether the study is going on.
        """
        self.num_sent = 0
        self.results, self.spec, self._is_running = results, spec, is_running

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the study is shown, in words such as "MLflow at http://host:5000", without a password."""

    @property
    def refused(self) -> str:
        """What was refused for good, and passed over, in words; empty where all was taken."""
        return ""

    @abstractmethod
    def send(self) -> bool:
        """Send what is new; return whether there may be more.

        Raises:
            Exception: Whatever keeps it from being sent; it is called again later.
        """

    @abstractmethod
    def close_study(self, status: str) -> None:
        """Send everything that is left, and close what is open.

        Args:
            status: "FINISHED", "FAILED" or "KILLED": how the study ended.

        Raises:
            Exception: As `send` does.
        """

    def give_up(self) -> None:
        """Let whatever still runs in another thread send nothing more."""
        return
