"""The error that ends a study with one sentence for the user."""


class StudyError(Exception):
    """A study cannot start or go on; its text says what, where and what to do."""
