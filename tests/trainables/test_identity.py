"""Declared names of values in caches and saved states: equal exactly where values are."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.identity import identity, stored_as


@stored_as("Inner", renamed="old")
@dataclass(frozen=True, kw_only=True)
class Inner:
    renamed: float = 0.1
    words: str = "it's"


@stored_as("Outer of before")
@dataclass(frozen=True, kw_only=True)
class Outer:
    number: int = 1
    given: bool = False
    inner: Inner = Inner()
    several: tuple[float | Inner | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Derived(Inner):
    more: int = 2


def test_a_value_is_written_with_declared_names_and_all_its_fields() -> None:
    value = (Outer(several=(1.0, None)), [5e-4], ("a",), ())
    assert identity(value) == (
        '(Outer of before(number=1, given=False, inner=Inner(old=0.1, words="it\'s"), several=(1.0, None)), '
        "[0.0005], ('a',), ())"
    )


def test_numbers_of_numpy_are_written_as_pythons() -> None:
    assert identity((np.float64(0.1), "x")) == "(0.1, 'x')"


@pytest.mark.parametrize(
    "value",
    [{"a": 1}, {1}, object(), Derived(), (Derived(),), b"x"],
    ids=["mapping", "set", "object", "derived", "nested", "bytes"],
)
def test_what_has_no_declared_name_is_refused(value: object) -> None:
    """Its `repr` would change with its class's name, or with a set's order; a derived class is another format."""
    with pytest.raises(TypeError, match="has no stored name"):
        identity(value)


def test_a_renamed_field_has_to_be_there() -> None:
    with pytest.raises(AssertionError):
        stored_as("Inner", gone="old")(Inner)


numbers = st.floats(allow_nan=False).map(lambda number: number + 0.0)  # settings have no -0.0
inners = st.builds(Inner, renamed=numbers, words=st.text(max_size=3))
outers = st.builds(
    Outer,
    number=st.integers(),
    given=st.booleans(),
    inner=inners,
    several=st.lists(numbers | st.none() | inners, max_size=3).map(tuple),
)


@given(outers, outers)
def test_identities_are_equal_exactly_where_values_are(one: Outer, other: Outer) -> None:
    assert (identity(one) == identity(other)) is (one == other)
    assert identity(one) == identity(replace(one))


@given(outers, outers)
def test_a_change_of_any_field_changes_the_identity(one: Outer, other: Outer) -> None:
    for field in fields(Outer):
        changed = replace(one, **{field.name: getattr(other, field.name)})
        assert (identity(changed) == identity(one)) is (changed == one)
