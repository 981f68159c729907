"""Lists in which an image may have several labels: a column for each, one with a separator, or lists in Parquet."""

import pandas as pd
import pytest

from trainables.data import DataSource, prepare

IMAGES = tuple(f"{index}.png" for index in range(6))
TAGS = ("b; a", "", "a", "c;b", "b", "a;a")
SETS = [[1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 0], [1, 0, 0]]


def read_sets(read, path, **settings):
    pool = read(path, **settings)
    assert pool.label_sets is not None
    assert tuple(image.id for image in pool.images) == IMAGES
    return pool.classes, pool.label_sets.tolist(), pool.notes


def test_a_separator_parts_the_labels_of_a_column(write_list, read):
    path = write_list(
        ["path,tags", *(f"{n},{tags}" for n, tags in zip(IMAGES, TAGS, strict=True))], images=IMAGES
    )
    classes, sets, notes = read_sets(read, path, label="tags", separator=";")
    assert (classes, sets) == (("a", "b", "c"), SETS)
    assert "1 image has none of the labels" in notes
    classes, sets, _ = read_sets(read, path, label="tags", separator=";", classes=("b", "a"))
    assert (classes, sets) == (("b", "a"), [[row[1], row[0]] for row in SETS])


def test_columns_of_0_and_1_are_labels_in_the_order_in_which_they_are_named(write_list, read):
    rows = [f"{n},{a},{b},{c}" for n, (a, b, c) in zip(IMAGES, SETS, strict=True)]
    path = write_list(["path,a,b,c", *reversed(rows)], images=IMAGES)
    classes, sets, _ = read_sets(read, path, label=("c", "a"))
    assert (classes, sets) == (("c", "a"), [[c, a] for a, _, c in SETS])


def test_lists_in_parquet_are_labels(write_list, read, tmp_path):
    write_list([], images=IMAGES)
    tags = [[name for name, has in zip("abc", row, strict=True) if has] for row in SETS]
    pd.DataFrame({"path": IMAGES, "label": tags}).to_parquet(tmp_path / "labels.parquet")
    assert read_sets(read, tmp_path / "labels.parquet")[:2] == (("a", "b", "c"), SETS)


@pytest.mark.parametrize("again", ["0.png,b", "./0.png,"])
def test_a_file_with_two_sets_of_labels_is_refused(write_list, problems, again):
    rows = ["path,tags", *(f"{n},{tags}" for n, tags in zip(IMAGES, TAGS, strict=True)), again]
    found = problems(write_list(rows, images=IMAGES), label="tags", separator=";")
    assert found == (
        f"files with two labels: 0.png: a, b in line 2, {again.split(',')[1] or 'none'} in line 8",
    )


def test_the_order_of_the_labels_is_no_contradiction(write_list, read):
    rows = ["path,tags", *(f"{n},{tags}" for n, tags in zip(IMAGES, TAGS, strict=True)), "0.png,a;b"]
    _, sets, notes = read_sets(read, write_list(rows, images=IMAGES), label="tags", separator=";")
    assert sets == SETS
    assert "1 row repeats another one" in notes


@pytest.mark.parametrize("kind", [int, bool, float])
def test_rows_of_0_and_1_that_name_no_label_are_refused(write_list, problems, tmp_path, kind):
    write_list([], images=IMAGES)
    flags = [list(map(kind, row)) for row in SETS]
    pd.DataFrame({"path": IMAGES, "label": flags}).to_parquet(tmp_path / "labels.parquet")
    assert problems(tmp_path / "labels.parquet") == (
        "label: column label has 3 values of 0 and 1 in every row; make a column of each, and name them: "
        "label: [NAME, NAME]",
    )


@pytest.mark.parametrize(
    ("line", "settings"),
    [("0,0", {"label": ("a", "b")}), (",", {"label": "a", "separator": ";"})],
)
def test_a_list_without_any_label_is_refused(write_list, problems, line, settings):
    path = write_list(["path,a,b", *(f"{name},{line}" for name in IMAGES)], images=IMAGES)
    assert problems(path, **settings) == ("label: none of 6 images has a label",)


def test_they_are_prepared_and_several_labels_stay_with_their_images(write_list, cache):
    images = [f"{index:02d}.png" for index in range(30)]
    rows = ["path,even,third", *(f"{n},{1 - i % 2},{int(i % 3 == 0)}" for i, n in enumerate(images))]
    path = write_list(rows, images=images)
    data = prepare(DataSource(csv=str(path), label=("even", "third")), cache=cache)
    assert data.task == "multi_label"
    for name in ("train", "val", "test"):
        split = data.split(name)
        numbers = [int(image[:2]) for image in split.ids]
        assert split.labels.tolist() == [[1 - i % 2, int(i % 3 == 0)] for i in numbers]
