"""A planned look at a study's confirmation: its verdicts, and the arms that get more seeds."""

from pathlib import Path

from analysis.loading.run_metadata import Look
from study.results.journal import write_tables


def look_at(folder: Path, *, num_seeds: int) -> Look:
    """Return what a look shows of a study all of whose runs up to now have ended.

    The study is decided where every arm in the race is shown to be better or worse than the reference, or practically
    the same by the margin. Else these arms go on, but those that are shown to be worse: pairs stay pairs, and what may
    be used in the end is known best. An arm that has left the race does not come back, and one of which nothing can be
    judged, since no pair of it trained, keeps nobody waiting.

    Args:
        folder: Of its results.
        num_seeds: Seeds of each arm that is in the race.
    """
    from analysis import load_study
    from analysis.findings.contrasts.contrast import measure_contrasts

    write_tables(folder)
    study = load_study(folder)
    race = study.metadata.looks[-1].going_on if study.metadata.looks else study.settings.arms
    looked_at = [
        each
        for each in measure_contrasts(study, at_look=True)
        if each.pairing.architecture is None and each.pairing.arm in race and each.finals.headline is not None
    ]
    verdicts = {each.pairing.arm: each.final_result.verdict for each in looked_at}
    decided = all(each.final_result.decided for each in looked_at)
    last = num_seeds >= max(study.metadata.planned_looks)
    staying = (
        study.settings.reference,
        *(arm for arm, verdict in verdicts.items() if verdict != "reference"),
    )
    going_on = () if decided or last else tuple(arm for arm in study.settings.arms if arm in staying)
    return Look(num_seeds=num_seeds, going_on=going_on, verdicts=dict(verdicts))


_WORDS = {"arm": "better", "reference": "worse", "same": "practically the same", "identical": "the same"}


def look_words(look: Look) -> str:
    """Return a look in words, for the terminal."""
    found = ", ".join(
        f"{arm} {_WORDS.get(verdict, 'not decided yet')}" for arm, verdict in look.verdicts.items()
    )
    then = f"more seeds for {', '.join(look.going_on)}" if look.going_on else "no more seeds"
    return f"Look after {look.num_seeds} seeds: {found}; {then}"
