"""Tables of answers: three forms, whole or not at all, never over an older file unless asked to."""

import json
from pathlib import Path

import pandas as pd
import pytest

from study.errors import StudyError
from study.models.answer_table import check_place, table_of, write_table

COLUMNS = ("class", "probability", "p_cat", "p_dog", "error")
ROWS: list[tuple[object, ...]] = [
    ("dog", 0.75, 0.25, 0.75, None),
    (None, None, None, None, "no image"),
    ("cat", 1.0, 1.0, 0.0, None),
]
PATHS = (Path("a.png"), Path("=b.png"), Path("c.png"))


@pytest.fixture
def table() -> pd.DataFrame:
    return table_of(PATHS, ROWS, COLUMNS)


def test_the_three_forms_hold_the_same(table: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("t.csv", "t.json", "t.parquet"):
        write_table(table, tmp_path / name)
    assert (tmp_path / "t.csv").read_text() == (
        "path,class,probability,p_cat,p_dog,error\n"
        "a.png,dog,0.75,0.25,0.75,\n"
        "'=b.png,,,,,no image\n"
        "c.png,cat,1.0,1.0,0.0,\n"
    )
    assert json.loads((tmp_path / "t.json").read_text())[:2] == [
        {"path": "a.png", "class": "dog", "probability": 0.75, "p_cat": 0.25, "p_dog": 0.75, "error": None},
        {
            "path": "=b.png",
            "class": None,
            "probability": None,
            "p_cat": None,
            "p_dog": None,
            "error": "no image",
        },
    ]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), table, check_dtype=False)


def test_of_files_that_all_cannot_be_read_probabilities_are_still_numbers() -> None:
    table = table_of(PATHS[:1], [ROWS[1]], COLUMNS)
    assert str(table["p_cat"].dtype) == "float64"


def test_a_place_that_cannot_be_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("kept")
    with pytest.raises(StudyError, match=r"t.xlsx: its ending says .* .csv, .json, .parquet are allowed"):
        check_place(tmp_path / "t.xlsx", force=False)
    with pytest.raises(StudyError, match="there is no folder"):
        check_place(tmp_path / "no" / "t.csv", force=False)
    with pytest.raises(StudyError, match=r"there.csv is there already; .* --force"):
        check_place(tmp_path / "there.csv", force=False)
    check_place(tmp_path / "there.csv", force=True)


def test_a_write_that_breaks_off_leaves_the_older_file_and_no_other(
    table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.parquet").write_text("kept")

    def full(self: pd.DataFrame, file: Path, **_: object) -> None:
        file.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(StudyError, match=r"t.parquet cannot be written: No space left on device"):
        write_table(table, tmp_path / "t.parquet")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("t.parquet", "kept")]
