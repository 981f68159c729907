import pytest
import yaml

from study.ranges import Choice, Range
from study.spec.study_file import SpecError, load_spec

STUDY = {
    "name": "test",
    "data": {"target": {"digits": True}},
    "model": {"architecture": {"choice": ["small_resnet"]}},
    "arms": {
        "adapted": {"recipe": "adaptation"},
        "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [0.001, 0.1]}}},
    },
    "budget": {"trials": 10, "epochs": 6},
    "presets": {
        "small": {"budget": {"trials": 2}, "arms": {"fixed": {"search": {"lr": {"choice": [0.1, 0.2]}}}}},
        "deep": {"arms": {"adapted": {"search": {"cycle_mult": 2}}}},
        "cluster": {"data": {"target": {"digits": False, "folder": "/not/on/this/machine"}}},
    },
}


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "test.yaml"
    path.write_text(yaml.safe_dump(STUDY, sort_keys=False))
    return path


def problem_of(*args, **options):
    with pytest.raises(SpecError) as caught:
        load_spec(*args, **options)
    (problem,) = map(str, caught.value.problems)
    return problem


def test_a_preset_changes_its_keys_and_replaces_ranges(study):
    spec = load_spec(study, preset="small")
    assert (spec.budget.trials, spec.budget.epochs) == (2, 6)
    assert spec.arms["fixed"].search == {"lr": Choice(values=(0.1, 0.2))}
    assert spec.arms["fixed"].recipe == "fixed_rate"


def test_changing_one_key_of_a_default_space_keeps_the_others(study):
    for spec in (
        load_spec(study, preset="deep"),
        load_spec(study, overrides=["arms.adapted.search.cycle_mult=2"]),
    ):
        assert list(spec.arms["adapted"].search) == ["lr", "stem_to_head", "cycle_len", "cycle_mult"]
        assert spec.arms["adapted"].search["cycle_mult"] == 2


def test_presets_of_another_machine_are_in_nobodys_way_until_chosen(study):
    assert load_spec(study).data.target.digits is True
    assert problem_of(study, preset="cluster").startswith(
        "data.target.folder: /not/on/this/machine does not exist"
    )


def test_an_unknown_preset_is_refused_with_those_there_are(study, tmp_path):
    assert problem_of(study, preset="large") == "presets: 'large' is unknown; small, deep, cluster"
    bare = tmp_path / "bare.yaml"
    bare.write_text(yaml.safe_dump({key: value for key, value in STUDY.items() if key != "presets"}))
    assert problem_of(bare, preset="large") == "presets: 'large' is unknown; the file has no presets"


def test_overrides_come_after_the_preset_and_in_order(study):
    spec = load_spec(study, preset="small", overrides=["budget.trials=5", "budget.trials = 7"])
    assert spec.budget.trials == 7


@pytest.mark.parametrize(
    ("override", "read", "value"),
    [
        ("budget.epochs=8", lambda spec: spec.budget.epochs, 8),
        ("training.weight_decay=1e-4", lambda spec: spec.training.weight_decay, 1e-4),
        ("tracking.uri=http://h:5000/?a=b", lambda spec: spec.tracking.uri, "http://h:5000/?a=b"),
        ("budget.minutes=", lambda spec: spec.budget.minutes, None),
        ("resources.gpus=1/2", lambda spec: spec.resources.gpus, 0.5),
        ("model.architecture=small_resnet", lambda spec: spec.model.architecture, "small_resnet"),
        (
            "arms.fixed.search.lr={uniform: [0.1, 0.2]}",
            lambda spec: spec.arms["fixed"].search["lr"],
            Range(kind="uniform", low=0.1, high=0.2),
        ),
        ("arms.fixed.search={}", lambda spec: spec.arms["fixed"].search, {}),
        ("arms.new.recipe=cosine", lambda spec: spec.arms["new"].recipe, "cosine"),
    ],
)
def test_an_override_sets_one_key_to_a_yaml_value(study, override, read, value):
    assert read(load_spec(study, overrides=[override])) == value


@pytest.mark.parametrize(
    ("override", "start"),
    [
        ("budget.trials", "-s budget.trials: not an assignment; KEY.KEY=VALUE, such as budget.trials=8"),
        ("=3", "-s =3: not an assignment"),
        ("budget..trials=3", "-s budget..trials=3: not an assignment"),
        ("budget.trials=[1", "-s budget.trials=[1, line 1: not readable as YAML"),
        ("name.first=x", "-s name.first=x: name is 'test', which has no keys"),
        ("budget.trails=3", "budget.trails: unknown key (did you mean trials?)"),
        ("bugdet.trials=3", "bugdet: unknown key (did you mean budget?)"),
        ("budget.trials=0", "budget.trials: 0 is not allowed; a whole number, at least 1"),
        ("arms.fixed.search.lr=[1, 2]", "arms.fixed.search.lr: [1, 2] is not allowed; a constant, auto"),
        ("arms.fixed.search.rate=1", "arms.fixed.search.rate: unknown key; allowed: target, patience, "),
    ],
)
def test_a_wrong_override_is_refused_like_any_key(study, override, start):
    assert problem_of(study, overrides=[override]).startswith(start)


def test_the_file_and_other_overrides_are_left_as_they_were(study):
    before = study.read_text()
    load_spec(study, preset="small", overrides=["arms.adapted.search.lr=0.1"])
    assert study.read_text() == before
    assert load_spec(study).arms["adapted"].search["lr"] == Range(kind="log_uniform", low=1e-4, high=0.1)
