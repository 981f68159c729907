"""Terms that all sentences on a contrast share: its two sides, what intervals are over, how it was judged."""

from analysis.findings.contrasts.contrast import Contrast
from analysis.statistics.estimate import Estimate
from analysis.statistics.looks import Looks
from trainables.objectives import objective_of


def sides(contrast: Contrast) -> str:
    """Return what is compared with what."""
    return f"{contrast.pairing.arm} against {contrast.pairing.reference}{within_words(contrast)}"


def within_words(contrast: Contrast) -> str:
    """Return the network within which arms are compared; nothing where each has its overall winner."""
    return "" if contrast.pairing.architecture is None else f" within {contrast.pairing.architecture}"


def units_words(estimate: Estimate) -> str:
    """Return what the interval is over: "10 pairs", "5 searches of each arm, 3 seeds each", or likewise splits."""
    if estimate.seeds_each is None:
        return f"{estimate.num_pairs} pairs"
    least, most = estimate.seeds_each
    seeds = f"{least}" if least == most else f"{least} to {most}"
    units = _splits_words(estimate) if estimate.of_splits else searches_words(estimate)
    return f"{units}, {seeds} {'seed' if most == 1 else 'seeds'} each"


def showing_words(estimate: Estimate) -> str:
    """Return of what so many would have shown a difference: "10 seeds", "5 searches of each arm", "5 splits"."""
    if estimate.of_splits:
        return _splits_words(estimate)
    return f"{estimate.num_pairs} seeds" if estimate.seeds_each is None else searches_words(estimate)


def searches_words(estimate: Estimate) -> str:
    """Return how many searches an interval is over."""
    count = estimate.num_pairs
    return f"{count} {'search' if count == 1 else 'searches'} of each arm"


def _splits_words(estimate: Estimate) -> str:
    return f"{estimate.num_pairs} {'split' if estimate.num_pairs == 1 else 'splits'}"


def judged_words(num_questions: int, looks: Looks) -> str:
    """Return beside what a question was judged, where its interval is not one at the level that the study names."""
    parts = [f"one of {num_questions} questions"] if num_questions > 1 else []
    parts += [f"look {looks.number}"] if looks.number > 1 or looks.planned else []
    return f", judged as {' at '.join(parts)}" if parts else ""


def plain(objective: str) -> str:
    """Return the objective as it is read."""
    return objective_of(objective).words
