from analysis import compare, load_study
from analysis.wording.configurations import winner_sentences
from tests.support.synthetic_study import Run, write_study


def test_the_confirmed_configuration_is_told_by_what_its_search_varied(tmp_path):
    runs = [
        Run(
            arm="fixed",
            stage="search",
            name=f"fixed-{i}",
            seed=0,
            values=[0.5],
            lr=lr,
            config={"momentum": 0.9},
        )
        for i, lr in enumerate((0.1, 0.02))
    ]
    runs += [
        Run(
            arm="fixed",
            stage="confirm",
            name=f"fixed-confirm-{s}",
            seed=s,
            values=[0.5],
            lr=0.02,
            config={"momentum": 0.9},
        )
        for s in (1, 2)
    ]
    data = compare(load_study(write_study(tmp_path / "toy", runs))).data
    assert winner_sentences(data) == ("fixed: resnet18, lr 0.02",)
    assert "architecture" in data.runs["config"].iloc[0], "which does not vary, and is not told twice"
