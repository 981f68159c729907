"""The files that a list's paths mean, and what is said where there are none."""

import unicodedata

import pytest

IMAGES = ("in/a0.jpg", "in/a1.jpg", "in/b0.jpg", "in/b1.jpg")


def lines(*paths, labels="aabb"):
    return ["path,label", *(f"{path},{label}" for path, label in zip(paths, labels, strict=True))]


@pytest.mark.parametrize(
    "written",
    [
        IMAGES,
        [path.replace("/", "\\") for path in IMAGES],
        ["./" + path for path in IMAGES],
        ["/" + path for path in IMAGES],
        [path.upper() for path in IMAGES],
        [path.removesuffix(".jpg") for path in IMAGES],
        [f" {path} " for path in IMAGES],
        ["in/../" + path for path in IMAGES],
    ],
)
def test_a_file_is_found_however_its_path_is_written(write_list, read, written):
    pool = read(write_list(lines(*written), images=IMAGES))
    assert tuple(image.id for image in pool.images) == IMAGES
    assert [image.label for image in pool.images] == [0, 0, 1, 1]


def test_what_is_taken_otherwise_than_written_is_noted(write_list, read):
    pool = read(write_list(lines("in/A0.JPG", "in/a1", *IMAGES[2:]), images=IMAGES))
    assert pool.notes[1:] == (
        "1 path was taken though written otherwise (capitals, slashes, Unicode): in/A0.JPG is in/a0.jpg",
        "1 path was taken though written without an ending: in/a1 is in/a1.jpg",
    )


def test_a_path_that_could_be_two_files_is_missing(write_list, problems):
    path = write_list(lines("in/a0", *IMAGES[1:]), images=[*IMAGES, "in/a0.png"])
    assert problems(path) == (f"missing files (paths begin at {path.parent}): line 2: in/a0",)


def test_forms_of_unicode_and_files_without_an_ending_are_found(write_list, read):
    composed, apart = (unicodedata.normalize(form, "in/café") for form in ("NFC", "NFD"))
    pool = read(write_list(lines(apart, *IMAGES[1:]), images=[composed, *IMAGES[1:]]))
    assert composed in {image.id for image in pool.images}


def test_all_missing_files_are_named_with_where_such_files_lie(write_list, problems):
    path = write_list(lines("a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg"), images=IMAGES)
    folder = path.parent
    kind = f"missing files (paths begin at {folder}; with root: {folder}/in 4 would be there)"
    assert problems(path) == tuple(
        f"{kind}: line {line}: {name}"
        for line, name in ((2, "a0.jpg"), (3, "a1.jpg"), (4, "b0.jpg"), (5, "b1.jpg"))
    )
    path = write_list(lines(*(rf"C:\photos\{name[3:]}" for name in IMAGES)))
    assert "files of 4 of the names lie elsewhere in it: write their paths from there" in problems(path)[0]


def test_root_is_where_paths_begin_and_absolute_ones_need_none(write_list, read):
    path = write_list(lines("a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg"), images=IMAGES)
    inside = read(path, root=str(path.parent / "in"))
    assert [image.id for image in inside.images] == ["a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg"]
    absolute = read(write_list(lines(*(f"{path.parent}/{name}" for name in IMAGES))))
    assert tuple(image.id for image in absolute.images) == IMAGES


def test_addresses_are_refused_in_one_sentence(write_list, problems):
    path = write_list(lines("https://x.org/a.jpg", "s3://bucket/b.jpg", *IMAGES[2:]), images=IMAGES)
    assert problems(path)[:1] == (
        "addresses of other machines: 2 paths, such as https://x.org/a.jpg; download the images, and give their paths",
    )


def test_rows_that_repeat_one_another_count_once_and_contradictions_are_named(write_list, read, problems):
    rows = [*lines(*IMAGES), "in/a0.jpg,a", "./in/a0.jpg,a"]
    pool = read(write_list(rows, images=IMAGES))
    assert len(pool.images) == 4
    assert "2 rows repeat another one" in pool.notes
    assert problems(write_list([*rows, r"in\a0.jpg,b"])) == (
        "files with two labels: in/a0.jpg: a in line 2, a in line 6, a in line 7, b in line 8",
    )
    rows = ["path,label,split", *(f"{name},{name[3]},train" for name in IMAGES), "in/a0.jpg,a,test"]
    assert "files with two splits: in/a0.jpg: train in line 2, test in line 6" in problems(write_list(rows))
