"""Verdict of a whole study in a sentence of at most 30 words: the arm to use, how sure that is, what is at stake."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.decision import Decision
from analysis.findings.pairs import confirmations
from analysis.findings.searches import has_several
from analysis.loading.study_data import StudyData
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import plain

MAX_WORDS = 30
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def verdict_sentence(data: StudyData, contrasts: Sequence[Contrast], decision: Decision | None) -> str:
    """Return the verdict: the arm to use, by how much, with which probability it is the best, what is lost if not.

    Begins with "Provisional:" while the study goes on, or where it ended before its time.

    Args:
        data: The study.
        contrasts: Of it.
        decision: Of it; None where there is none.
    """
    if decision is None:
        return _nothing(data)
    overall = {each.pairing.arm: each for each in contrasts if each.pairing.architecture is None}
    head, *rest = _parts(data, overall, decision)
    if data.metadata.ended is None or data.metadata.stopped_early is not None:
        head = f"Provisional: {head[0].lower()}{head[1:]}"
    for part in rest:
        longer = f"{head}{part}"
        head = longer if len(longer.split()) <= MAX_WORDS else head
    return f"{head}."


def is_decided(decision: Decision, contrasts: Sequence[Contrast]) -> bool:
    """Return whether the arm to use is shown to be the one: no longer "not decided yet".

    It is where the arm is shown better than the reference, or practically as good as the best; where the arm is the
    reference, as soon as no other arm is open against it.
    """
    overall = {each.pairing.arm: each for each in contrasts if each.pairing.architecture is None}
    if decision.arm in overall:
        shown = overall[decision.arm].final_result.verdict in ("arm", "same", "identical")
        return shown and (decision.standing != "open" or overall[decision.arm].final_result.verdict == "arm")
    open_ = [arm for arm in decision.probability_best if arm in overall and not _is_answered(overall[arm])]
    return decision.standing != "open" and not open_


def probability_words(value: float) -> str:
    """Return a probability in percent, never as certain."""
    return "over 99%" if value > 0.99 else "under 1%" if value < 0.01 else fmt.percent(value)


def _is_answered(contrast: Contrast) -> bool:
    return contrast.final_result.verdict in ("arm", "reference", "same", "identical")


def _parts(data: StudyData, overall: dict[str, Contrast], decision: Decision) -> list[str]:
    """Return the sentence's beginning, and what follows it as far as there is room, the most important first."""
    if not is_decided(decision, tuple(overall.values())):
        decision = replace(decision, arm=decision.leader)
    arm = decision.arm
    if len(data.settings.arms) == 1:
        mean = fmt.fraction(decision.means[arm])
        units = "searches" if has_several(data) else "seeds"
        return [
            f"Use {arm}, the only arm: test {plain(data.settings.objective)} {mean} over {decision.num_units} {units}, "
            "compared with nothing"
        ]
    if len(decision.probability_best) == 1:
        return [f"Use {arm}: {_why_alone(data, overall, decision)}"]
    best = _best(decision)
    if any(
        each.final_result.verdict == "withheld" and arm == each.pairing.reference for each in overall.values()
    ):
        return [
            f"Not decided yet; so far use {arm}, the best of runs that train, though more of its own were lost"
        ]
    if not is_decided(decision, tuple(overall.values())):
        return [f"Not decided yet; so far use {arm}, {best[0]}", *best[1:], *_needed(overall, decision)]
    if decision.standing == "same" and arm != decision.leader:
        return [f"Use {arm}: {_cheaper(data, decision)}", f"; {_lost_on_average(decision)}"]
    relation = _relation(data, overall.get(arm))
    cheapest = "cheapest of those practically the same" if decision.standing == "same" else ""
    first, *rest = [part for part in (relation, cheapest, best[0]) if part]
    return [f"Use {arm}: {first}", *(f"; {part}" for part in rest), *best[1:]]


