"""Running a label curve: its studies one after another, each begun, gone on with, or left as it has ended."""

from collections.abc import Callable
from pathlib import Path

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import Results
from study.spec.study_file import StudySpec
from study.tuning.label_curve.sizes import CurvePlan, SearchAt
from study.tuning.label_curve.winners import with_winners
from study.tuning.runner import refuse_other_study, results_folder, resume_study, run_study


def run_curve(plan: CurvePlan, *, search_at: SearchAt, say: Callable[[str], None]) -> bool:
    """Bring every study of a curve to its end; return whether a signal stopped it before.

    Whoever calls it again goes on where it stopped. Sizes that have ended stay as they are.

    Args:
        plan: The curve.
        search_at: Whether each size has a search of its own, or the largest, which is run first, finds the winners.
        say: Takes a line for the user before and after each size.

    Raises:
        StudyError: If results are those of another study than the file now says, or a study could not go on.
    """
    searched = plan.studies if search_at == "each" else {plan.largest: plan.studies[plan.largest]}
    for spec in searched.values():
        if _results(spec).was_begun():
            refuse_other_study(spec, _results(spec).folder)
    for size, spec in searched.items():
        if _bring_to_end(spec, size, say):
            return True
    for size in (size for size in plan.studies if size not in searched):
        spec = with_winners(plan, size, _results(plan.studies[plan.largest]))
        if _results(spec).was_begun():
            refuse_other_study(spec, _results(spec).folder)
        if _bring_to_end(spec, size, say):
            return True
    return False


def results_of(plan: CurvePlan) -> dict[int, Path]:
    """Return the results folder of each size, rising."""
    return {size: results_folder(spec) for size, spec in plan.studies.items()}


def _bring_to_end(spec: StudySpec, size: int, say: Callable[[str], None]) -> bool:
    """Run or go on with one size's study; return whether a signal stopped it."""
    results = _results(spec)
    metadata = RunMetadata.read(results.run_metadata)
    if results.was_begun() and metadata.ended is not None and not metadata.stopped_early:
        say(f"{size} images a class: done before, in {results.folder}")
        return False
    say(f"{size} images a class: {'going on' if results.was_begun() else 'study ' + spec.name}")
    result = resume_study(spec) if results.was_begun() else run_study(spec)
    for problem in result.problems:
        say(f"Not everything was recorded: {problem}")
    say(f"{size} images a class: {'stopped' if result.stopped else 'done'}; {result.report / 'report.html'}")
    return bool(result.stopped)


def _results(spec: StudySpec) -> Results:
    return Results(folder=results_folder(spec))
