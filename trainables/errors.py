"""The error of settings that cannot be as they are: which ones, what they are, and what is allowed."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 120
"""Characters of a value that messages show."""


def shown(value: object) -> str:
    """Return a value as messages show it: as a study file has it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = repr(value)
    except ValueError:  # Python writes out no whole number of over 4,300 digits
        return "so large a number"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        field: The setting: its name, or its path with dots where it lies deeper; empty where it is about no single one.
        value: What the setting is; None also where it is missing.
        allowed: What it may be, in words.
        says: The sentence, without the path that it follows.
        names_itself: Whether the sentence begins with the setting's name, so that it stands without a path, too.
    """

    field: str
    says: str
    value: object = dataclasses.field(default=None, hash=False)
    allowed: str = ""
    names_itself: bool = False

    def __str__(self) -> str:
        return f"{self.field}: {self.says}" if self.field else self.says


class SettingError(ValueError):
    """Settings that cannot be as they are, all of them at once.

    Attributes:
        problems: What is wrong, one or several.
        where: Where the settings stand: "config", or the file that has them; may be empty.
    """

    def __init__(self, problems: Iterable[Problem], where: str = "") -> None:
        """Collect the problems.

        Args:
            problems: At least one.
            where: Where the settings stand.
        """
        self.problems = tuple(problems)
        self.where = where
        # args hold what __init__ takes, so that the error survives pickling between processes.
        super().__init__(self.problems, where)

    def __str__(self) -> str:
        return "\n".join(map(self._sentence, self.problems))

    def _sentence(self, problem: Problem) -> str:
        if problem.names_itself:
            return f"{self.where}: {problem.says}" if self.where else problem.says
        path = ".".join(part for part in (self.where, problem.field) if part)
        return f"{path}: {problem.says}" if path else problem.says


def setting_error(error: ValueError, where: str = "") -> SettingError:
    """Return the error as one of settings; a plain one, which a recipe may raise, is about no single setting."""
    if isinstance(error, SettingError):
        return SettingError(error.problems, where)
    return SettingError([Problem(field="", says=str(error))], where)


def refused(field: str, value: object, allowed: str, *, but: str = "", because: str = "") -> SettingError:
    """Return the error of a setting whose value is not allowed.

    Args:
        field: The setting's name.
        value: What it is.
        allowed: What it may be: "at least 1".
        but: What else stands against the value: "the budget is 3 epochs".
        because: Why no more is allowed: "one for each phase".
    """
    against = f", but {but}" if but else ""
    comma = "," if ", " in allowed else ""
    reason = f", {because}" if because else ""
    says = f"{field} is {shown(value)}{against}: {allowed}{comma} is allowed{reason}"
    return SettingError([Problem(field=field, value=value, allowed=allowed, says=says, names_itself=True)])
