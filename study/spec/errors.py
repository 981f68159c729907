"""The one error in which everything wrong with a study file is named."""

from trainables.errors import SettingError


class SpecError(SettingError):
    """What is wrong with a study file, all of it at once.

    Attributes:
        problems: Each with the field's path, its value and what is allowed.
        where: The file, as the user named it.
    """

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.where}: {self.problems[0]}"
        return "\n".join(
            [f"{self.where}: {len(self.problems)} problems", *(f"- {each}" for each in self.problems)]
        )
