"""Several studies as text for a terminal."""

from analysis.several.pooling import Several
from analysis.several.wording import decided, headline, set_by_set


def format_several(several: Several) -> str:
    """Return the answer in short: a sentence or two for each arm that studies share, then what each study decided."""
    lines = []
    for each in several.shared:
        lines += [headline(each, several), f"  {set_by_set(each)}"]
    if not several.shared:
        lines.append("The studies compare no arm with the same reference; what each of them decided:")
    lines += [f"{study.label}: {decided(study)}" for study in several.studies]
    return "\n".join(lines)
