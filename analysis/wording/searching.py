"""Expected gain of more searching, in words, and whether to stop."""

from collections.abc import Sequence

from analysis.findings.searching.outlook import SLIGHT_CHANCE, Horizon, Outlook
from analysis.wording import number_format as fmt

MAX_NAMED = 4
"""Searches that a sentence names; of more it names those of which most is expected."""


def search_sentences(outlooks: Sequence[Outlook]) -> tuple[str, ...]:
    """Return what is expected of more searching, and the advice; nothing where too little was searched."""
    return (expectation(outlooks), advice(outlooks)) if outlooks else ()


def expectation(outlooks: Sequence[Outlook]) -> str:
    """Return the sentence on what is expected of more searching."""
    horizon = outlooks[0].horizon
    by_gain = sorted(outlooks, key=lambda each: -each.gain.mean)
    named = [each for each in outlooks if each in by_gain[:MAX_NAMED]]
    listed = [f"{_amount(each.gain.mean)} ({_ends(each)}) to {name_of(each, outlooks)}" for each in named]
    left_out = len(outlooks) - len(named)
    others = f"; no more to any of the other {left_out}" if left_out else ""
    return f"{_time(horizon)} expected to add {_joined(listed)}{others}."


def advice(outlooks: Sequence[Outlook]) -> str:
    """Return whether to go on, and why."""
    likeliest = max(outlooks, key=lambda each: each.gain.chance)
    worth = [each for each in outlooks if each.gain.mean >= each.worth]
    margin = fmt.fraction(outlooks[0].worth)
    if worth:
        names = _joined([name_of(each, outlooks) for each in worth])
        return f"Go on searching: {margin} or more is expected for {names}."
    if likeliest.gain.chance < SLIGHT_CHANCE:
        return f"Stop searching: the chance of another {margin} is under {fmt.percent(SLIGHT_CHANCE)} for every arm."
    return (
        f"It can stop: less than {margin} is expected for every arm, though {name_of(likeliest, outlooks)} has a "
        f"chance of {fmt.percent(likeliest.gain.chance)} of that much."
    )


def name_of(outlook: Outlook, outlooks: Sequence[Outlook]) -> str:
    """Return the arm's name, and which of its searches it is where there are several."""
    search = outlook.search
    several = any(each.search.arm == search.arm and each is not outlook for each in outlooks)
    return f"{search.arm} (search {search.repeat})" if several else search.arm


def _time(horizon: Horizon) -> str:
    """Return the beginning of the sentence: how much more searching it is about."""
    one = horizon.num_more == 1
    trials = "1 more trial" if one else f"{horizon.num_more} more trials"
    if horizon.seconds is None:
        return f"{trials} of each search {'is' if one else 'are'}"
    unit, size = next(
        (unit, size)
        for unit, size in (("hour", 3600.0), ("minute", 60.0), ("second", 1.0))
        if horizon.seconds >= size or unit == "second"
    )
    amount = f"{horizon.seconds / size:.2g}"
    units, verb = (unit, "is") if amount == "1" else (f"{unit}s", "are")
    return f"{amount} more {units} of searching ({trials} of each search) {verb}"


def _ends(outlook: Outlook) -> str:
    return f"{_amount(outlook.gain.low)} to {_amount(outlook.gain.high)}"


def _amount(value: float) -> str:
    """Return a gain to three digits after the point, 0 where it rounds to that."""
    text = f"{value:.3f}"
    return "0" if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
