"""The classes that the labels of a list come to."""

import pytest

IMAGES = ("a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg")


def lines(*labels):
    return ["path,label", *(f"{image},{label}" for image, label in zip(IMAGES, labels, strict=True))]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (("1", "1", "10", "2"), ("1", "2", "10")),
        (("1.0", "1.0", "2.0", "2.0"), ("1", "2")),
        (("1.5", "1.5", "2.0", "2.0"), ("1.5", "2.0")),
        (("007", "007", "8", "8"), ("8", "007")),
        (("NA", "NA", "nan", "nan"), ("NA", "nan")),
        (("None", "None", "null", "null"), ("None", "null")),
        ((" cat", "cat ", "dog", "dog"), ("cat", "dog")),
        (('"big, grey"', '"big, grey"', "dog", "dog"), ("big, grey", "dog")),
        (("Katze", "Katze", "Käfer", "Käfer"), ("Katze", "Käfer")),
    ],
)
def test_a_label_is_text_as_it_stands_but_for_blanks_and_points(write_list, read, labels, classes):
    assert read(write_list(lines(*labels), images=IMAGES)).classes == classes


def test_the_same_number_written_in_two_ways_is_refused(write_list, problems):
    assert problems(write_list(lines("1", "1.0", "2", "2"), images=IMAGES)) == (
        "classes that are the same number: 1 and 1.0; write them alike",
    )


def test_every_image_without_a_label_is_named_with_its_line(write_list, problems):
    path = write_list(["path,label", "a0.jpg,", "a1.jpg, ", "b0.jpg", "b1.jpg,dog"], images=IMAGES)
    kind = "images without a label (fill it in, or take the line out)"
    assert problems(path) == (
        f"{kind}: line 2: a0.jpg",
        f"{kind}: line 3: a1.jpg",
        f"{kind}: line 4: b0.jpg",
        "one class only: 'dog'; allowed: two or more",
    )


def test_names_that_leave_doubts_are_pointed_out(write_list, read):
    notes = read(write_list(lines("Cat", "cat", "NA", "NA"), images=IMAGES)).notes
    assert "classes that are nearly written alike: Cat (1) and cat (1)" in notes
    unseen = read(write_list(lines("cat", "cat\u200b", "NA", "NA"), images=IMAGES)).notes
    assert any(note.startswith("classes that are nearly written alike: cat (1) and cat") for note in unseen)
    assert "taken as names of classes: NA (2); classes leaves one out" in notes
    notes = read(write_list(lines("a;b", "a;b", "a", "a"), images=IMAGES)).notes
    assert any("'a;b' are one class each; if they are several, name the separator" in note for note in notes)


def test_labels_that_are_all_different_are_no_classes(write_list, problems):
    assert problems(write_list(lines("0.1", "0.2", "0.3", "0.4"), images=IMAGES)) == (
        "label: 4 different ones (0.1, 0.2, 0.3, ...) of 4 images are no classes",
    )


def test_chosen_classes_stand_in_their_order_and_the_others_need_no_files(write_list, read, problems):
    path = write_list([*lines("cat", "cat", "dog", "dog"), "gone.jpg,eel"], images=IMAGES)
    pool = read(path, classes=("dog", "cat"))
    assert pool.classes == ("dog", "cat")
    assert [image.label for image in pool.images] == [1, 1, 0, 0]
    assert problems(path, classes=("dog", "fox")) == ("unknown class: 'fox'; there are cat, dog, eel",)


def test_columns_of_which_each_image_has_one_are_classes(write_list, read):
    rows = ["path,cat,dog", "a0.jpg,1,0", "a1.jpg,1.0,0.0", "b0.jpg,false,True", "b1.jpg,0,1"]
    pool = read(write_list(rows, images=IMAGES), label=("dog", "cat"))
    assert pool.classes == ("dog", "cat")
    assert [image.label for image in pool.images] == [1, 1, 0, 0]
    assert "every image has one of the labels: they are taken as classes" in pool.notes


def test_a_column_of_labels_takes_nothing_but_0_and_1(write_list, problems):
    rows = ["path,cat,dog", "a0.jpg,-1,0", "a1.jpg,1,", "b0.jpg,0,1", "b1.jpg,0,1"]
    assert problems(write_list(rows, images=IMAGES), label=("cat", "dog"))[:2] == (
        "labels that are neither 0 nor 1: line 2: a0.jpg: cat is '-1'",
        "labels that are neither 0 nor 1: line 3: a1.jpg: dog is ''",
    )
