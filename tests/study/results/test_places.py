"""A study is the same wherever its files lie."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.loading.run_metadata import RunMetadata
from study.cli import main
from study.errors import StudyError
from study.preparation.planning import prefix_group
from study.results.events import Event
from study.results.folder import Results
from study.results.places import is_copy, moved_paths, spec_without_places, without_places
from study.search.jobs import Job
from study.spec.study_file import dump_spec, load_spec, read_resolved
from study.tuning.searcher import _check_same
from trainables.data.sources.registry import READERS, Reader
from trainables.record import RunInfo

STUDY = """
name: s
data: {target: {folder: images}}
arms: {fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-3, 1e-1]}}}}
tracking: {uri: "sqlite:///runs.db"}
"""


def project(folder: Path) -> Path:
    (folder / "images" / "a").mkdir(parents=True)
    (folder / "runs.db").touch()
    (folder / "s.yaml").write_text(STUDY)
    (folder / "results" / "s" / "journal").mkdir(parents=True)
    return folder


def config(place: str, **more: object) -> dict[str, object]:
    paths = {
        "cache": f"{place}/cache",
        "save_weights": f"{place}/x.pt",
        "weights": f"{place}/cache/weights/abc.pt",
        "share_prefixes": f"s-{len(place)}",
    }
    return {**paths, "lr": 0.1, **more}


def test_a_run_is_the_same_in_another_folder_and_with_another_cache() -> None:
    info = RunInfo(
        study="s",
        arm="fixed",
        stage="search",
        run="fixed-0000",
        seed=0,
        architecture="small_resnet",
        recipe="fixed_rate",
        overall=False,
        config={},
    )
    job = Job(info=info, config=config("/home/b"))
    then = Event(kind="asked", at=0.0, run="fixed-0000", config=config("/mnt/old/a"))
    _check_same(job, then)
    with pytest.raises(StudyError, match=r"lr 0.2 -> 0.1"):
        _check_same(job, Event(kind="asked", at=0.0, run="fixed-0000", config=config("/home/b", lr=0.2)))
    other = config("/mnt/old/a", weights="/mnt/old/a/cache/weights/abd.pt")
    with pytest.raises(StudyError, match=r"weights 'abd.pt' -> 'abc.pt'"):
        _check_same(job, Event(kind="asked", at=0.0, run="fixed-0000", config=other))
    assert without_places({"weights": "IMAGENET1K_V1"}) == {"weights": "IMAGENET1K_V1"}


def test_a_study_is_the_same_in_another_folder(tmp_path: Path) -> None:
    here, there = (load_spec(project(tmp_path / name) / "s.yaml") for name in ("here", "a/b/there"))
    assert here != there
    assert dump_spec(spec_without_places(here)) == dump_spec(spec_without_places(there))
    assert prefix_group(here) == prefix_group(there)
    other = load_spec(tmp_path / "here" / "s.yaml", overrides=["budget.trials=3"])
    assert prefix_group(here) != prefix_group(other)


def test_paths_follow_a_project_that_was_moved_as_a_whole(tmp_path: Path) -> None:
    old = project(tmp_path / "old")
    results = old / "results" / "s"
    (results / "study.yaml").write_text(dump_spec(load_spec(old / "s.yaml")))
    new = old.rename(tmp_path / "new \"place\": #1 {'x'}")
    results = new / "results" / "s"
    before = read_resolved(results / "study.yaml")
    spec = load_spec(results / "study.yaml", overrides=tuple(moved_paths(before, results)))
    assert spec.storage == str(new / "results")
    assert spec.data.target.folder == str(new / "images")
    assert spec.tracking.uri == f"sqlite:///{new / 'runs.db'}"


def test_results_that_were_not_moved_have_no_new_places(tmp_path: Path) -> None:
    old = project(tmp_path / "old")
    (tmp_path / "link").symlink_to(old)
    spec = load_spec(old / "s.yaml")
    assert list(moved_paths(spec, old / "results" / "s")) == []
    assert list(moved_paths(spec, tmp_path / "link" / "results" / "s")) == []


def test_images_that_stayed_are_found_where_they_are(tmp_path: Path) -> None:
    old = project(tmp_path / "old")
    before = load_spec(old / "s.yaml")
    (old / "results").rename(tmp_path / "results")
    assert list(moved_paths(before, tmp_path / "results" / "s")) == [f'storage="{tmp_path / "results"}"']


def test_a_copy_whose_original_is_there_is_told_from_a_moved_study(tmp_path: Path) -> None:
    old = project(tmp_path / "old")
    before = load_spec(old / "s.yaml")
    copied = Results(folder=tmp_path / "copy" / "s")
    copied.folder.mkdir(parents=True)
    for results in (Results(folder=old / "results" / "s"), copied):
        RunMetadata(study_id="1").write(results.run_metadata)
    assert is_copy(before, copied)
    assert not is_copy(before, Results(folder=old / "results" / "s"))
    (old / "results").rename(tmp_path / "away")
    assert not is_copy(before, copied)


def test_results_in_a_folder_that_is_not_named_in_unicode_are_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = project(tmp_path / "old")
    (old / "results" / "s" / "study.yaml").write_text(dump_spec(load_spec(old / "s.yaml")))
    results = str(old.rename(tmp_path / "caf\udce9") / "results" / "s")
    for command in (["report"], ["sync"], ["ui"], ["resume"], ["extend", "--seeds", "1"]):
        assert main([*command, results]) == 1
        said = capsys.readouterr().err
        assert said.endswith("is not Unicode; rename it\n")
        assert said.count("\n") == 1


def test_the_path_of_a_reader_starts_from_the_files_folder_and_moves_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(lists="nowhere:read", image_size=8, takes_path=True)
    monkeypatch.setitem(READERS, "table", reader)
    monkeypatch.setitem(READERS, "drawn", replace(reader, takes_path=False))
    specs = []
    for place in (tmp_path / "old", tmp_path / "new"):
        project(place)
        (place / "labels.csv").touch()
        (place / "s.yaml").write_text(STUDY.replace("folder: images", "table: labels.csv"))
        specs.append(load_spec(place / "s.yaml"))
        assert specs[-1].data.target.registered == ("table", str(place / "labels.csv"))
    then, now = map(spec_without_places, specs)
    assert dump_spec(then) == dump_spec(now)
    results = tmp_path / "old" / "results" / "s"
    (results / "study.yaml").write_text(dump_spec(specs[0]))
    moved = (tmp_path / "old").rename(tmp_path / "moved") / "results" / "s"
    assert f'data.target.table="{tmp_path}/moved/labels.csv"' in tuple(moved_paths(specs[0], moved))
    (tmp_path / "new" / "s.yaml").write_text(STUDY.replace("folder: images", "drawn: labels.csv"))
    assert load_spec(tmp_path / "new" / "s.yaml").data.target.registered == ("drawn", "labels.csv")
