"""The winner's study file that the analysis writes is one that a study is run from."""

import copy

import yaml

from analysis.findings.winner_study import winner_study
from study.spec.study_file import load_spec
from tests.support.hand_made import confirm
from tests.support.loaded_studies import loaded
from tests.support.synthetic_study import default_spec


def test_the_file_is_a_study_that_lrstudy_accepts(tmp_path):
    spec = copy.deepcopy(default_spec(["cosine", "fixed"]))
    recipes = {"cosine": "cosine", "fixed": "fixed_rate"}
    for arm, recipe in recipes.items():
        spec["arms"][arm]["recipe"] = recipe
    spec["data"] = {"target": {"digits": True}}
    runs = [confirm("cosine", s, [0.7], config={"lr": 0.03}) for s in (0, 1)]
    study = winner_study(loaded(runs, spec=spec), "cosine")
    path = tmp_path / "winner.yaml"
    path.write_text(yaml.safe_dump(study))
    read = load_spec(path)
    assert read.arms["cosine"].values == {"lr": 0.03}
    assert (read.budget.trials, read.confirm.seeds, read.compare.reference) == (1, 1, "cosine")
