import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from study.spec.study_file import StudySpec, confirm_seeds, dump_spec, load_spec, search_seed, selection_seeds
from study.spec.yaml_text import parse_yaml, to_yaml

_RAW = {
    "name": "test",
    "data": {"target": {"digits": True}},
    "arms": {"fixed": {"recipe": "fixed_rate", "search": {}}},
    "compare": {"reference": "fixed"},
}
_SPEC = StudySpec.model_validate(_RAW)


def _numbers(low, high):
    return st.floats(low, high, exclude_min=True, exclude_max=True)


@st.composite
def _studies(draw):
    low = draw(_numbers(1e-6, 1e-2))
    high = draw(_numbers(2e-2, 10))
    lr = draw(
        st.sampled_from(
            [{"log_uniform": [low, high]}, {"uniform": [low, high]}, {"auto_times": [low, high]}, "auto"]
        )
    )
    words = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_-]{0,8}\Z").filter(lambda word: word != "source")
    names = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    return {
        "name": draw(words),
        "data": {"target": {"digits": True, "classes": [1, "2"], "val_fraction": draw(_numbers(0, 0.5))}},
        "arms": {
            name: {
                "recipe": "adaptation",
                "head_epochs": draw(st.integers(0, 3)),
                "search": {"lr": lr, "cycle_len": {"int": [1, draw(st.integers(2, 4))]}},
            }
            for name in names
        },
        "training": {
            "weight_decay": draw(_numbers(0, 1)),
            "deterministic": draw(st.booleans()),
            "optimizer": draw(st.sampled_from(["sgd", {"choice": ["momentum", "adam"]}])),
            "dropout": draw(st.sampled_from([0, 0.5, {"uniform": [0, 0.5]}])),
            "clip_norm": draw(
                st.sampled_from([None, 1, {"choice": [None, 0.1]}, {"log_uniform": [low, high]}])
            ),
        },
        "budget": {"trials": draw(st.integers(1, 99)), "minutes": draw(st.none() | _numbers(0, 1e4))},
        "tracking": {"experiment": draw(st.text("ab 1e-:#'\"{}é", min_size=1, max_size=6))},
        "compare": {"reference": draw(st.sampled_from(names))},
        "resources": {"gpus": draw(_numbers(0, 1))},
        "presets": {"small": {"budget": {"trials": 1}}},
    }


LOOK_LIKE_OTHERS = (
    *(
        "10.0",
        "1e1",
        "-1E+5",
        ".5e3",
        "1_0e3",
        "1_0",
        "0x1F",
        "0o17",
        "017",
        "0b101",
        ".inf",
        ".NaN",
        "1:20",
        "1:20:30.5",
    ),
    *(
        "yes",
        "no",
        "on",
        "off",
        "true",
        "null",
        "~",
        "2026-11-29",
        "2026-11-29 10:00:00",
        "<<",
        "=",
        "- a",
        "a: b",
    ),
    *("#a", "!a", "&a", "*a", "%a", "@a", "{}", "[]", "? a", "'", '"', "a\nb", "a\u2028b"),
)
"""Texts that a reader of YAML takes for something else where they are not quoted."""


@pytest.mark.parametrize("text", LOOK_LIKE_OTHERS)
def test_a_text_that_looks_like_something_else_is_dumped_as_a_text(text):
    content = {"key": text, text: ["x", text]}
    dumped = to_yaml(content)
    assert parse_yaml(dumped, where="study.yaml") == content
    assert (
        yaml.safe_load(dumped) == content
    )  # the analysis reads it so, without what else `study` knows of YAML


@given(_studies())
@example({**_RAW, "tracking": {"experiment": "1e1"}})
@example({**_RAW, "tracking": {"experiment": "2026-11-29"}})
def test_a_dumped_study_loads_back_to_an_equal_one(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("specs")
    # as JSON, which quotes every text: PyYAML's own dump does not know that study files take 1e1 for a number
    (folder / "a.yaml").write_text(json.dumps(raw))
    spec = load_spec(folder / "a.yaml")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "study.yaml"
    elsewhere.write_text(dump_spec(spec), encoding="utf-8")
    assert load_spec(elsewhere) == spec
    assert isinstance(spec, StudySpec)


@example(one=0, other=1, num_selection=1_000, num_confirm=1_000)
@example(one=100_000, other=100_000, num_selection=1_000, num_confirm=1_000)
@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 1_000), st.integers(0, 1_000))
def test_no_two_parts_of_a_study_or_of_two_studies_share_a_seed(one, other, num_selection, num_confirm):
    taken = []
    for seed in {one, other}:
        spec = _SPEC.model_copy(
            update={
                "search": _SPEC.search.model_copy(update={"seed": seed}),
                "selection": _SPEC.selection.model_copy(update={"seeds": num_selection}),
                "confirm": _SPEC.confirm.model_copy(update={"seeds": num_confirm}),
            }
        )
        assert len(selection_seeds(spec)) == num_selection
        assert len(confirm_seeds(spec)) == num_confirm
        taken += [search_seed(spec), *selection_seeds(spec), *confirm_seeds(spec)]
    assert len(set(taken)) == len(taken)
    assert min(taken) >= 0
    assert max(taken) < 2**32


def test_seeds_until_decided_come_back_from_a_dump(write, tmp_path):
    spec = load_spec(write(confirm={"until": "decided"}))
    assert (spec.confirm.max_seeds, spec.confirm.planned_looks) == (30, (5, 8, 12, 18, 30))
    (tmp_path / "again.yaml").write_text(dump_spec(spec))
    assert load_spec(tmp_path / "again.yaml").confirm == spec.confirm
