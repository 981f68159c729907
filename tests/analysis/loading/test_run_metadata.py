"""The metadata of a study: what is written is what is read, files of earlier and later versions included."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.loading.run_metadata import ConfirmedSplit, Extension, Look, RunMetadata, Winner

KEPT = Path(__file__).parent / "kept" / "run_of_0_1_0.json"

texts = st.text(max_size=8)
seconds = st.floats(0, 1e6)
values = st.one_of(st.none(), st.booleans(), st.integers(), seconds, texts)
winners = st.builds(
    Winner, run=texts, overall=st.booleans(), config=st.dictionaries(texts, values, max_size=3),
    repeat=st.none() | st.integers(1, 20),
)  # fmt: skip


def metadata_of(before: st.SearchStrategy[tuple[RunMetadata, ...]]) -> st.SearchStrategy[RunMetadata]:
    return st.builds(
        RunMetadata,
        study_id=texts, started=st.none() | texts.filter(bool), continued=st.lists(texts, max_size=2).map(tuple),
        classes=st.lists(texts, max_size=3).map(tuple),
        counts=st.dictionaries(texts, st.lists(st.integers(0, 9), max_size=3).map(tuple), max_size=2),
        data_notes=st.lists(texts, max_size=2).map(tuple), data_key=texts,
        normalisation=st.lists(texts, max_size=2).map(tuple),
        normalised_by=st.dictionaries(texts, st.dictionaries(texts, values, max_size=2), max_size=2),
        versions=st.dictionaries(texts, texts, max_size=2), machine=st.dictionaries(texts, values, max_size=2),
        profiled=st.booleans(), num_concurrent_trials=st.none() | st.integers(1, 99),
        winners=st.dictionaries(texts, st.lists(winners, max_size=2).map(tuple), max_size=2),
        target_grid=st.lists(seconds, max_size=3).map(lambda grid: tuple(sorted(grid))),
        planned_looks=st.lists(st.integers(2, 99), max_size=3).map(lambda looks: tuple(sorted(looks))),
        looks=st.lists(st.builds(Look, num_seeds=st.integers(2, 99), going_on=st.lists(texts, max_size=2).map(tuple),
                                 verdicts=st.dictionaries(texts, texts, max_size=2)), max_size=2).map(tuple),
        test_hash=st.none() | texts.filter(bool), test_split_uses_before=st.none() | st.integers(0, 9),
        pretrain_seconds=st.none() | seconds, ended=st.none() | texts.filter(bool),
        wall_seconds=st.none() | seconds, stage_seconds=st.dictionaries(texts, seconds, max_size=2),
        stopped_early=st.none() | texts.filter(bool),
        duplicates_skipped=st.dictionaries(texts, st.integers(0, 9), max_size=2),
        extensions=st.lists(st.builds(Extension, trials=st.integers(0, 9), seeds=st.integers(0, 9), when=texts),
                            max_size=2).map(tuple),
        before=before, others=st.dictionaries(texts.map("later {}".format), values, max_size=2),
    )  # fmt: skip


@settings(
    max_examples=40
)  # of some twenty-five fields each, and three times as many where there are `before`
@given(metadata=metadata_of(st.lists(metadata_of(st.just(())), max_size=2).map(tuple)))
def test_what_is_written_is_what_is_read(
    metadata: RunMetadata, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "run.json"
    metadata.write(path)
    assert RunMetadata.read(path) == metadata
    assert [file.name for file in path.parent.glob("run.json*")] == ["run.json"]


def test_every_field_is_stored() -> None:
    """Each under a key of its own: a field that `plain` forgets would be lost."""
    example = RunMetadata(
        study_id="1", started="a", continued=("b",), classes=("c",), counts={"train": (1,)}, set_sizes={"train": 1},
        data_notes=("d",),
        data_key="2", normalisation=("e",), normalised_by={"f": {}}, start_weights="g", versions={"h": "1"}, commit="i",
        machine={"j": 1}, profiled=True, num_concurrent_trials=2, winners={"k": ()}, target_grid=(0.5,),
        planned_looks=(5, 8), looks=(Look(num_seeds=5),), test_hash="l",
        splits=(ConfirmedSplit(data="r", test_hash="s", num_train=3, num_test=1),),
        test_split_uses_before=0, pretrain_seconds=0.0, ended="m", wall_seconds=0.0, stage_seconds={"n": 0.0},
        stopped_early="o", duplicates_skipped={"p": 0}, extensions=(Extension(),), before=(RunMetadata(),),
        others={"q": 1},
    )  # fmt: skip
    assert all(getattr(example, f.name) != getattr(RunMetadata(), f.name) for f in fields(RunMetadata))
    assert RunMetadata.parse(example.plain()) == example


def test_a_file_of_version_0_1_0_is_read_and_nothing_of_it_is_lost() -> None:
    metadata = RunMetadata.read(KEPT)
    assert metadata.study_id == "e8d3892f9f7d405b8a32ddb976e44b1d"
    assert metadata.num_concurrent_trials == 2
    assert metadata.counts["val"] == (36, 36, 36)
    assert metadata.winners["fixed"][0].run == "fixed-0000"
    assert metadata.winners["fixed"][0].config["lr"] == 0.0646642271741456
    assert (metadata.test_hash, metadata.test_split_uses_before) == ("a4e9d96feddfd1a9bbed42842d2ab4eb", 0)
    assert metadata.stage_seconds["search"] == 3.3005538469988096
    assert metadata.others == {}
    stored = json.loads(KEPT.read_text())
    of_nothing = {"profiled": False, "stopped_early": None, "duplicates_skipped": {}}
    assert {**of_nothing, **metadata.plain()} == stored


def test_a_key_may_be_missing_and_one_of_a_later_version_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    assert RunMetadata.read(path) == RunMetadata()
    path.write_text('{"started": "2026", "colour": "blue", "ended": null}')
    metadata = RunMetadata.read(path)
    assert metadata == RunMetadata(started="2026", others={"colour": "blue"})
    replace(metadata, commit="abc").write(path)
    assert json.loads(path.read_text()) == {"started": "2026", "commit": "abc", "colour": "blue"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "holds a list; it must be a mapping"),
        ('{"counts": 3}', "counts=3 must be a mapping"),
        ('{"classes": "ab"}', "classes='ab' must be a list"),
        ('{"extensions": [{"epochs": 3}]}', "is no Extension"),
        ('{"extensions": [3]}', "is no Extension"),
        ('{"winners": {"a": [3]}}', "is no Winner"),
        ('{"winners": {"a": 3}}', "a=3 must be a list"),
        ('{"counts": {"train": 3}}', "train=3 must be a list"),
        ('{"before": [3]}', "before=3 must be a mapping"),
        ('{"target_grid": [0.5, "high"]}', "target_grid=.* must be numbers"),
        ("\xff", "is not UTF-8"),
    ],
)
def test_what_is_no_metadata_is_refused_with_its_path(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=rf"run\.json.*{why}"):
        RunMetadata.read(path)
