"""What a contrast shows, in words that say no more than the numbers."""

import math

from analysis import number_format as fmt
from analysis.contrast import Contrast, Question
from analysis.estimate import Estimate
from analysis.ratio import Ratio
from analysis.unit_words import searches_words, showing_words, units_words


def answer(contrast: Contrast, *, objective: str, compared: str = "") -> tuple[str, ...]:
    """Return the contrast's answer, a few sentences: end, what is compared, way to the target, the search's cost.

    Args:
        contrast: One arm against the reference.
        objective: By which arms are compared.
        compared: The sentence on what is compared; left out where it is empty.
    """
    if not contrast.finals.num_pairs:
        return (f"{sides(contrast)}: nothing can be said, as no seed was confirmed in both arms.",)
    sentences = [
        final_sentence(contrast, objective=objective),
        *([compared] if compared else []),
        *_unfinished(contrast),
        time_sentence(contrast),
    ]
    return (*sentences, *_with_search(contrast), *_family(contrast))


def final_sentence(contrast: Contrast, *, objective: str) -> str:
    """Return what the final test objective shows."""
    finals, verdict = contrast.finals, contrast.final_question.verdict
    estimate = finals.headline
    arm, reference, measure = contrast.pairing.arm, contrast.pairing.reference, f"test {_plain(objective)}"
    where = _where(contrast)
    if estimate is None:
        return f"{sides(contrast)}: no {measure} can be compared, as no pair has two finished runs measured."
    means = f"{measure} {fmt.fraction(finals.arm_mean)} against {fmt.fraction(finals.reference_mean)}"
    if estimate.spread is None:
        single, one = (
            ("one pair of seeds", "pair") if estimate.seeds_each is None else ("one search of each", "search")
        )
        return (
            f"{sides(contrast)}: {means} with {single}, a difference of "
            f"{fmt.difference(estimate.mean)}. One {one} gives no interval, so nothing is shown."
        )
    if verdict == "identical":
        return f"{sides(contrast)}: all {units_words(estimate)} gave exactly the same {measure}."
    if estimate.degenerate:
        return (
            f"{sides(contrast)}: {means}, and exactly the same difference, "
            f"{fmt.difference(estimate.mean)}, in all {units_words(estimate)}. Without any spread there "
            "is nothing to judge it by."
        )
    numbers = f"{means}, a difference of {fmt.difference(estimate.mean)} ({_interval(estimate)})"
    if verdict == "none":
        shown = _would_have_shown(estimate)
        together = _together(contrast, contrast.final_question, estimate)
        return f"No difference shown between {arm} and {reference}{where}: {numbers}{together}.{shown}"
    if verdict == "undecided":
        among = "among the pairs that both finished"
        return f"Not decided between {arm} and {reference}{where}: {among}, {numbers}."
    better, worse = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{better} is better than {worse}{where} by {fmt.fraction(abs(estimate.mean))}: {numbers}." + (
        ""
        if finals.test_combined is not None
        else f" The interval knows the {'seeds' if estimate.seeds_each is None else 'searches'} only, not the images."
    )


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


def brief(contrast: Contrast, *, objective: str, compared: str = "") -> str:
    """Return the contrast's answer in a few lines, for the terminal: without the times behind the ratios.

    See `answer`.
    """
    if not contrast.finals.num_pairs:
        return answer(contrast, objective=objective)[0]
    sentences = (
        final_sentence(contrast, objective=objective),
        *([compared] if compared else []),
        *_unfinished(contrast),
        _brief_time(contrast),
    )
    return " ".join(sentences)


def ratio_text(ratio: Ratio | None) -> str:
    """Return a ratio with its interval, or its bound."""
    if ratio is None:
        return "no ratio: under half of the runs of both arms reached it"
    level = fmt.level(ratio.log.confidence)
    if ratio.side == "at_least" and ratio.low is not None:
        return f"at least {fmt.ratio(ratio.low)} ({level}, one-sided)"
    if ratio.side == "at_most" and ratio.high is not None:
        return f"at most {fmt.ratio(ratio.high)} ({level}, one-sided)"
    if ratio.low is None or ratio.high is None:
        return f"{fmt.ratio(ratio.value)} (no interval)"
    return f"{fmt.ratio(ratio.value)} ({level} interval {fmt.ratio(ratio.low)} to {fmt.ratio(ratio.high)})"


def search_ratio_text(ratio: Ratio) -> str:
    """Return a ratio that includes the search: without an interval, because there was one search of each arm.

    The spread over the pairs says nothing of what another search would have cost.
    """
    bound = {"at_least": "at least ", "at_most": "at most "}.get(ratio.side, "")
    return f"{bound}{fmt.ratio(ratio.value)}"


def sides(contrast: Contrast) -> str:
    """Return what is compared with what."""
    return f"{contrast.pairing.arm} against {contrast.pairing.reference}{_where(contrast)}"


def _unfinished(contrast: Contrast) -> tuple[str, ...]:
    finals, pairing = contrast.finals, contrast.pairing
    if not finals.unfinished_arm + finals.unfinished_reference:
        return ()
    return (
        f"BEWARE: {finals.unfinished_arm} of {finals.num_pairs} {pairing.arm} runs and "
        f"{finals.unfinished_reference} of {finals.num_pairs} {pairing.reference} runs diverged or failed. "
        "The difference above is over the pairs that both finished; in the time to target these runs count "
        "as never reaching it.",
    )


