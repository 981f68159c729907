"""The error that ends a study with one sentence for the user."""


class StudyError(Exception):
    """A study cannot start or go on; its text says what, where and what to do."""


def first_line(error: Exception) -> str:
    """Return what kind of error it is and the first line that it says."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
