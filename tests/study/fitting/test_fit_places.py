import pytest

from study.errors import StudyError
from study.fitting.places import MODEL, unfinished


def test_what_was_made_takes_its_place_when_it_is_whole(tmp_path):
    with unfinished(tmp_path / "mine") as part:
        (part / MODEL).mkdir()
        (part / MODEL / "file").write_text("made")
        assert not (tmp_path / "mine").exists()
    assert (tmp_path / "mine" / "file").read_text() == "made"
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_where_it_is_broken_off_nothing_is_left(tmp_path, error):
    with pytest.raises(error), unfinished(tmp_path / "mine"):
        raise error
    assert list(tmp_path.iterdir()) == []


def test_results_that_are_there_are_refused_before_anything_is_made(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(StudyError, match="exists already"), unfinished(tmp_path / "mine"):
        pytest.fail("it began")
    assert list((tmp_path / "mine").iterdir()) == []
