import math

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from study.spec.yaml_text import parse_yaml, read_yaml, to_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-4", 1e-4),
        ("1E5", 1e5),
        ("-2e3", -2e3),
        ("+.5e-1", 0.05),
        ("1.e2", 100.0),
        ("[1e-4, 1.5e-2]", [1e-4, 0.015]),
        ("{lr: 3e-2}", {"lr": 0.03}),
    ],
)
def test_numbers_with_an_exponent_are_floats(text, value):
    assert parse_yaml(text, where="x") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("'1e-4'", "1e-4"), ("e4", "e4"), ("1e", "1e"), ("1e-4x", "1e-4x"), ("", None)],
)
def test_what_is_no_such_number_stays_what_it_was(text, value):
    assert parse_yaml(text, where="x") == value


def test_a_key_that_stands_twice_is_refused_with_its_line():
    with pytest.raises(
        ValueError, match=r"^x\.yaml, line 3: .*the key 'trials' stands twice in the same place$"
    ):
        parse_yaml("budget:\n  trials: 1\n  trials: 2\n", where="x.yaml")


def test_a_key_may_stand_in_two_places_and_override_a_merged_one():
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\n"
    assert parse_yaml(text, where="x") == {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 2}}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1, 2\nb: 3\n", 2), ("a: 1\n\tb: 2\n", 2), ("a: b: c", 1), ("a: 1\n---\nb: 2\n", 2)],
)
def test_broken_yaml_is_one_sentence_with_the_line(text, line):
    with pytest.raises(ValueError, match=rf"^x\.yaml, line {line}: not readable as YAML: ") as caught:
        parse_yaml(text, where="x.yaml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system [ls]", "a: \x07", "2024-99-99"])
def test_other_content_that_yaml_refuses_is_one_sentence(text):
    with pytest.raises(ValueError, match=r"^x.*: not readable as YAML: ") as caught:
        parse_yaml(text, where="x")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path):
    binary = tmp_path / "x.yaml"
    binary.write_bytes(b"name: \xff\xfe")
    with pytest.raises(ValueError, match=r"x\.yaml: not a text in UTF-8 \(byte 6\)"):
        read_yaml(binary)
    with pytest.raises(ValueError, match="can't be read"):
        read_yaml(tmp_path)


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
_CONTENT = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@example({"a\x85b": "c\u2028d\u2029"})
@given(_CONTENT)
def test_what_is_written_reads_back_equal_here_and_by_plain_yaml(content):
    assert parse_yaml(to_yaml(content), where="x") == content
    assert yaml.safe_load(to_yaml(content)) == content


@given(st.floats(min_value=1e-30, max_value=1e30).map(lambda x: f"{x:e}"))
def test_any_number_in_scientific_form_is_read_as_that_float(text):
    assert math.isclose(parse_yaml(text, where="x"), float(text), rel_tol=0)


@given(st.from_regex(r"\A[-+]?[0-9]{1,3}[eE][-+]?[0-9]{1,2}\Z"))
def test_texts_that_look_like_numbers_are_quoted(text):
    assert parse_yaml(to_yaml({"name": text}), where="x") == {"name": text}
