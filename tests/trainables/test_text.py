import pytest

from trainables.text import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1000, "1000 images")]
)
def test_a_noun_stands_in_the_plural_but_after_one(number: int, words: str) -> None:
    assert counted(number, "image") == words


def test_a_verb_follows_the_number() -> None:
    assert counted(1, "image", "has", "have") == "1 image has"
    assert counted(0, "image", "has", "have") == "0 images have"