def _time_claim(contrast: Contrast) -> str:
    level, verdict = contrast.level, contrast.time_question.verdict
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    if level is None:
        return f"Time to {reference}'s level needs two pairs of seeds with a finished {reference} run"
    target = f"{reference}'s final validation level (about {fmt.fraction(level.target)})"
    if level.ratio is None:
        reached = f"{level.reached_arm} {arm} runs and {level.reached_reference} {reference} runs"
        return f"No ratio of times to {target} can be given: {reached} of {level.num_pairs} each reached it"
    if level.ratio.side != "both":
        few = reference if level.ratio.side == "at_least" else arm
        return f"{_bound(contrast, level.ratio)} to {target}, as under half of the {few} runs got there"
    if level.ratio.low is None or level.ratio.log.degenerate:
        ratio = fmt.ratio(level.ratio.value)
        return f"Ratio of times to {target}: {ratio}, with no spread between pairs to judge it by"
    if verdict == "none":
        together = _together(contrast, contrast.time_question, level.ratio.log)
        return f"No difference shown in the time to {target}: ratio {ratio_text(level.ratio)}{together}"
    faster = fmt.ratio(level.ratio.value if verdict == "arm" else 1 / level.ratio.value)
    first, second = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{first} is {faster} times as fast as {second} to {target}: ratio {ratio_text(level.ratio)}"


def _together(contrast: Contrast, question: Question, estimate: Estimate) -> str:
    """Return why nothing is shown although the interval alone leaves no difference out, where that is so."""
    if question.adjusted_p is None or estimate.low is None or estimate.high is None:
        return ""
    if estimate.low <= 0 <= estimate.high:
        return ""
    return f"; as one of {contrast.family_size} comparisons, {fmt.p_value(question.adjusted_p)} (Holm)"


def _brief_time(contrast: Contrast) -> str:
    level, claim = contrast.level, _time_claim(contrast)
    if level is None or level.ratio is None:
        return f"{claim}."
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    of = f"of {level.num_pairs}"
    runs = f"{level.reached_arm} {of} {arm} and {level.reached_reference} {of} {reference} runs"
    search = level.ratio_with_search
    searched = (
        "" if search is None else f"; with the search's cost on both sides: {search_ratio_text(search)}"
    )
    return f"{claim}; reached by {runs}{searched}.{_ratio_would_have_shown(contrast, level.ratio)}"


def _with_search(contrast: Contrast) -> tuple[str, ...]:
    level = contrast.level
    if level is None or level.ratio_with_search is None:
        return ()
    return (
        f"With the search's cost on both sides ({fmt.seconds(level.arm_search_seconds)} s and "
        f"{fmt.seconds(level.reference_search_seconds)} s) the ratio of times is "
        f"{search_ratio_text(level.ratio_with_search)} ({_searches_behind(level.ratio_with_search)}, so no interval).",
    )


def _searches_behind(ratio: Ratio) -> str:
    if ratio.log.seeds_each is None:
        return "one search of each arm"
    return f"with the mean cost of {searches_words(ratio.log)}"


def _family(contrast: Contrast) -> tuple[str, ...]:
    if contrast.family_size < 2:
        return ()
    final, time = contrast.final_question.adjusted_p, contrast.time_question.adjusted_p
    return (
        f"Judged as one of {contrast.family_size} comparisons (Holm): {fmt.p_value(final)} for the end, "
        f"{fmt.p_value(time)} for the time; the verdicts follow these.",
    )


def _bound(contrast: Contrast, ratio: Ratio) -> str:
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    bound = ratio.low if ratio.side == "at_least" else ratio.high
    if bound is None or ratio.log.degenerate:
        return f"Without a spread between pairs not even a bound can be given for {arm} against {reference}"
    word = "at least" if ratio.side == "at_least" else "at most"
    level = fmt.level(ratio.log.confidence)
    bound_text = f"{arm} is {word} {fmt.ratio(bound)} times as fast as {reference} (one-sided {level} bound)"
    return bound_text if _bound_decides(contrast) else f"No difference shown: {bound_text}"


def _bound_decides(contrast: Contrast) -> bool:
    return contrast.time_question.verdict in ("arm", "reference")


def _would_have_shown(estimate: Estimate) -> str:
    if estimate.detectable is None:
        return ""
    if estimate.detectable > 1:
        return f" With the spread seen, {showing_words(estimate)} show no difference with 80% power."
    return (
        f" With the spread seen, {showing_words(estimate)} would have shown a difference of "
        f"{fmt.fraction(estimate.detectable)} with 80% power."
    )


def _ratio_would_have_shown(contrast: Contrast, ratio: Ratio) -> str:
    if contrast.time_question.verdict != "none" or ratio.side != "both" or ratio.log.detectable is None:
        return ""
    shown = fmt.ratio(math.exp(ratio.log.detectable))
    return f" {showing_words(ratio.log)} would have shown a ratio of {shown} with 80% power."


def _interval(estimate: Estimate) -> str:
    ends = fmt.difference_interval((estimate.low, estimate.high))
    return f"{fmt.level(estimate.confidence)} interval {ends}, {units_words(estimate)}; {estimate.method}"


def _where(contrast: Contrast) -> str:
    return "" if contrast.pairing.architecture is None else f" within {contrast.pairing.architecture}"


def _plain(objective: str) -> str:
    return objective.replace("_", " ")
