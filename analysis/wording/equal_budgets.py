"""A conclusion that turns round with what the arms are given equally, in words."""

from analysis.findings.contrast import Contrast
from analysis.findings.equal_budget import Opposed
from analysis.wording import number_format as fmt
from analysis.wording.contrasts import sides


def equal_budget_sentence(contrast: Contrast) -> str | None:
    """Return that the conclusion depends on what is held equal; None where that is not shown."""
    if not contrast.opposed:
        return None
    parts = "; ".join(_opposed_text(contrast, one) for one in contrast.opposed)
    return f"{sides(contrast)}: the conclusion DEPENDS on what is held equal (validation): {parts}."


def _opposed_text(contrast: Contrast, one: Opposed) -> str:
    arm, reference = contrast.pairing.arm, contrast.pairing.reference
    return (
        f"{arm} better at {one.arm_better.title}, {reference} better at "
        f"{one.reference_better.title} ({fmt.p_value(one.adjusted_p)}, Holm)"
    )
