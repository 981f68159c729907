"""What a contrast shows, in words that say no more than the numbers."""

import math

from analysis.findings.contrast import Contrast, Question
from analysis.findings.speed_up import SpeedUp
from analysis.statistics.collapse import Rate
from analysis.statistics.estimate import Estimate
from analysis.statistics.looks import Looks
from analysis.statistics.ratio import Ratio
from analysis.wording import number_format as fmt
from analysis.wording.units import searches_words, showing_words, units_words

_LOG_MOST = math.log(1000.0)
"""A ratio of times beyond this is no ratio that seeds are planned for."""


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
        return (
            f"{sides(contrast)}: no {measure} can be compared, as no pair has two finished runs that trained."
        )
    means = f"{measure} {fmt.fraction(finals.arm_mean)} against {fmt.fraction(finals.reference_mean)}"
    if estimate.spread is None and estimate.num_pairs > 1:
        return (
            f"{sides(contrast)}: {means}, a difference of {fmt.difference(estimate.mean)} over "
            f"{units_words(estimate)}. All test images are of one group (or there is only one), so nothing is known of "
            "others and nothing is shown."
        )
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
        shown = _would_have_shown(contrast, estimate)
        together = _together(contrast, contrast.final_question, estimate)
        return f"No difference shown between {arm} and {reference}{where}: {numbers}{together}.{shown}"
    if verdict == "undecided":
        among = "among the pairs that both trained"
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
    """Return a ratio with its interval."""
    if ratio is None:
        return "no ratio: under half of the runs of both arms reached it"
    level = fmt.level(ratio.log.confidence)
    if ratio.low is None or ratio.high is None:
        return f"{fmt.ratio(ratio.value)} (no interval)"
    return f"{fmt.ratio(ratio.value)} ({level} interval {fmt.ratio(ratio.low)} to {fmt.ratio(ratio.high)})"


def sides(contrast: Contrast) -> str:
    """Return what is compared with what."""
    return f"{contrast.pairing.arm} against {contrast.pairing.reference}{_where(contrast)}"


def _unfinished(contrast: Contrast) -> tuple[str, ...]:
    finals, pairing = contrast.finals, contrast.pairing
    if not finals.lost_arm.count + finals.lost_reference.count:
        return ()
    ways = []
    if finals.unfinished_arm + finals.unfinished_reference:
        ways.append(
            f"{_of_both(contrast, finals.unfinished_arm, finals.unfinished_reference)} diverged or failed"
        )
    if finals.collapsed_arm + finals.collapsed_reference:
        ways.append(
            f"{_of_both(contrast, finals.collapsed_arm, finals.collapsed_reference)} collapsed (ended near "
            "chance, and far below the others of their arm)"
        )
    trained = (
        ""
        if finals.headline is None
        else " The difference above is over the pairs that both trained, and speaks of such runs only."
    )
    counted = (
        ""
        if finals.with_collapsed is None
        else " With collapsed runs counted at what they ended with the difference is "
        f"{fmt.difference(finals.with_collapsed)}, for which so few seeds give no interval."
    )
    return (
        f"BEWARE: {' and '.join(ways)}. Of all {pairing.arm} runs {_rate(finals.lost_arm)} may be lost so, and of all "
        f"{pairing.reference} runs {_rate(finals.lost_reference)} ({fmt.level(finals.confidence)} intervals)."
        f"{trained}{counted} In the time to target these runs count as never reaching it.",
    )


def _of_both(contrast: Contrast, arm: int, reference: int) -> str:
    of = f"of {contrast.finals.num_pairs}"
    return f"{arm} {of} {contrast.pairing.arm} runs and {reference} {of} {contrast.pairing.reference} runs"


def _rate(rate: Rate) -> str:
    return f"{fmt.percent(rate.low)} to {fmt.percent(rate.high)}"


def _time_claim(contrast: Contrast) -> str:
    level, verdict = contrast.level, contrast.time_question.verdict
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    if level is None:
        estimate = contrast.finals.headline
        units = "pairs of seeds" if estimate is None or estimate.seeds_each is None else "searches"
        return f"Time to {reference}'s level needs two {units} with a finished {reference} run that trained"
    target = f"{reference}'s final validation level (about {fmt.fraction(level.target)})"
    if level.ratio is None:
        reached = f"{level.reached_arm} {arm} runs and {level.reached_reference} {reference} runs"
        return f"No ratio of times to {target} can be given: {reached} of {level.num_pairs} each reached it"
    if level.ratio.low is None or level.ratio.log.degenerate:
        ratio = fmt.ratio(level.ratio.value)
        why = "too few pairs" if level.ratio.low is None else "no spread between pairs"
        return f"Ratio of times to {target}: {ratio}, with {why} to judge it by"
    if verdict == "none":
        together = _together(contrast, contrast.time_question, level.ratio.log)
        ratio = ratio_text(level.ratio)
        return f"No difference shown in the time to {target}: ratio {ratio}{together}{_few(contrast, level)}"
    faster = fmt.ratio(level.ratio.value if verdict == "arm" else 1 / level.ratio.value)
    first, second = (arm, reference) if verdict == "arm" else (reference, arm)
    ratio = ratio_text(level.ratio)
    return f"{first} is {faster} times as fast as {second} to {target}: ratio {ratio}{_few(contrast, level)}"


