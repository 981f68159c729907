from tests.support.plans import plan
from trainables.plan.phases import Phase
from trainables.schedules import Cosine


def test_feature_extraction_is_the_head_alone_on_activations() -> None:
    assert plan(recipe="feature_extraction", lr=0.1) == (
        Phase(
            name="head",
            num_epochs=15,
            lr=0.1,
            schedule=Cosine(cycle_ends=(15,)),
            first_group=-1,
            on="activations",
        ),
    )
