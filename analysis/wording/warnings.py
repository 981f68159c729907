"""Warnings: at most three sentences that a reader of the verdict must not miss, the gravest first."""

from collections.abc import Sequence

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.pairs import confirmations
from analysis.findings.searches import has_several
from analysis.loading.study_data import StudyData
from analysis.wording.notes import notes

MOST = 3


def warnings(data: StudyData, contrasts: Sequence[Contrast]) -> tuple[str, ...]:
    """Return at most three short warnings; the notes and conditions say each of them in full, and what is left out.

    First runs that did not train, since a verdict speaks of those that did; then a conclusion that turns round with
    what is held equal; then what is noted on the study; last that one search found what is compared.

    Args:
        data: The study.
        contrasts: Of it.
    """
    briefs = [note.brief for note in notes(data) if note.brief is not None]
    found = (*_lost(data), *_opposed(contrasts), *briefs, *_one_search(data, contrasts))
    return tuple(dict.fromkeys(found))[:MOST]


def _lost(data: StudyData) -> list[str]:
    """Return of which arms how many confirmation runs diverged, failed or collapsed, in one sentence."""
    ended = confirmations(data.runs)
    ended = ended[ended["overall"].astype(bool)]
    lost = ended[(ended["status"] != "finished") | ended["collapsed"]].groupby("arm").size()
    if lost.empty:
        return []
    total = ended.groupby("arm").size()
    if len(lost) == 1:
        of_arms = f"{lost.iloc[0]} of {total[lost.index[0]]} {lost.index[0]} runs"
    else:
        of_arms = f"{lost.sum()} confirmation runs of {len(lost)} arms"
    return [f"{of_arms} diverged, failed or collapsed: the verdict speaks of runs that train."]


def _opposed(contrasts: Sequence[Contrast]) -> list[str]:
    return [
        f"{each.pairing.arm} against {each.pairing.reference}: who is better depends on what is held equal."
        for each in contrasts
        if each.opposed
    ]


def _one_search(data: StudyData, contrasts: Sequence[Contrast]) -> list[str]:
    if has_several(data) or not any(each.finals.num_pairs for each in contrasts):
        return []
    return ["One search of each arm: configurations are compared, not methods; another search finds others."]
