"""The columns of a list: named, found by their names, or asked for."""

import pandas as pd
import pytest

IMAGES = ("a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg")


def lines(head, row=lambda image: f"{image},{image[0]}"):
    return [head, *map(row, IMAGES)]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("path,label", "path: path, label: label"),
        ("Image Path,Class", "path: Image Path, label: Class"),
        ("file_name,target", "path: file_name, label: target"),
        ("id,breed", "path: id, label: breed"),
    ],
)
def test_columns_are_found_by_their_names_or_as_the_only_ones(write_list, read, head, found):
    pool = read(write_list(lines(head), images=IMAGES))
    assert pool.classes == ("a", "b")
    assert pool.notes == (f"columns found by their names: {found}",)


def test_a_column_of_patients_is_not_taken_for_one_that_could_be_the_classes(write_list, read):
    pool = read(write_list(lines("file,shape,patient", lambda i: f"{i},{i[0]},{i[1]}"), images=IMAGES))
    assert pool.classes == ("a", "b")
    assert pool.notes == (
        "columns found by their names: path: file, label: shape",
        "there is a column patient: with group: patient its images stay in one split",
    )


def test_named_columns_are_taken_and_need_no_note(write_list, read):
    rows = lines("a,b,label", lambda image: f"{image},{image[1]},{image[0]}")
    pool = read(write_list(rows, images=IMAGES), path="a", label="b")
    assert pool.classes == ("0", "1")
    assert pool.notes == ()


@pytest.mark.parametrize(
    ("head", "settings", "said"),
    [
        ("path,label", {"label": "lable"}, "label: there is no column 'lable' (did you mean label?)"),
        ("path,Label", {"label": "label"}, "label: there is no column 'label' (did you mean Label?)"),
        ("path,label", {"group": "patient"}, "group: there is no column 'patient'; there are path, label"),
        ("path,label", {"split": "splitt"}, "split: there is no column 'splitt'"),
        ("path,what,where", {}, "label: none of path, what, where is clearly it; name one: label: COLUMN"),
        ("path,label,class", {}, "label: could be label or class; name one: label: label"),
        ("a0.jpg,a", {}, "the first line has to name the columns; here it is a0.jpg, a"),
    ],
)
def test_what_nobody_can_tell_is_asked_for(write_list, problems, head, settings, said):
    rows = lines(head, lambda image: ",".join([image, image[0], image[0]][: head.count(",") + 1]))
    found = problems(write_list(rows, images=IMAGES), **settings)
    assert len(found) == 1
    assert said in found[0]


def test_of_several_columns_that_could_be_paths_the_one_whose_values_are_files_is_taken(write_list, read):
    rows = lines("image,path,label", lambda image: f"x-{image},{image},{image[0]}")
    assert (
        "columns found by their names: path: path, label: label"
        in read(write_list(rows, images=IMAGES)).notes
    )


def test_words_for_splits_are_known_in_any_letters(write_list, read):
    words = iter(("Training", "DEV", "train", "eval"))
    rows = lines("path,label,Set", lambda image: f"{image},x{image[1]},{next(words)}")
    pool = read(write_list(rows, images=IMAGES), recut="all")
    assert [image.split for image in pool.images] == [None] * 4
    words = iter(("Training", "TRAIN", "validation", "Valid"))
    rows = lines("path,label,Set", lambda image: f"{image},x{image[1]},{next(words)}")
    assert [i.split for i in read(write_list(rows, images=IMAGES)).images] == ["train", "train", "val", "val"]


def test_a_column_of_numbered_folds_is_no_split_unless_it_is_named(write_list, read, problems):
    path = write_list(lines("path,label,fold", lambda image: f"{image},{image[0]},3"), images=IMAGES)
    assert "column fold has no words for splits (3, ...): splits are cut" in read(path).notes
    words = "train, training, val, valid, validation, dev, test, testing, eval, evaluation"
    assert problems(path, split="fold") == (
        f"words in column fold that are no split ({words}): '3' in 4 rows",
    )


def test_images_without_a_split_and_a_list_without_train_are_refused(write_list, problems):
    rows = ["path,label,split", "a0.jpg,a,test", "a1.jpg,a,", "b0.jpg,b,test", "b1.jpg,b,test"]
    assert problems(write_list(rows, images=IMAGES)) == (
        "images without a split (column split): line 3",
        "splits: column split has test but no train",
    )


def test_groups_come_from_a_column_a_pattern_or_a_file_and_are_offered(write_list, read, problems):
    rows = lines("path,label,patient", lambda image: f"{image},{image[0]},p{image[1]}")
    path = write_list(rows, images=IMAGES)
    assert "there is a column patient: with group: patient its images stay in one split" in read(path).notes
    assert [image.group for image in read(path, group="patient").images] == ["p0", "p1", "p0", "p1"]
    assert [image.group for image in read(path, group=r"(\d)\.jpg").images] == ["0", "1", "0", "1"]
    (path.parent / "who.csv").write_text("file,of\n" + "\n".join(f"{image},{image[0]}x" for image in IMAGES))
    assert [image.group for image in read(path, group="who.csv:of").images] == ["ax", "ax", "bx", "bx"]
    path.write_text(path.read_text().replace("a1.jpg,a,p1", "a1.jpg,a,"))
    assert problems(path, group="patient") == ("images without a group (group: patient): line 3: a1.jpg",)


def test_one_group_written_as_a_number_in_two_ways_is_refused(write_list, problems):
    rows = lines("path,label,who", lambda image: f"{image},{image[0]},{'3' if image[0] == 'a' else '3.0'}")
    said = "groups that are the same number (group: who): 3 and 3.0"
    assert problems(write_list(rows, images=IMAGES), group="who") == (said,)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"path": "tags", "label": "kind"}, "path"),
        ({"split": "tags", "label": "kind"}, "split"),
        ({"group": "tags", "label": "kind"}, "group"),
        ({"label": ("tags", "kind")}, "label"),
    ],
)
def test_a_column_of_lists_is_one_of_labels_alone(write_list, problems, tmp_path, settings, key):
    write_list([], images=IMAGES)
    columns = {"path": IMAGES, "tags": [["a"] for _ in IMAGES], "kind": [name[0] for name in IMAGES]}
    pd.DataFrame(columns).to_parquet(tmp_path / "labels.parquet")
    said = f"columns: {key}: 'tags' has a list in a row; a column of single values"
    assert problems(tmp_path / "labels.parquet", **settings) == (said,)


def test_a_column_of_lists_is_no_path_whatever_its_name(write_list, read, tmp_path):
    write_list([], images=IMAGES)
    columns = {"where": IMAGES, "image": [["a"] for _ in IMAGES], "label": [name[0] for name in IMAGES]}
    pd.DataFrame(columns).to_parquet(tmp_path / "labels.parquet")
    notes = read(tmp_path / "labels.parquet").notes
    assert "columns found by their names: path: where, label: label" in notes
