"""The one message in which everything wrong with a data set is named."""

from collections.abc import Iterable, Mapping

from trainables.text import printable

SHOWN_PER_KIND = 10
"""Problems of one kind that the message spells out; `DataError.problems` has all of them."""


class DataError(ValueError):
    """What is wrong with a data set or its settings, all of it at once.

    Attributes:
        problems: Every problem, as "kind: what".
    """

    def __init__(self, by_kind: Mapping[str, Iterable[str]], subject: str = "data") -> None:
        """Collect the problems.

        Args:
            by_kind: What is wrong, by kind of problem; a kind heads its lines in the message.
            subject: The data set that has the problems, as the user named it.
        """
        kept = {kind: tuple(printable(what, keep="\n") for what in whats) for kind, whats in by_kind.items()}
        subject = printable(subject)
        # args hold what __init__ takes, so that the error survives pickling between processes.
        super().__init__(kept, subject)
        self._by_kind = kept
        self._subject = subject
        self.problems: tuple[str, ...] = tuple(
            f"{kind}: {what}" for kind, whats in kept.items() for what in whats
        )

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return every problem of one kind."""
        return self._by_kind.get(kind, ())

    def __str__(self) -> str:
        num = len(self.problems)
        lines = [f"{self._subject}: {num} problem{'s' if num != 1 else ''}"]
        for kind, whats in self._by_kind.items():
            lines += [f"- {kind}:", *(f"    {what}" for what in whats[:SHOWN_PER_KIND])]
            if len(whats) > SHOWN_PER_KIND:
                lines.append(f"    ... and {len(whats) - SHOWN_PER_KIND} more of this kind")
        return "\n".join(lines)


class UnreadableError(ValueError):
    """An image that cannot be decoded; the message says why."""


class Problems:
    """Collects problems by kind while a data set is read, so that one error can name them all."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[str]] = {}

    def add(self, kind: str, what: str) -> None:
        """Remember one problem."""
        self.by_kind.setdefault(kind, []).append(what)

    def extend(self, other: "Problems") -> None:
        """Take over all problems of another collection."""
        for kind, whats in other.by_kind.items():
            self.by_kind.setdefault(kind, []).extend(whats)

    def __bool__(self) -> bool:
        return bool(self.by_kind)

    def raise_if_any(self, subject: str) -> None:
        """Raise one DataError about `subject` if anything was collected."""
        if self.by_kind:
            raise DataError(self.by_kind, subject)
