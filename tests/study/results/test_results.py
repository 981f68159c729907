from pathlib import Path

import pytest

from study.errors import StudyError
from study.results.folder import create_results, open_results, write_whole


def test_a_finished_study_is_never_overwritten(tmp_path: Path) -> None:
    results, lock = create_results(tmp_path / "s")
    write_whole(results.spec, "name: s\n")
    results.journal.mkdir()
    (results.journal / "records.jsonl").write_text("{}\n")
    lock.release()
    with pytest.raises(StudyError, match=r"was run already.*-s name="):
        create_results(tmp_path / "s")


def test_two_drivers_do_not_share_a_study(tmp_path: Path) -> None:
    _, lock = create_results(tmp_path / "s")
    write_whole(tmp_path / "s" / "study.yaml", "name: s\n")
    with pytest.raises(StudyError, match="another driver"):
        create_results(tmp_path / "s")
    lock.release()


def test_a_start_that_failed_before_the_first_record_may_be_repeated(tmp_path: Path) -> None:
    results, lock = create_results(tmp_path / "s")
    write_whole(results.spec, "name: s\n")
    results.journal.mkdir()
    (results.journal / "optuna.log").write_text("left over")
    lock.release()
    again, lock = create_results(tmp_path / "s")
    assert not (again.journal / "optuna.log").exists()
    lock.release()


def test_a_folder_of_the_users_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "thesis.tex").write_text("mine")
    with pytest.raises(StudyError, match="not empty and holds no study"):
        create_results(tmp_path / "s")
    assert (tmp_path / "s" / "thesis.tex").read_text() == "mine"


def test_a_driver_shows_that_it_is_running(tmp_path: Path) -> None:
    results, lock = create_results(tmp_path / "s")
    write_whole(results.spec, "name: s\n")
    assert open_results(tmp_path / "s").is_running()
    lock.release()
    assert not results.is_running()
    with pytest.raises(StudyError, match="holds no study"):
        open_results(tmp_path / "nothing")
