"""The winners of one size's study as constants of another size's, with rates by the range test again."""

import json
from collections.abc import Mapping
from typing import Any, get_args

from analysis.loading.run_metadata import RunMetadata
from study.errors import StudyError
from study.ranges import Choice, Range
from study.results.folder import Results
from study.spec.sections import ArmSpec
from study.spec.study_file import StudySpec
from study.tuning.label_curve.sizes import CurvePlan, size_overrides
from trainables.recipes import recipe
from trainables.settings import hints_of

AUTO = "auto"


def with_winners(plan: CurvePlan, size: int, results: Results) -> StudySpec:
    """Return the study of one size whose arms are the winners of the largest size's study: nothing is searched.

    One trial an arm stands for the search, and is not repeated for a selection.

    Args:
        plan: The curve.
        size: The size.
        results: Of the largest size's study, which has ended.
    """
    winners = RunMetadata.read(results.run_metadata).winners
    largest = plan.studies[plan.largest]
    arms = []
    for name, arm in largest.arms.items():
        if not winners.get(name):
            raise StudyError(
                f"{results.folder}: arm {name} has no winner there, so that no other size can use it"
            )
        arms.append(f"arms.{name}={json.dumps(winning_arm(arm, winners[name][0].config))}")
    overrides = size_overrides(plan.file.load(), plan.folder, size)
    return plan.file.load(*overrides, *arms, "budget.trials=1", "selection.seeds=0")


def winning_arm(arm: ArmSpec, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return an arm without a search: its constants, and what the winner has of what was searched.

    A rate that was searched as a number becomes "auto" where the recipe takes that: it was found at another size.

    Args:
        arm: The arm with its search.
        config: The winner's flat configuration.
    """
    hints = hints_of(recipe(arm.recipe).Settings)
    found = {}
    for key, value in arm.values.items():
        searched = isinstance(value, Range | Choice)
        by_range_test = searched and AUTO in _constants(hints[key])
        found[key] = AUTO if by_range_test else config[key] if searched else value
    return {"recipe": arm.recipe, "search": {}, **found}


def _constants(hint: Any) -> tuple[Any, ...]:
    """Return the texts that a type allows beside numbers, as in `float | Literal["auto"]`."""
    return tuple(constant for option in get_args(hint) for constant in get_args(option))
