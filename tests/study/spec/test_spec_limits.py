"""Values that no machine could take are refused by name, and equal numbers are one study."""

import pytest

from study.preparation.planning import prefix_group
from study.ranges import Choice
from study.search.study_plan import plan_key
from study.spec.study_file import SpecError, dump_spec, load_spec
from trainables.config import parse_config
from trainables.limits import MAX_EPOCHS
from trainables.recipes.fixed_rate import Settings
from trainables.settings import as_hinted, build

STUDY = """
name: s
data: {target: {digits: true}}
arms: {fixed: {recipe: fixed_rate, search: {}}}
"""
DIGITS = "9" * 400


@pytest.fixture
def file(tmp_path):
    (tmp_path / "s.yaml").write_text(STUDY)
    return tmp_path / "s.yaml"


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("budget.epochs=1000000000", "budget.epochs: 1000000000 is not allowed; at most 10000"),
        ("budget.epochs=1000000000000000000", "budget.epochs: .* at most 10000"),
        ("budget.trials=1000000000000000000", "budget.trials: .* at most 100000"),
        (f"budget.minutes={DIGITS}", "budget.minutes: 9+... is not allowed"),
        (f"compare.cost_per_hour={DIGITS}", "compare.cost_per_hour: "),
        (f"model.source_lr={DIGITS}", "model.source_lr: "),
        (f"training.momentum={DIGITS}", "training.momentum: "),
        (f"training.batch_size={DIGITS}", "training.batch_size: .* at most 65536"),
        ("training.clip_norm=0x" + "f" * 5000, "training.clip_norm: so large a number is not allowed"),
        (f"arms.fixed.search.lr={DIGITS}", "arms.fixed.search.lr: "),
        (f"arms.fixed.search.lr={{choice: [1, {DIGITS}]}}", "arms.fixed.search.lr: "),
        (f"arms.fixed.search.lr={{uniform: [1, {DIGITS}]}}", "arms.fixed.search.lr: "),
        (
            "arms.fixed.search.warm_up_epochs={int: [0, 1000000]}",
            "warm_up_epochs is 1000000: at most",
        ),
        ("model.width=1000000", "model.width: 1000000 is not allowed; at most 1024"),
        (f"data.target.image_size={DIGITS}", "data.target.image_size: .* is not allowed; at most 4096"),
        ("storage=~no-such-user-here/x", "storage: .* there is no such user"),
        ("data.target={folder: ~no-such-user-here/x}", "data.target.folder: .* there is no such user"),
        (f"storage={'x' * 300}", "storage: .* each part of at most 255"),
        (f"model.weights={'x/' * 3000}", "model.weights: .* at most 4095 bytes"),
        (f"tracking.uri=sqlite:///{'x' * 300}", "tracking.uri: .* at most"),
        ("name=" + "\U00020000" * 80, "name: .* at most 240 bytes"),
        ("name=mlflow.db", "name: 'mlflow.db' is not allowed"),
        ("name=mlflow-artifacts", "name: 'mlflow-artifacts' is not allowed"),
        ('tracking.experiment="a\\0b"', "tracking.experiment: .* control characters"),
        ('tracking.experiment="\\ud800"', "tracking.experiment: .* in Unicode"),
    ],
)
def test_what_no_machine_could_take_is_refused_by_name(file, override, words):
    with pytest.raises(SpecError, match=words):
        load_spec(file, overrides=[override])


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1500,
        "&a [*a]",
        "a0: &a0 [1]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)),
    ],
    ids=["deep", "within itself", "aliases of aliases"],
)
def test_a_file_that_would_unfold_without_end_is_refused(file, text):
    file.write_text(text)
    with pytest.raises(SpecError, match="not readable as YAML"):
        load_spec(file)


def test_names_that_can_be_no_file_are_refused():
    for name in ("~no-such-user-here/s.yaml", "x" * 5000, "a\0b"):
        with pytest.raises(SpecError):
            load_spec(name)


def test_a_width_beyond_memory_is_refused_with_its_size(file, monkeypatch):
    monkeypatch.setattr("os.sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 250_000}.__getitem__)
    load_spec(file, overrides=["model.width=128"])
    with pytest.raises(SpecError, match=r"model.width: 1024 is not allowed here; .* 5.0 GB, .* 1.0 GB"):
        load_spec(file, overrides=["model.width=1024"])


def test_a_flat_configuration_has_the_same_limits():
    config = {"recipe": "fixed_rate", "data": "x", "epochs": MAX_EPOCHS}
    parse_config(config)
    for wrong in (
        {"epochs": 10**9},
        {"lr": int(DIGITS)},
        {"lr": float("inf")},
        {"width": 10**6},
        {"seed": 2**70},
    ):
        with pytest.raises(ValueError, match=f"config: {next(iter(wrong))} is "):
            parse_config({**config, **wrong})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("arms.fixed.search.lr=1", "arms.fixed.search.lr=1.0"),
        (
            "arms.fixed={recipe: fixed_rate, search: {}, lr: 1}",
            "arms.fixed={recipe: fixed_rate, search: {}, lr: 1.0}",
        ),
        ("arms.fixed.search.lr={choice: [1, 2]}", "arms.fixed.search.lr={choice: [1.0, 2.0]}"),
        ("arms.fixed.search.lr={uniform: [1, 2]}", "arms.fixed.search.lr={uniform: [1.0, 2.0]}"),
        ("training.mixup=1", "training.mixup=1.0"),
        ("training.mixup={choice: [0, 1]}", "training.mixup={choice: [0.0, 1.0]}"),
        ("training.momentum=0", "training.momentum=-0.0"),
        ("training.clip_norm=1", "training.clip_norm=1.0"),
        ("model.source_lr=1", "model.source_lr=1.0"),
        ("compare.cost_per_hour=2", "compare.cost_per_hour=2.0"),
    ],
)
def test_equal_numbers_are_one_study(file, one, other):
    first, second = (load_spec(file, overrides=[override]) for override in (one, other))
    assert dump_spec(first) == dump_spec(second)
    assert prefix_group(first) == prefix_group(second)


def test_equal_numbers_are_one_plan():
    config = {"recipe": "fixed_rate", "data": "x", "epochs": 2}
    for key in ("lr", "momentum", "mixup", "clip_norm"):
        zero = {} if key in ("lr", "clip_norm", "mixup") else {key: 0}
        assert plan_key({**config, key: 1, **zero}) == plan_key({**config, key: 1.0, **zero})
    assert plan_key({**config, "weight_decay": 0}) == plan_key({**config, "weight_decay": -0.0})
    assert repr(build(Settings, {"lr": 1})) == repr(build(Settings, {"lr": 1.0}))


def test_only_numbers_that_a_float_is_meant_for_become_floats():
    assert repr(as_hinted(1, float | None)) == "1.0"
    assert repr(as_hinted(1, int | None)) == "1"
    assert as_hinted(True, bool) is True
    assert as_hinted("auto", float | str) == "auto"
    assert as_hinted(None, float | None) is None


def test_one_value_written_twice_is_refused_and_counts_stay_counts(file):
    with pytest.raises(SpecError, match="has a value twice"):
        load_spec(file, overrides=["arms.fixed.search.lr={choice: [1, 1.0]}"])
    spec = load_spec(file, overrides=["arms.fixed.search.warm_up_epochs={choice: [0, 1]}"])
    assert spec.arms["fixed"].search["warm_up_epochs"] == Choice(values=(0, 1))