def _nothing(data: StudyData) -> str:
    if data.runs.empty:
        return "No verdict: nothing was recorded yet, the study stopped before its first epoch ended."
    ended = confirmations(data.runs)
    if ended.empty:
        return "No verdict yet: no arm's winner has been confirmed, and search results show no difference."
    trained = ended[ended["overall"].astype(bool) & ended["final_test"].notna() & ~ended["collapsed"]]
    if trained.groupby("arm").size().max() >= 2 and len(data.settings.arms) > 1:
        units = "searches" if has_several(data) else "confirmed seeds"
        return f"No verdict: the arms have fewer than two {units} in common on which they trained."
    return "No verdict: no arm has two confirmed runs that trained, so nothing is known of their spread."


def _relation(data: StudyData, contrast: Contrast | None) -> str:
    """Return how the arm to use stands to the reference; empty for the reference itself."""
    if contrast is None:
        return ""
    result, reference = contrast.final_result, contrast.pairing.reference
    objective = plain(data.settings.objective)
    if result.verdict == "identical":
        return f"exactly as good as {reference} in every seed"
    if result.verdict == "same":
        return f"practically the same as {reference} (within {fmt.margin(result.margin)} {objective})"
    assert result.interval is not None, "a difference that is shown has an interval"
    low, high = (fmt.fraction(end) for end in result.interval)
    over = f" over {data.settings.num_repeats} searches" if has_several(data) else ""
    return f"better than {reference} by {low} to {high} {objective}{over}"


def _best(decision: Decision) -> tuple[str, ...]:
    """Return with which probability the arm is the best of how many, and what is lost where it is not."""
    count = len(decision.probability_best)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    left = " left" if decision.left_out else ""
    chance = probability_words(decision.probability_best[decision.arm])
    lost = decision.loss_if_not_best
    return (
        f"best of the {number}{left} with {chance} probability",
        *([] if lost is None else [f"; if it is not, {_about(lost)} is lost"]),
    )


def _needed(overall: dict[str, Contrast], decision: Decision) -> list[str]:
    """Return how many more seeds would decide between the arm, or every other one, and the reference."""
    asked = [overall[decision.arm]] if decision.arm in overall else list(overall.values())
    further = [(each.further, each) for each in asked if each.further is not None]
    pairs = [found.needed.pairs for found, _ in further]
    if not further or None in pairs:
        return []
    most = max(pair for pair in pairs if pair is not None)
    estimate = further[0][1].finals.headline
    by_search = estimate is not None and estimate.seeds_each is not None
    one, several = ("search", "searches") if by_search else ("seed", "seeds")
    return [f"; about {fmt.count(most)} more {one if most == 1 else several} would decide"]


def _cheaper(data: StudyData, decision: Decision) -> str:
    within = f"within {fmt.margin(data.settings.margin)} {plain(data.settings.objective)}"
    costs = decision.cost_seconds
    share = costs[decision.arm] / costs[decision.leader] if costs[decision.leader] > 0 else 1.0
    price = f"at {fmt.percent(share)} of its cost" if share < 0.995 else "and no dearer"
    return f"practically as good as {decision.leader} ({within}) {price}"


def _lost_on_average(decision: Decision) -> str:
    return f"{_about(decision.expected_loss)} is lost on average"


def _about(lost: float) -> str:
    return "under 0.001" if lost < 0.001 else f"about {fmt.fraction(lost)}"


def _why_alone(data: StudyData, overall: dict[str, Contrast], decision: Decision) -> str:
    """Return why all other arms are left out."""
    if len(decision.left_out) > 1:
        words = {"worse": "worse", "lost": "with more lost runs", "none": "without two runs that trained"}
        counts = {why: sum(each == why for each in decision.left_out.values()) for why in words}
        listed = ", ".join(f"{count} {words[why]}" for why, count in counts.items() if count)
        return f"the {len(decision.left_out)} other arms are left out: {listed}"
    ((other, why),) = decision.left_out.items()
    if why == "none":
        return f"{other} has no two confirmed runs that trained"
    finals = overall[other].finals
    if why == "lost":
        lost, kept = finals.lost_arm.count, finals.lost_reference.count
        return f"{other} lost {lost} of {finals.num_pairs} runs, {decision.arm} {kept or 'none'}"
    assert overall[other].final_result.interval is not None, "a difference that is shown has an interval"
    least, most = sorted(abs(end) for end in overall[other].final_result.interval or ())
    return (
        f"{other} is worse by {fmt.fraction(least)} to {fmt.fraction(most)} {plain(data.settings.objective)}"
    )
