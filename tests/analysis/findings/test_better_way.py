"""A way of predicting is preferred where the validation split shows it to be better, whatever the test split says."""

import pytest

from analysis.findings.better_way import better_way
from tests.support.hand_made import confirm
from tests.support.loaded_studies import compared


def study(*ways: dict[str, float]):
    """Runs of `fixed` that end at 0.7 on the validation split."""
    runs = [
        confirm("fixed", seed, [0.5, 0.7], fields={2: {"further": further}})
        for seed, further in enumerate(ways)
    ]
    return compared(runs).data


def test_the_interval_over_the_runs_lies_above_zero_on_validation():
    data = study(
        {"val/tta/objective": 0.73, "test/tta/objective": 0.1},
        {"val/tta/objective": 0.74, "test/tta/objective": 0.1},
        {"val/tta/objective": 0.75, "test/tta/objective": 0.1},
    )
    found = better_way(data, "fixed")
    # 0.03, 0.04, 0.05: 0.04 with 4.303 x 0.01 / sqrt(3) on either side
    assert (found.way, found.num_runs) == ("tta", 3)
    assert [found.difference, found.low, found.high] == pytest.approx([0.04, 0.0152, 0.0648], abs=1e-4)


def test_of_several_the_one_that_gains_most_is_taken():
    further = [
        {"val/tta/objective": 0.73 + 0.001 * at, "val/ensemble/objective": 0.78 + 0.001 * at}
        for at in range(3)
    ]
    assert better_way(study(*further), "fixed").way == "ensemble"


@pytest.mark.parametrize(
    "further",
    [
        [{"val/tta/objective": 0.73}, {"val/tta/objective": 0.9}, {"val/tta/objective": 0.65}],  # undecided
        [{"val/tta/objective": 0.9}],  # one run tells no spread
        [{"test/tta/objective": value} for value in (0.9, 0.91, 0.92)],  # of the test split alone
        [{"val/tta/objective": value} for value in (0.60, 0.61, 0.62)],  # worse
        [{}, {}, {}],
    ],
)
def test_else_the_last_network_is(further):
    assert better_way(study(*further), "fixed") is None
