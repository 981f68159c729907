"""At which look a study is judged, in words."""

from analysis.loading.extended import looks_made
from analysis.loading.study_data import Evidence
from analysis.statistics.looks import cumulative_alpha
from analysis.wording import number_format as fmt


def look_words(evidence: Evidence) -> str:
    """Return the number of the look, the level that it is judged at, and how often all looks together err."""
    alpha = 1 - evidence.settings.confidence
    looks = looks_made(evidence.settings.num_seeds, evidence.metadata.extensions)
    level = looks.level(alpha)
    chance = (
        "the same winners" if looks.earlier == 0 else "this study, whose earlier winners count as chances had"
    )
    together = fmt.level(cumulative_alpha(looks.number, alpha))
    return (
        f"So this is look {looks.number} at {chance}. As it was not planned, it is judged at the level "
        f"{level:.2g} instead of {alpha:.2g}, and intervals of differences and ratios are {fmt.level(1 - level)} "
        f"ones: then the {looks.number} looks together err in at most {together} of studies. p-values are adjusted "
        f"to be compared with {alpha:.2g}."
    )