def _few(contrast: Contrast, level: SpeedUp) -> str:
    """Return whose times say mostly where the budget ends, where that is so."""
    if not level.few_arm and not level.few_reference:
        return ""
    few = contrast.pairing.arm if level.few_arm else contrast.pairing.reference
    return f", of times within the budget (under half of the {few} runs got there; the others count in full)"


def _together(contrast: Contrast, question: Question, estimate: Estimate) -> str:
    """Return why nothing is shown although the interval alone leaves no difference out, where that is so."""
    if question.adjusted_p is None or estimate.low is None or estimate.high is None:
        return ""
    if estimate.low <= 0 <= estimate.high:
        return ""
    return f"; as one of {contrast.family_size} questions, {fmt.p_value(question.adjusted_p)} (Holm)"


def _brief_time(contrast: Contrast) -> str:
    level, claim = contrast.level, _time_claim(contrast)
    if level is None or level.ratio is None:
        return f"{claim}."
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    of = f"of {level.num_pairs}"
    runs = f"{level.reached_arm} {of} {arm} and {level.reached_reference} {of} {reference} runs"
    search = level.ratio_with_search
    searched = "" if search is None else f"; with the search's cost on both sides: {fmt.ratio(search)}"
    return f"{claim}; reached by {runs}{searched}.{_ratio_would_have_shown(contrast, level.ratio)}"


def _with_search(contrast: Contrast) -> tuple[str, ...]:
    level = contrast.level
    if level is None or level.ratio_with_search is None:
        return ()
    return (
        f"With the search's cost on both sides ({fmt.seconds(level.arm_search_seconds)} s and "
        f"{fmt.seconds(level.reference_search_seconds)} s) the ratio of times is "
        f"{fmt.ratio(level.ratio_with_search)} ({_searches_behind(level)}, so no interval).",
    )


def _searches_behind(level: SpeedUp) -> str:
    if level.ratio is None or level.ratio.log.seeds_each is None:
        return "one search of each arm"
    return f"with the mean cost of {searches_words(level.ratio.log)}"


def _family(contrast: Contrast) -> tuple[str, ...]:
    if contrast.family_size < 2 and contrast.looks.number == 1:
        return ()
    final, time = contrast.final_question.adjusted_p, contrast.time_question.adjusted_p
    return (
        f"Judged as one of {contrast.family_size} questions (Holm){_at_look(contrast.looks)}: "
        f"{fmt.p_value(final)} for the end, {fmt.p_value(time)} for the time; the verdicts follow these.",
    )


def _at_look(looks: Looks) -> str:
    return "" if looks.number == 1 else f" at look {looks.number}"


def _would_have_shown(contrast: Contrast, estimate: Estimate) -> str:
    detectable = contrast.final_question.detectable
    if detectable is None:
        return ""
    given = f" With the spread seen{_as_judged(contrast)}, {showing_words(estimate)}"
    if detectable > 1:
        return f"{given} could not have shown any difference with 80% power."
    return f"{given} would have shown a difference of {fmt.fraction(detectable)} with 80% power."


def _ratio_would_have_shown(contrast: Contrast, ratio: Ratio) -> str:
    detectable = contrast.time_question.detectable
    if contrast.time_question.verdict != "none" or detectable is None:
        return ""
    given = f" With the spread seen{_as_judged(contrast)}, {showing_words(ratio.log)}"
    if detectable > _LOG_MOST:
        return f"{given} could not have shown any ratio with 80% power."
    return f"{given} would have shown a ratio of {fmt.ratio(math.exp(detectable))} with 80% power."


def _as_judged(contrast: Contrast) -> str:
    """Return at what level power is given, where that is not the interval's own."""
    return "" if contrast.family_size < 2 else f", judged as one of {contrast.family_size} questions"


def _interval(estimate: Estimate) -> str:
    ends = fmt.difference_interval((estimate.low, estimate.high))
    return f"{fmt.level(estimate.confidence)} interval {ends}, {units_words(estimate)}; {estimate.method}"


def _where(contrast: Contrast) -> str:
    return "" if contrast.pairing.architecture is None else f" within {contrast.pairing.architecture}"


def _plain(objective: str) -> str:
    return objective.replace("_", " ")
