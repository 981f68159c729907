"""Independent searches of the same arms: their names, and what they come to."""

from study.spec.study_file import StudySpec


def search_name(arm: str, repeat: int, *, repeats: int) -> str:
    """Return the name of an arm's search: `ARM` where it is the only one, `ARM-r2` for the second of several.

    Args:
        arm: Name of the arm.
        repeat: Which of its searches, counted from 1.
        repeats: How many it has.
    """
    return arm if repeats == 1 else f"{arm}-r{repeat}"


def repeats_sentence(spec: StudySpec) -> str:
    """Return what several independent searches of each arm come to; empty where there is one."""
    repeats, arms = spec.search.repeats, len(spec.arms)
    if repeats == 1:
        return ""
    trials, runs = spec.budget.trials, arms * repeats * spec.confirm.max_seeds
    return (
        f"search.repeats: {repeats} independent searches of each arm, {trials} trials each: {arms * repeats * trials} "
        f"trials in all, and {runs} confirmation runs of winners; {repeats} times what one search of each would cost"
    )


def seeds_words(spec: StudySpec) -> str:
    """Return how many seeds the confirmation has, in words."""
    looks = spec.confirm.planned_looks
    if not looks:
        return f"{spec.confirm.max_seeds} fresh seeds"
    return f"{looks[0]} to {looks[-1]} fresh seeds, until it is decided (looks after {', '.join(map(str, looks))})"
