"""The time to the reference's final level in words."""

import math

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.speed_up import SpeedUp
from analysis.statistics.estimate import Estimate
from analysis.statistics.ratio import Ratio
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import judged_words, searches_words, showing_words

_LOG_MOST = math.log(1000.0)
"""A ratio of times beyond this is no ratio that seeds are planned for."""


def time_sentence(contrast: Contrast) -> str:
    """Return what the time to the reference's final level shows, with the times behind it."""
    level = contrast.level
    if level is None or level.ratio is None:
        return f"{_time_claim(contrast)}."
    arm, reference, of = contrast.pairing.arm, contrast.pairing.reference, f"of {level.num_pairs}"
    return (
        f"{_time_claim(contrast)}; {fmt.seconds(level.arm_seconds)} s against "
        f"{fmt.seconds(level.reference_seconds)} s on average within the budget; "
        f"{level.reached_arm} {of} {arm} runs and {level.reached_reference} {of} {reference} runs reached it."
        f"{_ratio_would_have_shown(contrast, level.ratio)}"
    )


def brief_time(contrast: Contrast) -> str:
    """Return what the time shows, for the terminal: without the times behind the ratio."""
    level, claim = contrast.level, _time_claim(contrast)
    if level is None or level.ratio is None:
        return f"{claim}."
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    of = f"of {level.num_pairs}"
    runs = f"{level.reached_arm} {of} {arm} and {level.reached_reference} {of} {reference} runs"
    search = level.ratio_with_search
    searched = "" if search is None else f"; with the search's cost on both sides: {fmt.ratio(search)}"
    return f"{claim}; reached by {runs}{searched}.{_ratio_would_have_shown(contrast, level.ratio)}"


def with_search(contrast: Contrast) -> tuple[str, ...]:
    """Return the ratio with the search's cost on both sides; nothing where it is not known."""
    level = contrast.level
    if level is None or level.ratio_with_search is None:
        return ()
    return (
        f"With the search's cost on both sides ({fmt.seconds(level.arm_search_seconds)} s and "
        f"{fmt.seconds(level.reference_search_seconds)} s) the ratio of times is "
        f"{fmt.ratio(level.ratio_with_search)} ({_searches_behind(level)}, so no interval).",
    )


def ratio_text(ratio: Ratio | None) -> str:
    """Return a ratio with its interval."""
    if ratio is None:
        return "no ratio: under half of the runs of both arms reached it"
    level = fmt.level(ratio.log.confidence)
    if ratio.low is None or ratio.high is None:
        return f"{fmt.ratio(ratio.value)} (no interval)"
    return f"{fmt.ratio(ratio.value)} ({level} interval {fmt.ratio(ratio.low)} to {fmt.ratio(ratio.high)})"


def _time_claim(contrast: Contrast) -> str:
    level, verdict = contrast.level, contrast.time_result.verdict
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    if level is None:
        estimate = contrast.finals.headline
        units = "pairs of seeds" if estimate is None else _units(estimate)
        return f"Time to {reference}'s level needs two {units} with a finished {reference} run that trained"
    target = f"{reference}'s final validation level (about {fmt.fraction(level.target)})"
    if level.ratio is None:
        reached = f"{level.reached_arm} {arm} runs and {level.reached_reference} {reference} runs"
        return f"No ratio of times to {target} can be given: {reached} of {level.num_pairs} each reached it"
    if level.ratio.low is None or level.ratio.log.degenerate:
        ratio = fmt.ratio(level.ratio.value)
        why = "too few pairs" if level.ratio.low is None else "no spread between pairs"
        return f"Ratio of times to {target}: {ratio}, with {why} to judge it by"
    ratio = _judged_ratio(contrast, level.ratio)
    if verdict == "undecided":
        return f"Who is faster to {target} is not decided yet: ratio {ratio}{_few(contrast, level)}"
    if verdict == "same":
        margin = fmt.ratio(math.exp(contrast.time_result.margin))
        same = f"{arm} and {reference} are practically as fast as each other to {target}"
        return f"{same}: ratio {ratio}, within a factor of {margin}{_few(contrast, level)}"
    faster = fmt.ratio(level.ratio.value if verdict == "arm" else 1 / level.ratio.value)
    first, second = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{first} is {faster} times as fast as {second} to {target}: ratio {ratio}{_few(contrast, level)}"


def _units(estimate: Estimate) -> str:
    if estimate.of_splits:
        return "splits"
    return "pairs of seeds" if estimate.seeds_each is None else "searches"


def _judged_ratio(contrast: Contrast, ratio: Ratio) -> str:
    """Return a ratio with the interval by which it is judged."""
    result = contrast.time_result
    assert result.level is not None, "a ratio with an interval is judged"
    assert result.interval is not None, "a ratio with an interval is judged"
    low, high = (fmt.ratio(math.exp(min(end, 700.0))) for end in result.interval)
    beside = judged_words(contrast.num_times, contrast.looks)
    return f"{fmt.ratio(ratio.value)} ({fmt.level(1 - result.level)} interval {low} to {high}{beside})"


def _few(contrast: Contrast, level: SpeedUp) -> str:
    """Return whose times say mostly where the budget ends, where that is so."""
    if not level.few_arm and not level.few_reference:
        return ""
    few = contrast.pairing.arm if level.few_arm else contrast.pairing.reference
    return f", of times within the budget (under half of the {few} runs got there; the others count in full)"


def _searches_behind(level: SpeedUp) -> str:
    if level.ratio is None or level.ratio.log.seeds_each is None or level.ratio.log.of_splits:
        return "one search of each arm"
    return f"with the mean cost of {searches_words(level.ratio.log)}"


def _ratio_would_have_shown(contrast: Contrast, ratio: Ratio) -> str:
    detectable = contrast.time_result.detectable
    if contrast.time_result.verdict != "undecided" or detectable is None:
        return ""
    given = f" With the spread seen, {showing_words(ratio.log)}"
    if detectable > _LOG_MOST:
        return f"{given} could not have shown any ratio with 80% power."
    return f"{given} would have shown a ratio of {fmt.ratio(math.exp(detectable))} with 80% power."
