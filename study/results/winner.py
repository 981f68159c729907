"""The model of a study's results that is meant: of the arm that is named, or of the one to use."""

from dataclasses import dataclass
from pathlib import Path

from study.errors import StudyError
from study.models.written import model_run, written_models
from study.results.answer import latest_answer
from study.results.folder import Results, open_results


@dataclass(frozen=True, kw_only=True)
class Winner:
    """A model, and where it comes from.

    Attributes:
        folder: The model's.
        run: Trained it.
        arm: The arm; "" where the folder is a model of its own.
        results: The study's; None where the folder is a model of its own.
    """

    folder: Path
    run: str
    arm: str = ""
    results: Results | None = None


def meant_model(folder: Path, *, arm: str | None) -> Winner:
    """Return the model that is meant by a folder.

    Args:
        folder: A study's results, or a model's own folder.
        arm: Whose; None: the arm that the study says to use, or the only one that has a model.

    Raises:
        StudyError: If there is none, or several and none to prefer.
    """
    if arm is None and (run := model_run(folder)):
        return Winner(folder=folder, run=run)
    results = open_results(folder)
    written = {each: (run, place) for each, run, place in written_models(results.models)}
    if not written:
        raise StudyError(
            f"{folder}: no arm has a model; they are written when a study has ended, and `lrstudy resume` goes on"
        )
    chosen = arm if arm is not None else _to_use(results, tuple(written))
    if chosen not in written:
        raise StudyError(
            f"{folder}: there is no model of an arm {chosen!r}; those that have one: {', '.join(written)}"
        )
    run, place = written[chosen]
    return Winner(folder=place, run=run, arm=chosen, results=results)


def _to_use(results: Results, arms: tuple[str, ...]) -> str:
    answer = latest_answer(results) or {}
    to_use = (answer.get("decision") or {}).get("arm")
    if to_use is not None:
        return str(to_use)
    if len(arms) == 1:
        return arms[0]
    raise StudyError(
        f"{results.folder}: the study does not say which arm to use; name one, --arm {' or --arm '.join(arms)}"
    )
