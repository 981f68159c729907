"""What several independent searches of each arm come to, in words."""

from study.spec.study_file import StudySpec


def repeats_sentence(spec: StudySpec) -> str:
    """Return what several independent searches of each arm come to; empty where there is one."""
    repeats, arms = spec.search.repeats, len(spec.arms)
    if repeats == 1:
        return ""
    trials, runs = spec.budget.trials, arms * repeats * spec.confirm.seeds
    return (
        f"search.repeats: {repeats} independent searches of each arm, {trials} trials each: {arms * repeats * trials} "
        f"trials in all, and {runs} confirmation runs of winners; {repeats} times what one search of each would cost"
    )
