"""The difference in the end in words: the test objective, and runs that did not train."""

from analysis.findings.contrasts.contrast import Contrast
from analysis.statistics.collapse import Rate
from analysis.statistics.estimate import Estimate
from analysis.statistics.further_pairs import MOST
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import judged_words, plain, sides, units_words, within_words


def final_sentence(contrast: Contrast, *, objective: str) -> str:
    """Return what the final test objective shows."""
    finals, verdict = contrast.finals, contrast.final_result.verdict
    estimate = finals.headline
    arm, reference, measure = contrast.pairing.arm, contrast.pairing.reference, f"test {plain(objective)}"
    where = within_words(contrast)
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
        single, one = _single(estimate)
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
    numbers = f"{means}, a difference of {fmt.difference(estimate.mean)} ({_judged(contrast, estimate)})"
    seeds_only = (
        ""
        if finals.test_combined is not None or estimate.of_splits
        else f" The interval knows the {'seeds' if estimate.seeds_each is None else 'searches'} only, not the images."
    )
    if verdict == "undecided":
        open_ = f"Not decided yet between {arm} and {reference}{where}: {numbers}."
        return open_ + _further(contrast, estimate) + seeds_only
    if verdict == "withheld":
        among = "among the pairs that both trained"
        return f"Not decided between {arm} and {reference}{where}: {among}, {numbers}."
    if verdict == "same":
        within = f"within the margin of {fmt.margin(contrast.final_result.margin)}"
        return f"{arm} and {reference} are practically the same{where}: {numbers}, {within}.{seeds_only}"
    better, worse = (arm, reference) if verdict == "arm" else (reference, arm)
    return f"{better} is better than {worse}{where} by {_by(contrast, estimate)}: {numbers}.{seeds_only}"


def _single(estimate: Estimate) -> tuple[str, str]:
    """Return the one unit that there is, and what it is called."""
    if estimate.of_splits:
        return "one split", "split"
    return ("one pair of seeds", "pair") if estimate.seeds_each is None else ("one search of each", "search")


def unfinished(contrast: Contrast) -> tuple[str, ...]:
    """Return how many runs did not train, and what the difference says nothing of; nothing where all did."""
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


def _by(contrast: Contrast, estimate: Estimate) -> str:
    """Return by how much the better one is better, at least and at most."""
    ends = contrast.final_result.interval
    assert ends is not None, "a difference that is shown has an interval"
    least, most = sorted(abs(end) for end in ends)
    return (
        f"{fmt.fraction(abs(estimate.mean))}, at least {fmt.fraction(least)} and at most {fmt.fraction(most)}"
    )


def _further(contrast: Contrast, estimate: Estimate) -> str:
    """Return what it would take to decide."""
    further = contrast.further
    if further is None:
        return ""
    one, several = ("seed", "seeds") if estimate.seeds_each is None else ("search", "searches of each arm")
    needed = further.needed
    if needed.pairs is None:
        images = " The test images are too few: more of them would help, more seeds would not."
        most = f" Not even {fmt.count(MOST)} more {several} would decide it with a chance of 80%"
        return f"{most} ({fmt.percent(needed.chance)})." + (images if needed.images_limit else "")
    cost = [] if further.seconds is None else [f"about {fmt.duration(further.seconds)}"]
    cost += [] if further.money is None else [fmt.money(further.money)]
    paid = f" ({', '.join(cost)})" if cost else ""
    what = one if needed.pairs == 1 else several
    chance = fmt.percent(needed.chance)
    return f" {fmt.count(needed.pairs)} more {what}{paid} would decide it with a chance of {chance}."


def _judged(contrast: Contrast, estimate: Estimate) -> str:
    """Return the interval by which the question is judged, what it is over, and beside what it was judged."""
    result = contrast.final_result
    assert result.level is not None, "an estimate with a spread is judged"
    beside = judged_words(contrast.num_ends, contrast.looks)
    ends = fmt.difference_interval(result.interval)
    return (
        f"{fmt.level(1 - result.level)} interval {ends}{beside}; {units_words(estimate)}; {estimate.method}"
    )
