"""A class that a study file names: found, or refused in one sentence."""

import pytest

from study.named_objects import is_named, load_named


class Base:
    """What a named class has to derive from."""


@pytest.fixture(autouse=True)
def _module(tmp_path, monkeypatch):
    (tmp_path / "of_a_user.py").write_text(
        "from test_named_objects import Base\nclass Own(Base): ...\nclass Other: ...\nnumber = 3\n"
    )
    (tmp_path / "of_a_user_broken.py").write_text("raise RuntimeError('no\\nlicence')\n")
    monkeypatch.syspath_prepend(tmp_path)


def test_a_class_is_found_by_its_name():
    assert load_named("of_a_user:Own", Base).__name__ == "Own"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("of_a_user.Own", r"'of_a_user\.Own' is not allowed; package\.module:name"),
        ("of a user:Own", "is not allowed; package"),
        (
            "no_such_module_here:Own",
            r"can't be imported \(No module named 'no_such_module_here'\); .* on PYTHONPATH",
        ),
        ("of_a_user_broken:Own", r"can't be imported \(no licence\)"),
        ("of_a_user:Missing", "of_a_user has no Missing"),
        ("of_a_user:Other", r"does not fit; a class that derives from test_named_objects\.Base"),
        ("of_a_user:number", "does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(text, why):
    with pytest.raises(ValueError, match=why) as raised:
        load_named(text, Base)
    assert "\n" not in str(raised.value)


def test_the_form_is_told_without_an_import():
    assert is_named("no_such.module:Own")
    assert not is_named("tpe")
