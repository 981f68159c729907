"""Lists as files: delimiters, encodings, quotes, Parquet, and what is no list."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

IMAGES = ("a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg")
COMMAS = "path,label,note\n" + "".join(f'{image},{image[0]},"x, y; z"\n' for image in IMAGES)
QUOTED = 'path, "label"\n' + "".join(f'{image}, "{image[0]}"\n' for image in IMAGES)
SEMICOLONS = "path;label;weight\n" + "".join(f"{image};{image[0]};1,5\n" for image in IMAGES)
TABS = "path\tlabel\tnote\n" + "".join(f"{image}\t{image[0]}\tx, y; z\n" for image in IMAGES)


@pytest.mark.parametrize(
    "content",
    [
        COMMAS.encode(),
        COMMAS.encode("utf-8-sig"),
        COMMAS.replace("\n", "\r\n").encode(),
        SEMICOLONS.encode(),
        b"sep=;\n" + SEMICOLONS.encode(),
        TABS.encode(),
        TABS.encode("utf-16"),
        COMMAS.replace(",", "|").encode(),
        COMMAS.replace("\n", "\n\n").encode(),
        QUOTED.encode(),
        COMMAS.replace("\n", ",,\n").replace("note,,", "note").encode(),
        ("," + COMMAS.replace("\n", "\n1,")).removesuffix("1,").encode(),
    ],
)
def test_delimiters_encodings_and_what_spreadsheets_leave(write_list, read, content):
    pool = read(write_list(content, images=IMAGES))
    assert (pool.classes, [image.label for image in pool.images]) == (("a", "b"), [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"path,label\n", "has a line of names (path, label) and no images"),
        (b"path,label,label\na0.jpg,x,y\n", "has columns of the same name: label"),
        (
            "path,label\na0.jpg,caf\u00e9\n".encode("latin-1"),
            "is no text in UTF-8 (line 2); save it as UTF-8",
        ),
        (b"path,label\na0.jpg,\0\n", "is no text; a list is a file of text with a delimiter, or Parquet"),
        (b'path,label\na0.jpg,"cat\nb0.jpg,dog\n', "can't be read in line 3: unexpected end of data"),
        (b"path,label\na0.jpg,big, grey\n", "with more fields than columns"),
        (b"PAR1" + b"x" * 20, "can't be read as Parquet"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(write_list, problems, content, said):
    found = problems(write_list(content, images=IMAGES))
    assert len(found) == 1
    assert said in found[0]


def test_a_list_that_is_not_there_a_folder_and_a_spreadsheet_are_refused(write_list, problems, tmp_path):
    assert problems(tmp_path / "nope.csv") == (f"list: {tmp_path}/nope.csv does not exist",)
    assert problems(tmp_path) == (f"list: {tmp_path} is a folder; the list in it",)
    path = write_list(b"PK\3\4", name="labels.xlsx")
    assert problems(path) == (f"list: {path} is a spreadsheet; save it as CSV in UTF-8",)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([3, 3, 12, 12], ("3", "12")),
        ([3.0, 3.0, 12.0, 12.0], ("3", "12")),
        ([True, True, False, False], ("False", "True")),
        (pd.Categorical(["x", "x", "w", "w"]), ("w", "x")),
        (["007", "007", "NA", "NA"], ("007", "NA")),
    ],
)
def test_parquet_has_types_and_the_classes_are_texts(write_list, read, tmp_path, labels, classes):
    write_list([], images=IMAGES)
    pd.DataFrame({"path": IMAGES, "label": labels}).to_parquet(tmp_path / "labels.parquet")
    assert read(tmp_path / "labels.parquet").classes == classes


def test_rows_of_parquet_are_counted_and_images_in_it_are_none_of_a_list(write_list, problems, tmp_path):
    write_list([], images=IMAGES)
    pd.DataFrame({"path": IMAGES, "label": ["x", None, "y", "y"]}).to_parquet(tmp_path / "labels.pq")
    assert problems(tmp_path / "labels.pq") == (
        "images without a label (fill it in, or take the line out): row 2: a1.jpg",
    )
    pd.DataFrame({"image": [b"x"] * 4, "label": ["x", "y"] * 2}).to_parquet(tmp_path / "labels.pq")
    assert problems(tmp_path / "labels.pq") == (
        "columns: path: image holds the images themselves; hf reads such files",
    )


def test_parquet_with_two_columns_of_one_name_is_refused(write_list, problems, tmp_path):
    path = write_list([], images=IMAGES, name="labels.parquet")
    labels = ["a", "a", "b", "b"]
    pq.write_table(pa.table([IMAGES, labels, labels], names=["path", "label", "label"]), path)
    assert problems(path) == (f"list: {path} has columns of the same name: label",)
