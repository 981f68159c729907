"""Non-inferiority of one arm, in a sentence."""

from analysis.findings.decision import Decision
from analysis.wording import number_format as fmt


def noninferiority_sentence(decision: Decision | None) -> str:
    """Return whether the arm that was asked about is shown to be no worse than the others; empty where none was."""
    asked = None if decision is None else decision.noninferiority
    if asked is None:
        return ""
    margin = fmt.fraction(asked.margin)
    if not asked.others:
        why = "too few of its runs trained"
        return f"Whether {asked.arm} is no worse than others by more than {margin} cannot be said: {why}."
    ends = [estimate.low for estimate in asked.others.values() if estimate.low is not None]
    worst = f" (lowest end of the intervals: {fmt.difference(min(ends))})" if ends else ""
    shown = "is shown to be" if asked.shown else "is not shown to be"
    return f"{asked.arm} {shown} no worse than {' or '.join(asked.others)} by more than {margin}{worst}."
