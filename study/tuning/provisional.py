"""The verdict so far while a confirmation runs: provisional, over the pairs of seeds that there are.

It is no look at the study: nothing follows from it. The interval knows the seeds only, and is not adjusted for the
other arms; the report's knows the test images, too.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import Results
from study.results.journal import read_records
from study.spec.study_file import StudySpec
from study.tracking.answer_values import WORDS

MIN_PAIRS = 2


class ProvisionalVerdicts:
    """Test objectives of the overall winners' confirmation runs, by arm and seed."""

    def __init__(self, *, reference: str, confidence: float, margin: float) -> None:
        """Know of no run yet.

        Args:
            reference: The arm that the others are held against.
            confidence: Level of the intervals.
            margin: Half the width of what counts as the same.
        """
        self._reference, self._confidence, self._margin = reference, confidence, margin
        self._values: dict[str, dict[int, float]] = {}

    def take_up(self, rows: Iterable[Mapping[str, Any]], *, since: int = 0) -> None:
        """Take what earlier drivers have recorded of the winners of an extension, or of the study as it was begun."""
        for row in rows:
            of_these = row.get("extension", 0) >= since and row["overall"]
            if row["stage"] == "confirm" and row["status"] == "finished" and of_these:
                self.ended(row["arm"], row["seed"], row.get("test_objective"))

    def ended(self, arm: str, seed: int, test_objective: float | None) -> None:
        """Take the end of an overall winner's run; one without a test objective did not train."""
        if test_objective is not None:
            self._values.setdefault(arm, {})[seed] = test_objective

    def words(self, arm: str) -> str:
        """Return the verdict on an arm so far, in words; empty with under two pairs, and for the reference."""
        own, other = self._values.get(arm, {}), self._values.get(self._reference, {})
        differences = [own[seed] - other[seed] for seed in sorted(own.keys() & other.keys())]
        if arm == self._reference or len(differences) < MIN_PAIRS:
            return ""
        from analysis.findings.contrasts.judging import verdict_on
        from analysis.statistics.estimate import equivalence_p_value
        from analysis.statistics.paired import paired_t
        from analysis.wording import number_format as fmt

        estimate = paired_t(differences, confidence=self._confidence)
        assert estimate is not None
        assert estimate.spread is not None, "there are two pairs"
        same = equivalence_p_value(estimate.mean, estimate.spread, margin=self._margin)
        verdict = verdict_on(estimate, estimate.p, same, alpha=1 - self._confidence)
        ends = fmt.difference_interval((estimate.low, estimate.high))
        return (
            f"provisional, {len(differences)} pairs: {fmt.difference(estimate.mean)} against {self._reference} "
            f"({ends}), {WORDS[verdict]}"
        )


def provisional_verdicts(spec: StudySpec, results: Results) -> ProvisionalVerdicts | None:
    """Return what a study's confirmation shows so far; None where a study has one arm alone."""
    if len(spec.arms) < 2:
        return None
    compare = spec.compare
    verdicts = ProvisionalVerdicts(
        reference=compare.reference, confidence=compare.confidence, margin=compare.margin
    )
    extensions = RunMetadata.read(results.run_metadata).extensions
    since = max((place for place, each in enumerate(extensions, start=1) if each.trials), default=0)
    verdicts.take_up(read_records(results.journal), since=since)
    return verdicts
