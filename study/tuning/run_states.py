"""Saved states of a study's runs: what Ray Tune keeps while it runs, found again by run and epoch."""

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path

from trainables.checkpoint import load_state

logger = logging.getLogger(__name__)

TUNE = "tune"
"""Folder of Ray Tune's files, one below it for every driver; everything else that matters is in the journal."""

STATE_FILE = "state.pt"


class RunStates:
    """The states that runs may go on from.

    Tune drops a run's older checkpoint once it has told of the newer one, so that one of those that are there is of
    an epoch that the journal has.
    """

    def __init__(self, folder: Path, epochs: Mapping[str, int]) -> None:
        """Look below `folder`, the study's results, for states of at most the recorded `epochs` of each run.

        Of epochs that are recorded later `epochs` is told by whoever records them.
        """
        self._folder = folder / TUNE
        self._epochs = epochs

    def new_driver(self) -> str:
        """Return a name, below the results, for the files of the driver that begins now."""
        used = [int(path.name) for path in self._folder.glob("*") if path.name.isdigit()]
        return f"{TUNE}/{max(used, default=0) + 1}"

    def latest(self, run: str) -> Path | None:
        """Return the state file of the run's latest recorded epoch that is whole; None where it has to begin anew."""
        found: list[tuple[int, Path]] = []
        for path in sorted(self._folder.glob(f"*/{run}/checkpoint_*/{STATE_FILE}")):
            try:
                found.append((load_state(path)["epoch"], path))
            except (ValueError, KeyError) as error:
                logger.warning("%s is passed over: %s", path, error)
        found = [(epoch, path) for epoch, path in found if epoch <= self._epochs.get(run, 0)]
        return max(found)[1] if found else None

    def forget(self, run: str) -> None:
        """Delete the states of a run that has ended."""
        for path in self._folder.glob(f"*/{run}"):
            shutil.rmtree(path, ignore_errors=True)

    def forget_all(self) -> None:
        """Delete everything, once the study is done."""
        shutil.rmtree(self._folder, ignore_errors=True)
