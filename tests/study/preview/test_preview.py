from study.preparation.prepare import prepare_study
from study.preview.rates import rate_table
from study.spec.study_file import load_spec


def test_rates_are_those_of_the_run_where_they_are_given_for_another_batch() -> None:
    """The paper's 0.1 for 256 images, at 16: 0.1 / 16."""
    overrides = [
        "arms={step: {recipe: step, lr: 0.1, search: {}}}",
        "compare.reference=step",
        "training.batch_size=16",
    ]
    prepared = prepare_study(load_spec("digits", overrides=overrides))
    assert rate_table(prepared.arms[0], prepared).rates[0][-1] == 0.1 / 16


def test_a_plan_of_ten_thousand_epochs_is_drawn_with_a_point_an_epoch() -> None:
    overrides = ["arms={cosine: {recipe: cosine, lr: 0.1, search: {}}}", "compare.reference=cosine"]
    prepared = prepare_study(load_spec("digits", overrides=[*overrides, "budget.epochs=10000"]))
    table = rate_table(prepared.arms[0], prepared)
    assert len(table.rates) == len(table.at_first_steps()) == len(table.phases) == 10_000
    assert table.rates[0][-1] == 0.1
    assert abs(table.rates[5_000][-1] - 0.05) < 1e-9
