import pickle
from pathlib import Path

import pytest

from trainables.data import DataError, DataSource, cache_dir, parse_source
from trainables.data.sources.registry import READERS
from trainables.errors import SettingError


def test_a_source_is_parsed_into_its_fields():
    source = parse_source(
        {"digits": True, "classes": [5, 6, 7], "train_per_class": 40, "val_fraction": 0.25}, "data.target"
    )
    assert source == DataSource(digits=True, classes=(5, 6, 7), train_per_class=40, val_fraction=0.25)


def test_everything_wrong_is_named_at_once_with_path_value_and_what_is_allowed():
    with pytest.raises(SettingError) as caught:
        parse_source(
            {"folder": "x", "image_siz": 3, "image_size": 0, "channels": "gray", "val_fraction": 1},
            "data.target",
        )
    assert len(caught.value.problems) == 4
    message = str(caught.value)
    assert "data.target.image_siz: unknown key (did you mean image_size?)" in message
    assert "data.target.image_size: 0 is not allowed; an integer from 1, in pixels" in message
    assert "data.target.channels: 'gray' is not allowed; auto, rgb or grey" in message
    assert "data.target.val_fraction: 1 is not allowed; a number between 0 and 1" in message
    fields = {(problem.field, problem.value) for problem in caught.value.problems}
    assert fields == {("image_siz", None), ("image_size", 0), ("channels", "gray"), ("val_fraction", 1)}


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({}, f"none of {', '.join(READERS)}; allowed: exactly one"),
        ({"folder": "x", "digits": True}, "folder and digits of"),
        ({"digits": True, "group": "(a)"}, "group: '(a)' is not allowed; only together with folder or csv"),
        ({"digits": True, "root": "x"}, "root: 'x' is not allowed; only together with csv or torchvision"),
        ({"folder": "x", "group": "p\\d+"}, "a regular expression with a capture group"),
        ({"folder": "x", "group": "(p"}, "a regular expression with a capture group"),
        ({"folder": "x", "classes": ["a"]}, "two or more different class names"),
        ({"folder": "x", "classes": ["a", True]}, "quote yes, no, on, off"),
        ({"folder": "x", "classes": ["5", 5]}, "different class names"),
        ({"folder": "x", "train_per_class": True}, "an integer from 1"),
        ({"folder": "x", "val_fraction": 0.5, "test_fraction": 0.5}, "are 1 together; less than 1"),
    ],
)
def test_a_wrong_setting_is_refused(mapping, said):
    with pytest.raises(SettingError) as caught:
        parse_source(mapping, "data.source")
    assert len(caught.value.problems) == 1
    assert said in str(caught.value)
    assert str(caught.value).startswith("data.source")


def test_a_source_made_in_python_is_held_to_the_same_rules():
    with pytest.raises(SettingError, match="exactly one"):
        DataSource(folder="x", torchvision="CIFAR10")


def test_the_message_caps_each_kind_and_problems_holds_all():
    error = DataError({"cannot be decoded": [f"{i}.png" for i in range(47)], "one class only": ["'a'"]}, "x")
    assert len(error.problems) == 48
    assert error.problems[46] == "cannot be decoded: 46.png"
    assert "... and 37 more of this kind" in str(error)
    assert "9.png" in str(error)
    assert "10.png" not in str(error)
    assert str(error).startswith("x: 48 problems\n")


def test_an_error_survives_pickling():
    error = DataError({"a": ["b"]}, "x")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)


def test_the_cache_folder_follows_the_environment(monkeypatch):
    monkeypatch.setenv("LRSTUDY_CACHE", "/a")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert cache_dir() == Path("/a")
    monkeypatch.delenv("LRSTUDY_CACHE")
    assert cache_dir() == Path("/b/lrstudy")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_dir() == Path.home() / ".cache" / "lrstudy"
