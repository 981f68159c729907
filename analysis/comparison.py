"""Everything that a study's report states, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.findings.arm_summary import arm_summary, confirmation_runs
from analysis.findings.by_class import by_class_table
from analysis.findings.contrasts.contrast import Contrast, measure_contrasts
from analysis.findings.decision import Decision, decide
from analysis.findings.details import detail_table
from analysis.findings.found import found_table
from analysis.findings.inference_variants import inference_variants_of
from analysis.findings.ledger import ledger, overhead
from analysis.findings.next_step import NextStep, next_step
from analysis.findings.recalls import extreme_recalls, recall_table
from analysis.findings.search_results import search_summary, search_trials
from analysis.findings.searching.importances import importance_table
from analysis.findings.searching.ladder import Step, ladder_steps
from analysis.findings.searching.outlook import Outlook, expected_gains, outlooks, tuning_curves
from analysis.findings.searching.response_slices import Slice, lines, planes
from analysis.findings.searching.winners_curse import winners_curse_table
from analysis.findings.unfreezing import unfreezing_table
from analysis.loading.study_data import StudyData
from analysis.wording.conditions import caveats, conditions
from analysis.wording.configurations import compared_sentence
from analysis.wording.contrasts import answer, equal_budget_sentence
from analysis.wording.final_difference import final_sentence
from analysis.wording.notes import notes
from analysis.wording.searching import search_sentences
from analysis.wording.verdict import verdict_sentence
from analysis.wording.warnings import warnings


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The comparison of a study's arms: everything that its report states, each computed once, when it is asked for.

    Attributes:
        data: The study.
        contrasts: Every arm against the reference, overall first, then within architectures.
        earlier: The comparisons of the same study before it was extended, the first one first.
    """

    data: StudyData
    contrasts: tuple[Contrast, ...]
    earlier: tuple["Comparison", ...] = ()

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """The answer in words."""
        return _answer(self.data, self.contrasts)

    @cached_property
    def decision(self) -> Decision | None:
        """Which arm to use; None where too few seeds of the arms in question trained."""
        return decide(self.data, self.contrasts)

    @cached_property
    def next_step(self) -> NextStep:
        """What to do with the study now."""
        return next_step(self.data, self.contrasts, self.decision)

    @cached_property
    def verdict(self) -> str:
        """The decision in one sentence of at most 30 words."""
        return verdict_sentence(self.data, self.contrasts, self.decision)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """At most three short sentences that a reader of the verdict must not miss; `notes` has them in full."""
        return warnings(self.data, self.contrasts)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """What the answer holds for."""
        return conditions(self.data)

    @cached_property
    def caveats(self) -> tuple[str, ...]:
        """What it must not be read as."""
        return caveats(self.data, self.contrasts)

    @cached_property
    def equal_budgets(self) -> tuple[str, ...]:
        """Where it is shown to depend on what the arms are given equally, in words."""
        sentences = [equal_budget_sentence(contrast) for contrast in self.contrasts]
        return tuple(sentence for sentence in sentences if sentence is not None)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know before believing it."""
        return tuple(note.full for note in notes(self.data))

    @cached_property
    def before(self) -> tuple[str, ...]:
        """The answers of the same study before it was extended, the first one first."""
        return tuple(_quoted(each) for each in self.earlier)

    @cached_property
    def arms(self) -> pd.DataFrame:
        """One row an arm: how its confirmation went."""
        return arm_summary(self.data)

    @cached_property
    def confirmations(self) -> pd.DataFrame:
        """One row a confirmation run."""
        return confirmation_runs(self.data)

    @cached_property
    def found(self) -> pd.DataFrame:
        """One row a search, where arms were searched several times: what it found."""
        return found_table(self.data)

    @cached_property
    def details(self) -> pd.DataFrame:
        """One row a confirmed configuration and measure of the test split."""
        return detail_table(self.data)

    @cached_property
    def recalls(self) -> pd.DataFrame:
        """One row a confirmation run and class."""
        return recall_table(self.data)

    @cached_property
    def by_class(self) -> pd.DataFrame:
        """One row an arm, class and measure of scores, where scores were kept."""
        return by_class_table(self.data)

    @cached_property
    def extreme_recalls(self) -> pd.DataFrame:
        """One row a confirmed configuration: its worst and its best class."""
        return extreme_recalls(self.recalls)

    @cached_property
    def inference_variants(self) -> pd.DataFrame:
        """One row a confirmed configuration and way of predicting, beside its last models."""
        return inference_variants_of(self.data)

    @cached_property
    def unfreezing(self) -> pd.DataFrame:
        """One row an arm and phase that begins with unfreezing."""
        return unfreezing_table(self.data)

    @cached_property
    def search(self) -> pd.DataFrame:
        """One row an arm and architecture: what the search found, on validation."""
        return search_summary(self.data)

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial of search and selection."""
        return search_trials(self.data)

    @cached_property
    def outlooks(self) -> tuple[Outlook, ...]:
        """What is known and expected of every search that has trials enough."""
        return outlooks(self.data)

    @cached_property
    def searching(self) -> tuple[str, ...]:
        """What more searching is expected to bring, and whether to stop, in words."""
        return search_sentences(self.outlooks)

    @cached_property
    def tuning_curves(self) -> pd.DataFrame:
        """One row a search and number of trials: what its winner is worth."""
        return tuning_curves(self.outlooks)

    @cached_property
    def expected_gains(self) -> pd.DataFrame:
        """One row a search and number of further trials: what they are expected to bring."""
        return expected_gains(self.outlooks)

    @cached_property
    def importances(self) -> pd.DataFrame:
        """One row a search and setting: its share of what the settings make of the objective."""
        return importance_table(self.outlooks, confidence=self.data.settings.confidence)

    @cached_property
    def response_lines(self) -> tuple[Slice, ...]:
        """What the objective is expected to be along the rate of every search."""
        return lines(self.outlooks)

    @cached_property
    def response_planes(self) -> tuple[Slice, ...]:
        """The same over the rate and each other setting."""
        return planes(self.outlooks)

    @cached_property
    def ladder(self) -> tuple[Step, ...]:
        """What each step of the ladder adds, where the study has neighbours of it."""
        return ladder_steps(self.data)

    @cached_property
    def winners_curse(self) -> pd.DataFrame:
        """One row a search's confirmed winner: what it promised, and what it kept."""
        return winners_curse_table(self.data)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row an arm and stage: where the time went."""
        return ledger(self.data)

    @cached_property
    def overhead(self) -> pd.DataFrame:
        """One row a stage: share of concurrent trials x wall time in which no trial worked."""
        return overhead(self.data)


def compare(data: StudyData, *, before: Sequence[Comparison] = ()) -> Comparison:
    """Compare a study's arms; a study that was interrupted is compared as far as it got, and says so.

    Args:
        data: The study, as loaded.
        before: Its comparisons before each extension, which are quoted; they are compared by themselves.

    Raises:
        ValueError: If the records contradict one another.
    """
    return Comparison(data=data, contrasts=measure_contrasts(data), earlier=tuple(before))


def _answer(data: StudyData, contrasts: tuple[Contrast, ...]) -> tuple[str, ...]:
    """Return the answer, one paragraph a contrast."""
    if data.runs.empty:
        return ("Nothing was recorded yet: the study stopped before its first epoch ended.",)
    if not contrasts:
        reference = data.settings.reference
        return (f"The study has only the reference arm, {reference}: there is nothing to compare.",)
    objective = data.settings.objective
    return tuple(
        " ".join(answer(each, objective=objective, compared=compared_sentence(each, data)))
        for each in contrasts
    )


def _quoted(comparison: Comparison) -> str:
    """Return the answer of an earlier report of the study, in short."""
    objective = comparison.data.settings.objective
    overall = [contrast for contrast in comparison.contrasts if contrast.pairing.architecture is None]
    sentences = [
        f"{final_sentence(each, objective=objective)} {compared_sentence(each, comparison.data)}".strip()
        for each in overall
    ]
    when = (comparison.data.metadata.ended or "")[:10]
    return " ".join([*([f"{when}:"] if when else []), *(sentences or comparison.answer)])
