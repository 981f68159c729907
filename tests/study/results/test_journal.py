import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.loading.study import load_study
from study.results.journal import Journal, columns, write_tables
from study.results.line_files import read_lines
from trainables.data import PreparedData
from trainables.record import EpochRecord, RunInfo, to_row, without_epoch


def info(run: str = "fixed-confirm-1") -> RunInfo:
    return RunInfo(
        study="s", arm="fixed", stage="confirm", run=run, seed=1, architecture="small_resnet", recipe="fixed_rate",
        overall=True, config={"data": "d"},
    )  # fmt: skip


def record(**values: object) -> EpochRecord:
    base = {
        "epoch": 1, "phase": "all", "cycle": 0, "cycle_ended": False, "judged": True, "status": "finished",
        "rates": {"stem": 0.1, "head": 0.2}, "num_steps": 3, "body_passes": 9,
    }  # fmt: skip
    return EpochRecord(**{**base, **values})  # type: ignore[arg-type]


def test_what_is_written_is_what_the_table_holds(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(info(), record(val_accuracy=0.5, cost_seconds=1.5))
    journal.write(info(), without_epoch("out_of_memory", epochs=1))
    journal.close()
    write_tables(tmp_path)
    table = pd.read_parquet(tmp_path / "records.parquet")
    assert list(table.columns) == columns()
    assert list(table["val_accuracy"].isna()) == [False, True]
    assert table["val_accuracy"][0] == 0.5
    assert list(table["status"]) == ["finished", "out_of_memory"]
    assert json.loads(table["rates"][0]) == {"stem": 0.1, "head": 0.2}
    assert set(to_row(info(), record())) == set(table.columns)


def test_measurements_that_nobody_made_are_missing_floats(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(info(), record())
    journal.close()
    write_tables(tmp_path)
    table = pd.read_parquet(tmp_path / "records.parquet")
    assert table["test_accuracy"].dtype == "float64"
    assert table["suggested_lr"].dtype == "float64"
    assert table["test_accuracy"].isna().all()


def test_measurements_with_parts_are_texts_and_missing_where_nobody_made_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    last = record(
        epoch=2,
        val_recalls=(0.5, None),
        val_confusion=((1, 1), (0, 0)),
        further={"val/tta/objective": 0.75},
        restored_epoch=1,
    )
    journal.write(info(), record(status="running"))
    journal.write(info(), last)
    journal.close()
    write_tables(tmp_path)
    table = pd.read_parquet(tmp_path / "records.parquet")
    assert list(table["val_recalls"].isna()) == [True, False]
    assert list(table["val_confusion"].isna()) == [True, False]
    assert json.loads(table["val_recalls"][1]) == [0.5, None]
    assert json.loads(table["val_confusion"][1]) == [[1, 1], [0, 0]]
    assert [json.loads(text) for text in table["further"]] == [{}, {"val/tta/objective": 0.75}]
    assert table["test_recalls"].isna().all()
    assert table["restored_epoch"].dtype == "float64"


def test_a_line_that_was_cut_off_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"a": 1}\n{"a": {"a": 2}\n{"a": 3}\n{"a"')
    assert list(read_lines(tmp_path / "x.jsonl")) == [{"a": 1}, {"a": 3}]


def test_predictions_carry_the_labels_and_names_of_the_test_images(
    tmp_path: Path, digits: PreparedData
) -> None:
    test = digits.split("test")
    journal = Journal(tmp_path / "journal")
    wrong = tuple((int(label) + 1) % 5 for label in test.labels)
    journal.write(info(), record(test_predictions=wrong, test_true_probabilities=(0.25,) * len(wrong)))
    journal.write_test_split(test, data_key="d")
    journal.close()
    write_tables(tmp_path)
    table = pd.read_parquet(tmp_path / "predictions.parquet")
    assert list(table["label"]) == test.labels.tolist()
    assert list(table["id"]) == list(test.ids)
    assert (table["predicted"] != table["label"]).all()
    assert list(table["image"]) == list(range(len(test.labels)))


def test_predictions_carry_the_groups_of_the_test_images(tmp_path: Path, digits: PreparedData) -> None:
    test = digits.split("test")
    names = tuple(f"patient {index // 2}" if index else None for index in range(len(test.labels)))
    for folder, groups in ((tmp_path / "today", names), (tmp_path / "before", None)):
        journal = Journal(folder / "journal")
        right = tuple(test.labels.tolist())
        journal.write(info(), record(test_predictions=right, test_true_probabilities=(0.25,) * len(right)))
        journal.write_test_split(replace(test, groups=names), data_key="d")
        if groups is None:  # as an earlier version wrote it
            split = (folder / "journal" / "test_split-d.json").rename(folder / "journal" / "test_split.json")
            content = json.loads(split.read_text())
            del content["group"]
            split.write_text(json.dumps(content))
        journal.close()
        write_tables(folder)
        table = pd.read_parquet(folder / "predictions.parquet")
        found = tuple(None if pd.isna(group) else group for group in table["group"])
        assert found == ((None,) * len(right) if groups is None else names)


def test_an_image_has_one_number_in_whichever_test_splits_it_is(tmp_path: Path, digits: PreparedData) -> None:
    test = digits.split("test")
    journal = Journal(tmp_path / "journal")
    places = {"d": [0, 1, 2], "e": [2, 0, 3]}
    for key, chosen in places.items():
        part = replace(
            test,
            labels=test.labels[chosen],
            ids=tuple(test.ids[i] for i in chosen),
            groups=tuple(test.groups[i] for i in chosen),
        )
        run = replace(info(), run=f"fixed-confirm-{key}", config={"data": key})
        right = tuple(part.labels.tolist())
        journal.write(run, record(test_predictions=right, test_true_probabilities=(0.5,) * 3))
        journal.write_test_split(part, data_key=key)
    journal.close()
    write_tables(tmp_path)
    table = pd.read_parquet(tmp_path / "predictions.parquet")
    assert list(table["image"]) == [0, 1, 2, 2, 0, 3]
    assert list(table["id"]) == [test.ids[i] for chosen in places.values() for i in chosen]
    assert (table["label"] == table["predicted"]).all()


def test_analysis_reads_what_the_journal_writes(tmp_path: Path) -> None:
    """The contract between the one that writes and the one that reads."""
    journal = Journal(tmp_path / "journal")
    journal.write(info(), record(objective=0.5, val_objective=0.5, cost_seconds=1.0))
    journal.close()
    write_tables(tmp_path)
    (tmp_path / "study.yaml").write_text(
        "name: s\narms: {fixed: {recipe: fixed_rate}}\ncompare: {reference: fixed, objective: accuracy}\n"
    )
    study = load_study(tmp_path)
    assert study.name == "s"
    assert study.records["objective"].tolist() == [0.5]


def test_a_run_that_went_on_elsewhere_is_one_run(tmp_path: Path) -> None:
    """The paths in its configuration are others after its study, or the cache, was moved."""
    journal = Journal(tmp_path / "journal")
    journal.write(replace(info(), config={"cache": "/old"}), record(status="running", val_objective=0.4))
    journal.write(
        replace(info(), config={"cache": "/new"}), record(epoch=2, objective=0.5, val_objective=0.5)
    )
    journal.close()
    write_tables(tmp_path)
    (tmp_path / "study.yaml").write_text(
        "name: s\narms: {fixed: {recipe: fixed_rate}}\ncompare: {reference: fixed, objective: accuracy}\n"
    )
    assert load_study(tmp_path).records["epoch"].tolist() == [1, 2]


@pytest.mark.parametrize("status", ["diverged", "failed", "out_of_memory"])
def test_a_run_that_ended_within_an_epoch_has_no_measurement(status: str) -> None:
    row = to_row(info(), without_epoch(status, epochs=4))  # type: ignore[arg-type]
    assert row["epoch"] == 5
    assert row["val_objective"] is None
    assert row["objective"] is None


def test_a_table_is_made_anew_where_its_journal_has_grown_and_only_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(info(), record(val_accuracy=0.5, status="running"))
    write_tables(tmp_path)
    table = tmp_path / "records.parquet"
    written = table.stat().st_mtime_ns
    write_tables(tmp_path)
    assert table.stat().st_mtime_ns == written
    journal.write(info(), record(epoch=2))
    write_tables(tmp_path)
    assert len(pd.read_parquet(table)) == 2
    table.write_bytes(b"cut off")
    write_tables(tmp_path)
    assert len(pd.read_parquet(table)) == 2
    journal.close()


def test_tables_without_their_journal_stay_as_they_are(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(info(), record(val_accuracy=0.5))
    journal.close()
    write_tables(tmp_path)
    before = (tmp_path / "records.parquet").read_bytes()
    (tmp_path / "journal" / "records.jsonl").unlink()
    write_tables(tmp_path)
    assert (tmp_path / "records.parquet").read_bytes() == before
