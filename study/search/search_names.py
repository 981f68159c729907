"""What an arm's independent searches are called, in the names of runs and of Optuna's studies."""


def search_name(arm: str, repeat: int, *, repeats: int) -> str:
    """Return the name of an arm's search: `ARM` where it is the only one, `ARM-r2` for the second of several.

    Args:
        arm: Name of the arm.
        repeat: Which of its searches, counted from 1.
        repeats: How many it has.
    """
    return arm if repeats == 1 else f"{arm}-r{repeat}"
