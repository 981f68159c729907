"""How many of what an interval is over, in words: pairs of seeds, or searches."""

from analysis.statistics.estimate import Estimate


def units_words(estimate: Estimate) -> str:
    """Return what the interval is over: "10 pairs", or "5 searches of each arm, 3 seeds each"."""
    if estimate.seeds_each is None:
        return f"{estimate.num_pairs} pairs"
    least, most = estimate.seeds_each
    seeds = f"{least}" if least == most else f"{least} to {most}"
    return f"{searches_words(estimate)}, {seeds} {'seed' if most == 1 else 'seeds'} each"


def showing_words(estimate: Estimate) -> str:
    """Return of what so many would have shown a difference: "10 seeds", or "5 searches of each arm"."""
    return f"{estimate.num_pairs} seeds" if estimate.seeds_each is None else searches_words(estimate)


def searches_words(estimate: Estimate) -> str:
    """Return how many searches an interval is over."""
    count = estimate.num_pairs
    return f"{count} {'search' if count == 1 else 'searches'} of each arm"
