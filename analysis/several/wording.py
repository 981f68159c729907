"""Several studies in words: what they show together, and what each decided."""

from collections.abc import Iterator

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.judging import TestResult, Verdict
from analysis.several.pooling import OnSets, Several
from analysis.several.studies import OneStudy
from analysis.statistics.estimate import Estimate
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import plain

FEW_SETS = 5
"""With fewer a deviation between sets is hardly known."""


def verdict_words(verdict: Verdict, pair: tuple[str, str]) -> str:
    """Return a verdict in a few words."""
    arm, reference = pair
    return {
        "arm": f"{arm} better",
        "reference": f"{reference} better",
        "same": "practically the same",
        "undecided": "not decided yet",
        "withheld": "not decided: runs were lost",
        "identical": "exactly the same",
        "unknown": "cannot be judged",
    }[verdict]


def headline(on_sets: OnSets, several: Several) -> str:
    """Return what all sets together show of an arm."""
    arm, reference = on_sets.pair
    if on_sets.pooled is None or on_sets.result is None:
        return f"{arm} against {reference}: not pooled, as {_why_not(on_sets)}."
    estimate, verdict = on_sets.pooled.estimate, on_sets.result.verdict
    numbers = f"{fmt.difference(estimate.mean)} on average ({_interval(on_sets.result, estimate)})"
    if verdict in ("arm", "reference"):
        better, worse = (arm, reference) if verdict == "arm" else (reference, arm)
        return f"{better} is better than {worse} on data sets of this kind: {numbers}."
    if verdict == "same":
        within = f"within the margin of {fmt.margin(several.margin)}"
        return (
            f"{arm} and {reference} are practically the same on data sets of this kind: {numbers}, {within}."
        )
    if verdict == "undecided":
        return f"Not decided yet between {arm} and {reference} for data sets of this kind: {numbers}."
    return (
        f"{arm} and {reference} differ by exactly {fmt.difference(estimate.mean)} on all {estimate.num_pairs} data "
        "sets: without any spread there is nothing to judge it by."
    )


def set_by_set(on_sets: OnSets) -> str:
    """Return what the sets show one by one, how much they differ, and how little so few show."""
    arm, reference = on_sets.pair
    found = [each.final_result.verdict for each in on_sets.contrasts.values()]
    counts = [
        f"{words} on {found.count(verdict)}"
        for verdict in dict.fromkeys(found)
        for words in [verdict_words(verdict, (arm, reference))]
    ]
    sentences = [f"Of {len(found)} studies by themselves: {', '.join(counts)}."]
    if on_sets.pooled is not None:
        sentences += [_heterogeneity(on_sets), *_few(on_sets.pooled.estimate)]
    return " ".join(sentences)


def notes(several: Several) -> tuple[str, ...]:
    """Return what a reader must know before believing it."""
    return tuple(_notes(several))


def decided(study: OneStudy) -> str:
    """Return what a study decided by itself: the arm to use, and how sure that is."""
    decision = study.comparison.decision
    if decision is None:
        return "no arm: too few runs can be compared"
    probability = fmt.percent(decision.probability_best.get(decision.arm))
    stands = {
        "best": "shown to be best",
        "same": "cheapest of those practically the same",
        "open": "not decided yet",
    }
    return f"{decision.arm} ({stands[decision.standing]}; best with a probability of {probability})"


def _why_not(on_sets: OnSets) -> str:
    reasons = {
        "recipes": "its recipe, or the reference's, is not the same in all studies",
        "data": "two of the studies have the same test images",
    }
    return reasons.get(on_sets.why_not or "", "fewer than two of the studies have an interval")


def _interval(result: TestResult, estimate: Estimate) -> str:
    sets = f"{estimate.num_pairs} data sets"
    if result.level is None:
        return sets
    return f"{fmt.level(1 - result.level)} interval {fmt.difference_interval(result.interval)}, over {sets}"


def _heterogeneity(on_sets: OnSets) -> str:
    pooled = on_sets.pooled
    assert pooled is not None
    few = pooled.estimate.num_pairs < FEW_SETS
    if pooled.between == 0:
        hardly = ", but so few could hardly show that they do" if few else ""
        return f"The data sets differ by no more than chance explains{hardly}."
    roughly = ", a rough figure with so few" if few else ""
    return (
        f"From one data set to another the true difference varies by about {fmt.fraction(pooled.between)} "
        f"(standard deviation{roughly}; {fmt.p_value(pooled.q_p)} for none)."
    )


def _few(estimate: Estimate) -> tuple[str, ...]:
    if estimate.num_pairs == 2:
        return (
            "Two data sets show little of others: with ten the interval would be about a twelfth as wide.",
        )
    if estimate.num_pairs == 3:
        return (
            "Three data sets show little of others: with ten the interval would be less than a third as wide.",
        )
    return ()


def _notes(several: Several) -> Iterator[str]:
    settings = {study.label: study.comparison.data.settings for study in several.studies}
    if several.margins_differ:
        named = ", ".join(f"{label} {fmt.margin(each.margin)}" for label, each in settings.items())
        yield (
            f"The margins differ: {named}. Each study is judged by its own, all together by the least, "
            f"{fmt.margin(several.margin)}."
        )
    if len({each.confidence for each in settings.values()}) > 1:
        yield f"Levels of intervals differ; all together are judged at the highest, {fmt.level(several.confidence)}."
    for on_sets in several.shared:
        if on_sets.pooled is not None and on_sets.searches_differ:
            arm, reference = on_sets.pair
            yield f"{arm} or {reference} was searched over other ranges, or has other settings, in some studies."
        known = 0 if on_sets.pooled is None else on_sets.pooled.estimate.num_pairs
        if 0 < known < len(on_sets.contrasts):
            arm, reference = on_sets.pair
            missing = len(on_sets.contrasts) - known
            yield f"{arm} against {reference}: {missing} of the studies has no interval, and is not in the mean."
    for study in several.studies:
        if study.comparison.data.metadata.stopped_early:
            yield f"{study.label} ended before its time: {study.comparison.data.metadata.stopped_early}."
    if any(_was_looked_at_again(each) for study in several.studies for each in study.contrasts.values()):
        yield (
            "Studies whose seeds were added until they were decided enter with what they ended with, which favours "
            "clear differences a little."
        )
    if any(each.pooled is not None for each in several.shared):
        yield (
            "Every data set counts alike. The interval is for data sets like these, rests on their being a sample of "
            "such, and knows one search of each arm on each. The measure is "
            f"{plain(several.objective)} on the test images."
        )


def _was_looked_at_again(contrast: Contrast) -> bool:
    return contrast.looks.number > 1
