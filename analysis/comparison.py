"""Everything that a study's report states, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.findings.arm_summary import arm_summary, confirmation_runs
from analysis.findings.contrast import Contrast, measure_contrasts
from analysis.findings.details import detail_table
from analysis.findings.found import found_table
from analysis.findings.inference_variants import further_table
from analysis.findings.ledger import ledger, overhead
from analysis.findings.recalls import extreme_recalls, recall_table
from analysis.findings.search_results import search_summary, search_trials
from analysis.findings.unfreezing import unfreezing_table
from analysis.loading.study_data import Evidence
from analysis.wording.conditions import caveats, conditions
from analysis.wording.configurations import compared_sentence
from analysis.wording.contrasts import answer, equal_budget_sentence
from analysis.wording.final_difference import final_sentence
from analysis.wording.notes import notes


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The comparison of a study's arms.

    Attributes:
        evidence: What everything is computed from.
        contrasts: Every arm against the reference, overall first, then within architectures.
        answer: The answer in words.
        conditions: What the answer holds for.
        caveats: What it must not be read as.
        equal_budgets: Where it is shown to depend on what the arms are given equally, in words.
        notes: What a reader must know before believing it.
        before: The answers of the same study before it was extended, the first one first.
        arms: One row an arm: how its confirmation went.
        confirmations: One row a confirmation run.
        found: One row a search, where arms were searched several times: what it found.
        details: One row a confirmed configuration and measure of the test split.
        recalls: One row a confirmation run and class.
        extreme_recalls: One row a confirmed configuration: its worst and its best class.
        further: One row a confirmed configuration and way of predicting, beside its last models.
        unfreezing: One row an arm and phase that begins with unfreezing.
        search: One row an arm and architecture: what the search found, on validation.
        trials: One row a trial of search and selection.
        ledger: One row an arm and stage: where the time went.
        overhead: One row a stage: share of slots x wall time in which no trial worked.
    """

    evidence: Evidence
    contrasts: tuple[Contrast, ...]
    answer: tuple[str, ...]
    conditions: tuple[str, ...]
    caveats: tuple[str, ...]
    equal_budgets: tuple[str, ...]
    notes: tuple[str, ...]
    before: tuple[str, ...]
    arms: pd.DataFrame
    confirmations: pd.DataFrame
    found: pd.DataFrame
    details: pd.DataFrame
    recalls: pd.DataFrame
    extreme_recalls: pd.DataFrame
    further: pd.DataFrame
    unfreezing: pd.DataFrame
    search: pd.DataFrame
    trials: pd.DataFrame
    ledger: pd.DataFrame
    overhead: pd.DataFrame


def compare(evidence: Evidence, *, before: Sequence[Comparison] = ()) -> Comparison:
    """Compare a study's arms; a study that was interrupted is compared as far as it got, and says so.

    Args:
        evidence: The study, as loaded.
        before: Its comparisons before each extension, which are quoted; they are compared by themselves.

    Raises:
        ValueError: If the records contradict one another.
    """
    contrasts = measure_contrasts(evidence)
    recalls = recall_table(evidence)
    equal = [equal_budget_sentence(contrast) for contrast in contrasts]
    return Comparison(
        evidence=evidence,
        contrasts=contrasts,
        answer=_answer(evidence, contrasts),
        conditions=conditions(evidence),
        caveats=caveats(evidence, contrasts),
        equal_budgets=tuple(sentence for sentence in equal if sentence is not None),
        notes=notes(evidence),
        before=tuple(_quoted(each) for each in before),
        arms=arm_summary(evidence),
        confirmations=confirmation_runs(evidence),
        found=found_table(evidence),
        details=detail_table(evidence),
        recalls=recalls,
        extreme_recalls=extreme_recalls(recalls),
        further=further_table(evidence),
        unfreezing=unfreezing_table(evidence),
        search=search_summary(evidence),
        trials=search_trials(evidence),
        ledger=ledger(evidence),
        overhead=overhead(evidence),
    )


def _answer(evidence: Evidence, contrasts: tuple[Contrast, ...]) -> tuple[str, ...]:
    """Return the answer, one paragraph a contrast."""
    if evidence.runs.empty:
        return ("Nothing was recorded yet: the study stopped before its first epoch ended.",)
    if not contrasts:
        reference = evidence.settings.reference
        return (f"The study has only the reference arm, {reference}: there is nothing to compare.",)
    objective = evidence.settings.objective
    return tuple(
        " ".join(answer(each, objective=objective, compared=compared_sentence(each, evidence)))
        for each in contrasts
    )


def _quoted(comparison: Comparison) -> str:
    """Return the answer of an earlier report of the study, in short."""
    objective = comparison.evidence.settings.objective
    overall = [contrast for contrast in comparison.contrasts if contrast.pairing.architecture is None]
    sentences = [
        f"{final_sentence(each, objective=objective)} {compared_sentence(each, comparison.evidence)}".strip()
        for each in overall
    ]
    when = (comparison.evidence.metadata.ended or "")[:10]
    return " ".join([*([f"{when}:"] if when else []), *(sentences or comparison.answer)])
