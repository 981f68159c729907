"""Whether a conclusion depends on what the arms are given equally, in words."""

from collections.abc import Sequence

from analysis import number_format as fmt
from analysis.contrast import Contrast, Verdict, verdict_on
from analysis.equal_budget import EqualBudget
from analysis.wording import sides

_HELD_EQUAL = {"epochs": "epochs", "body_passes": "image passes", "seconds": "seconds"}


def equal_budget_sentence(contrast: Contrast) -> str | None:
    """Return whether the conclusion depends on what is held equal; None where nothing can be compared."""
    if not contrast.equal:
        return None
    parts = "; ".join(_equal_text(contrast, one) for one in contrast.equal)
    return f"{sides(contrast)}: {_claim(contrast.equal)} (validation): {parts}."


def equal_budget_summary(contrasts: Sequence[Contrast]) -> tuple[str, ...]:
    """Return, for each claim that `equal_budget_sentence` makes, which contrasts it is made of."""
    claims: dict[str, list[str]] = {}
    for contrast in contrasts:
        if contrast.equal:
            within = contrast.pairing.architecture
            name = contrast.pairing.arm + ("" if within is None else f" within {within}")
            claims.setdefault(_claim(contrast.equal), []).append(name)
    return tuple(
        f"{claim[0].upper()}{claim[1:]} (validation): {', '.join(names)}." for claim, names in claims.items()
    )


def _claim(equal: tuple[EqualBudget, ...]) -> str:
    """Return the claim: dependence needs verdicts that contradict, or that differ with all pairs compared.

    A comparison that lacks pairs, or that gives no verdict, supports neither side, and is named.
    """
    subject = "the conclusion {} what is held equal"
    said = {one.quantity: _shown(one) for one in equal if not one.num_missing and _shown(one) != "unknown"}
    if {"arm", "reference"} <= {_shown(one) for one in equal} or len(set(said.values())) > 1:
        return subject.format("DEPENDS on")
    if len(said) < 2:
        return f"whether {subject.format('depends on')} cannot be said"
    unsaid = " and ".join(_HELD_EQUAL[one.quantity] for one in equal if one.quantity not in said)
    independent = subject.format("does not depend on")
    return f"{independent}, but at equal {unsaid} it cannot be said" if unsaid else independent


def _equal_text(contrast: Contrast, one: EqualBudget) -> str:
    words = {
        "arm": f"{contrast.pairing.arm} better",
        "reference": f"{contrast.pairing.reference} better",
        "none": "no difference shown",
        "identical": "exactly the same",
        "unknown": "cannot be said",
    }
    held = f"equal {_HELD_EQUAL[one.quantity]} ({_amounts(one)}): {words[_verdict(one)]}"
    if one.estimate is None:
        return f"{held}, as no pair was evaluated within that"
    ends = fmt.difference_interval((one.estimate.low, one.estimate.high))
    missing = f", {one.num_missing} of {one.num_pairs} pairs missing" if one.num_missing else ""
    return f"{held}, {fmt.difference(one.estimate.mean)} ({ends}{missing})"


def _amounts(one: EqualBudget) -> str:
    write = fmt.seconds if one.quantity == "seconds" else fmt.count
    least, most = write(one.least), write(one.most)
    return least if least == most else f"{least} to {most}"


def _shown(one: EqualBudget) -> Verdict:
    """Return the verdict, with pairs that are exactly the same as one way of showing no difference."""
    verdict = _verdict(one)
    return "none" if verdict == "identical" else verdict


def _verdict(one: EqualBudget) -> Verdict:
    return verdict_on(one.estimate, None if one.estimate is None else one.estimate.p)
