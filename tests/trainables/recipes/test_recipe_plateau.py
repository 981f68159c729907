import pytest

from tests.support.plans import plan
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.schedules import Constant


def test_plateau_is_a_fixed_rate_that_validation_lowers_and_ends() -> None:
    assert plan(recipe="plateau", lr=0.03, patience=2, target=0.9) == (
        Phase(
            name="all",
            num_epochs=15,
            lr=0.03,
            schedule=Constant(),
            early_stopping=EarlyStopping(target=0.9, patience=2, restarts=2, restart_factor=0.1),
        ),
    )


def test_it_can_take_the_papers_loss() -> None:
    assert plan(recipe="plateau", follow="paper")[0].training == Training(loss="bce")
    assert plan(recipe="plateau", label_smoothing=0.1)[0].training == Training(label_smoothing=0.1)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"restarts": -1}, "restarts is -1"),
        ({"patience": 0}, "patience is 0"),
        ({"patience": None}, "restarts is 2, but there is no patience"),
        ({"restart_factor": 1.0}, r"restart_factor is 1\.0"),
        ({"target": 90.0}, r"target is 90\.0: above 0, up to 1"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(config: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan(recipe="plateau", **config)
