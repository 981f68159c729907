"""What a contrast shows, in words that say no more than the numbers."""

from analysis import number_format as fmt
from analysis.contrast import Contrast, verdict_on
from analysis.equal_budget import EqualBudget
from analysis.estimate import Estimate
from analysis.ratio import Ratio
from analysis.speed_up import SpeedUp

_HELD_EQUAL = {"epochs": "epochs", "body_passes": "image passes through the body", "seconds": "seconds"}


def answer(contrast: Contrast, *, objective: str) -> tuple[str, ...]:
    """Return the contrast's answer, a few sentences: the end, the way to the target, the search's cost."""
    if not contrast.finals.num_pairs:
        return (f"{_sides(contrast)}: nothing can be said, as no seed was confirmed in both arms.",)
    sentences = [
        final_sentence(contrast, objective=objective),
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
        return f"{_sides(contrast)}: no {measure} can be compared, as no pair has two finished runs measured."
    means = f"{measure} {fmt.fraction(finals.arm_mean)} against {fmt.fraction(finals.reference_mean)}"
    if estimate.spread is None:
        return (
            f"{_sides(contrast)}: {means} with one pair of seeds, a difference of "
            f"{fmt.difference(estimate.mean)}. One pair gives no interval, so nothing is shown."
        )
    if verdict == "identical":
        return f"{_sides(contrast)}: all {estimate.num_pairs} pairs gave exactly the same {measure}."
    if estimate.degenerate:
        return (
            f"{_sides(contrast)}: {means}, and exactly the same difference, "
            f"{fmt.difference(estimate.mean)}, in all {estimate.num_pairs} pairs. Without any spread there "
            "is nothing to judge it by."
        )
    numbers = f"{means}, a difference of {fmt.difference(estimate.mean)} ({_interval(estimate)})"
    if verdict == "none":
        shown = _would_have_shown(estimate)
        return f"No difference shown between {arm} and {reference}{where}: {numbers}.{shown}"
    if verdict == "undecided":
        among = "among the pairs that both finished"
        return f"Not decided between {arm} and {reference}{where}: {among}, {numbers}."
    better, worse = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{better} is better than {worse}{where} by {fmt.fraction(abs(estimate.mean))}: {numbers}." + (
        "" if finals.test_combined is not None else " The interval knows the seeds only, not the images."
    )


def time_sentence(contrast: Contrast) -> str:
    """Return what the time to the reference's final level shows."""
    level, verdict = contrast.level, contrast.time_question.verdict
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    if level is None:
        return f"Time to {reference}'s level needs two pairs of seeds with a finished {reference} run."
    shares = _shares(contrast, level)
    target = f"{reference}'s final validation level (about {fmt.fraction(level.target)})"
    if level.ratio is None:
        return f"No ratio of times to {target} can be given: {shares}."
    times = (
        f"{fmt.seconds(level.arm_seconds)} s against {fmt.seconds(level.reference_seconds)} s, restricted to "
        f"{fmt.seconds(level.horizon_seconds)} s; {shares}"
    )
    if level.ratio.side != "both":
        bound = _bound(contrast, level.ratio)
        return f"{bound} to {target}: {times}. Under half of one arm's runs reached it."
    if level.ratio.low is None or level.ratio.log.degenerate:
        return f"Times to {target}: {times}. There is no spread to judge the ratio by."
    numbers = f"ratio {ratio_text(level.ratio)}; {times}"
    if verdict == "none":
        shown = _ratio_would_have_shown(level.ratio)
        return f"No difference shown in the time to {target}: {numbers}.{shown}"
    faster = fmt.ratio(level.ratio.value if verdict == "arm" else 1 / level.ratio.value)
    first, second = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{first} is {faster} times as fast as {second} to {target}: {numbers}."


def equal_budget_sentence(contrast: Contrast) -> str | None:
    """Return whether the conclusion depends on what is held equal; None where nothing can be compared."""
    if not contrast.equal or not contrast.finals.num_pairs:
        return None
    verdicts = {one.quantity: _verdict(one) for one in contrast.equal}
    parts = "; ".join(_equal_text(contrast, one) for one in contrast.equal)
    known = {verdict for verdict in verdicts.values() if verdict != "unknown"}
    if not known:
        claim = "whether the conclusion depends on what is held equal cannot be said"
    elif len(known) > 1:
        claim = "the conclusion DEPENDS on what is held equal"
    elif "unknown" in verdicts.values():
        claim = "as far as it can be said, the conclusion does not depend on what is held equal"
    else:
        claim = "the conclusion does not depend on what is held equal"
    return f"{_sides(contrast)}: {claim} (validation): {parts}."


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


def _with_search(contrast: Contrast) -> tuple[str, ...]:
    level = contrast.level
    if level is None or level.ratio_with_search is None:
        return ()
    return (
        f"With the search's cost on both sides ({fmt.seconds(level.arm_search_seconds)} s and "
        f"{fmt.seconds(level.reference_search_seconds)} s) the ratio of times is "
        f"{ratio_text(level.ratio_with_search)}.",
    )


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


def _shares(contrast: Contrast, level: SpeedUp) -> str:
    arm, reference, of = contrast.pairing.arm, contrast.pairing.reference, f"of {level.num_pairs}"
    reached = f"{level.reached_arm} {of} {arm} runs and {level.reached_reference} {of} {reference} runs"
    return f"{reached} reached it"


def _would_have_shown(estimate: Estimate) -> str:
    if estimate.detectable is None:
        return ""
    return (
        f" With the spread seen, {estimate.num_pairs} seeds would have shown a difference of "
        f"{fmt.fraction(estimate.detectable)} with 80% power."
    )


def _ratio_would_have_shown(ratio: Ratio) -> str:
    if ratio.log.detectable is None:
        return ""
    factor = 2.718281828459045**ratio.log.detectable
    return f" {ratio.log.num_pairs} seeds would have shown a ratio of {fmt.ratio(factor)} with 80% power."


def _interval(estimate: Estimate) -> str:
    ends = fmt.interval((estimate.low, estimate.high), fmt.difference)
    return f"{fmt.level(estimate.confidence)} interval {ends}, {estimate.num_pairs} pairs; {estimate.method}"


def _equal_text(contrast: Contrast, one: EqualBudget) -> str:
    words = {
        "arm": f"{contrast.pairing.arm} better",
        "reference": f"{contrast.pairing.reference} better",
        "none": "no difference shown",
        "identical": "exactly the same",
        "unknown": "cannot be said",
    }
    verdict = words[_verdict(one)]
    held = f"equal {_HELD_EQUAL[one.quantity]} ({one.amount:,.5g})"
    if one.estimate is None:
        return f"{held}: {verdict}"
    ends = fmt.interval((one.estimate.low, one.estimate.high), fmt.difference)
    missing = f", pairs without a value: {one.num_missing}" if one.num_missing else ""
    return f"{held}: {verdict}, {fmt.difference(one.estimate.mean)} ({ends}{missing})"


def _verdict(one: EqualBudget) -> str:
    return verdict_on(one.estimate, None if one.estimate is None else one.estimate.p)


def _sides(contrast: Contrast) -> str:
    return f"{contrast.pairing.arm} against {contrast.pairing.reference}{_where(contrast)}"


def _where(contrast: Contrast) -> str:
    return "" if contrast.pairing.architecture is None else f" within {contrast.pairing.architecture}"


def _plain(objective: str) -> str:
    return objective.replace("_", " ")
