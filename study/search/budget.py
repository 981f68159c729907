"""The budget of a study: trials, minutes and seeds of the study file, and of the extensions."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BudgetRound:
    """A study as it was begun, or an extension of it.

    Attributes:
        trials: Trials of each search, beside those of the rounds before. With none, the winners stay.
        confirm_seeds: Seeds of the confirmation, which no round before has used; of an arm's first search.
        looks: After how many of them it is looked whether the study is decided, rising, the last after all of them;
            empty where that is not asked.
    """

    trials: int
    confirm_seeds: tuple[int, ...]
    looks: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudyBudget:
    """What the study file says about how much is trained.

    Attributes:
        name: The study's name.
        num_trials: Trials of each search.
        minutes: Time for the search, or None.
        search_seed: Seed of every search trial; this and the seeds below are those of an arm's first search, from
            which those of the others follow (`study.spec.seeds`).
        top: Configurations of each search that go into the selection.
        selection_seeds: Seeds of the selection.
        confirm_seeds: Seeds of the confirmation, at most.
        looks: See `BudgetRound`; of the study as it was begun.
        per_architecture: Whether the best configuration within each architecture is confirmed, too.
        num_architectures: Architectures that any arm may take.
        extensions: What was added after the study had ended, in order.
        repeats: Independent searches of each arm.
    """

    name: str
    num_trials: int
    minutes: float | None
    search_seed: int
    top: int
    selection_seeds: tuple[int, ...]
    confirm_seeds: tuple[int, ...]
    per_architecture: bool
    num_architectures: int = 1
    extensions: tuple[BudgetRound, ...] = ()
    repeats: int = 1
    looks: tuple[int, ...] = ()

    @property
    def rounds(self) -> tuple[BudgetRound, ...]:
        """The study as it was begun, then what extended it."""
        begun = BudgetRound(trials=self.num_trials, confirm_seeds=self.confirm_seeds, looks=self.looks)
        return (begun, *self.extensions)
