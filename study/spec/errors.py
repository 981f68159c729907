"""The one error in which everything wrong with a study file is named."""

from collections.abc import Iterable


class SpecError(ValueError):
    """What is wrong with a study file, all of it at once.

    Attributes:
        problems: One sentence for each problem: the field's path, its value and what is allowed.
    """

    def __init__(self, problems: Iterable[str], subject: str = "study") -> None:
        """Collect the problems.

        Args:
            problems: One sentence each.
            subject: The file, as the user named it.
        """
        self.problems: tuple[str, ...] = tuple(problems)
        # args hold what __init__ takes, so that the error survives pickling between processes.
        super().__init__(self.problems, subject)
        self._subject = subject

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self._subject}: {self.problems[0]}"
        return "\n".join(
            [f"{self._subject}: {len(self.problems)} problems", *(f"- {p}" for p in self.problems)]
        )


def shown(value: object) -> str:
    """Return a value as messages show it: its repr, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes out no whole number of over 4,300 digits
        return "so large a number"
    return text if len(text) <= 120 else f"{text[:117]}..."
