"""Refusals to go on with a study that was begun, or to extend one that has ended."""

import difflib
import hashlib
from pathlib import Path

from analysis.loading.run_metadata import Extension, RunMetadata
from study.errors import StudyError
from study.preparation.sources import is_whole
from study.results.folder import Results
from study.search.study_plan import StudyPlan
from study.spec.paths import is_weights_file
from study.spec.seeds import most_seeds
from study.spec.study_file import StudySpec, extension_seeds, read_resolved


def refuse_changes(before: str, now: str, path: Path) -> None:
    """Refuse to continue another study than the one that was begun.

    Args:
        before: The resolved study file of when it was begun.
        now: The one that it would go on with.
        path: Where the first one lies.

    Raises:
        StudyError: With the lines that differ.
    """
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm="")
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    if changed:
        listed = "\n  ".join(changed)
        raise StudyError(
            f"the study file has changed since the study began (- then, from {path}; + now); continue it as it was "
            f"(lrstudy resume {path.parent}), or give the new one another name (-s name=...):\n  {listed}"
        )


def refuse_lost_weights(plan: StudyPlan) -> None:
    """Refuse to continue a study whose source weights were trained, but are not there any more.

    Raises:
        StudyError: With the file.
    """
    for ended in plan.of_stage("pretrain"):
        file = Path(ended.job.config["save_weights"])
        if not is_whole(file):
            raise StudyError(
                f"the start weights that the study trained are gone from the cache, or damaged ({file}); "
                "put them back, or run the study anew under another name (-s name=...)"
            )


def refuse_extension(results: Results, extension: Extension) -> None:
    """Refuse to extend a study that has not ended, or by what it can't have.

    Raises:
        StudyError: With the reason.
    """
    metadata = RunMetadata.read(results.run_metadata)
    if metadata.ended is None or metadata.stopped_early:
        raise StudyError(
            f"{results.folder}: the study has not ended; only one that has is extended. "
            f"Go on with it first: `lrstudy resume {results.folder}`"
        )
    spec = read_resolved(results.spec)
    seeds = extension_seeds(spec, (*metadata.extensions, extension))
    total = spec.confirm.pairs + sum(map(len, seeds))
    repeats = spec.search.repeats
    if total > most_seeds(repeats):
        of_each = "" if repeats == 1 else f" with {repeats} searches of each arm"
        raise StudyError(
            f"the confirmation would have {total} seeds, all together; at most {most_seeds(repeats)} are allowed"
            f"{of_each}"
        )


def start_weights(spec: StudySpec) -> str | None:
    """Return what a file of start weights is known by wherever it lies: the hash of its content; None without one."""
    if not is_weights_file(spec.model.weights):
        return None
    return hashlib.sha256(Path(spec.model.weights).read_bytes()).hexdigest()


def refuse_other_weights(spec: StudySpec, results: Results) -> None:
    """Refuse to continue with another file of start weights, wherever it lies and whatever its name.

    Raises:
        StudyError: With the file. A study of before hashes were written down is not refused.
    """
    known = RunMetadata.read(results.run_metadata).start_weights
    if known is not None and start_weights(spec) != known:
        raise StudyError(
            f"model.weights: {spec.model.weights} holds other weights than when the study began; "
            "put those back, or run the study anew under another name (-s name=...)"
        )
