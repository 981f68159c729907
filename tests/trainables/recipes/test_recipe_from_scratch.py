from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.recipes import recipe, recipe_names
from trainables.schedules import Cosine


def test_from_scratch_is_one_cosine_of_all_layers() -> None:
    assert plan(recipe="from_scratch", lr=0.03) == (
        Phase(name="all", num_epochs=15, lr=0.03, schedule=Cosine(cycle_ends=(15,))),
    )


def test_it_differs_from_cosine_in_the_start_alone() -> None:
    settings = {"lr": 0.03, "warm_up_epochs": 2}
    assert plan(recipe="from_scratch", **settings) == plan(recipe="cosine", **settings)


def test_it_alone_starts_at_random_whatever_the_weights() -> None:
    assert [name for name in recipe_names() if getattr(recipe(name), "RANDOM_START", False)] == [
        "from_scratch"
    ]
