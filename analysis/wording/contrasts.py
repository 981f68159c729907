"""The answer on one arm against the reference, in words that say no more than the numbers."""

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.equal_budget import Opposed
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import sides
from analysis.wording.final_difference import final_sentence, unfinished
from analysis.wording.time_to_target import brief_time, time_sentence, with_search


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
        *unfinished(contrast),
        time_sentence(contrast),
    ]
    return (*sentences, *with_search(contrast), *_family(contrast))


def brief(contrast: Contrast, *, objective: str, compared: str = "") -> str:
    """Return the contrast's answer in a few lines, for the terminal: without the times behind the ratios.

    See `answer`.
    """
    if not contrast.finals.num_pairs:
        return answer(contrast, objective=objective)[0]
    sentences = (
        final_sentence(contrast, objective=objective),
        *([compared] if compared else []),
        *unfinished(contrast),
        brief_time(contrast),
    )
    return " ".join(sentences)


def equal_budget_sentence(contrast: Contrast) -> str | None:
    """Return that the conclusion depends on what is held equal; None where that is not shown."""
    if not contrast.opposed:
        return None
    parts = "; ".join(_opposed_text(contrast, one) for one in contrast.opposed)
    return f"{sides(contrast)}: the conclusion DEPENDS on what is held equal (validation): {parts}."


def _family(contrast: Contrast) -> tuple[str, ...]:
    final, time = contrast.final_result, contrast.time_result
    return (
        f"The end is judged as one of {contrast.num_ends} (no difference: {fmt.p_value(final.adjusted_p)}; a "
        f"difference of the margin or more: {fmt.p_value(final.equivalence_p)}), the time as one of "
        f"{contrast.num_times} ({fmt.p_value(time.adjusted_p)}; {fmt.p_value(time.equivalence_p)}), adjusted by "
        "Holm's method within each of the two families; the verdicts follow these.",
    )


def _opposed_text(contrast: Contrast, one: Opposed) -> str:
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    return (
        f"{arm} better at {one.arm_better.title}, {reference} better at "
        f"{one.reference_better.title} ({fmt.p_value(one.adjusted_p)}, Holm)"
    )
