import shutil

import pytest
from PIL import Image

from study.ranges import Choice
from study.spec.study_file import load_spec
from study.spec.template import study_template, write_template
from study.spec.template.images_section import ImagesSummary, images_summary


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "my images: #1"
    for split in ("train", "val"):
        for label in ("a", "b"):
            (folder / split / label).mkdir(parents=True)
            for index, size in enumerate([(70, 90), (100, 100), (300, 200)]):
                Image.new("L", size).save(folder / split / label / f"{index}.png")
    (folder / "notes.txt").write_text("no image")
    (folder / "broken.png").write_text("no image either")
    return folder


def test_a_template_loads_and_compares_three_arms_over_one_range(images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write_template("my lesions.v2.yaml", images.name)
    spec = load_spec(path)
    assert spec.name == "my-lesions.v2"
    assert spec.data.target.folder == str(images)
    assert spec.data.target.image_size == 96
    assert [arm.recipe for arm in spec.arms.values()] == ["adaptation", "cosine", "fixed_rate"]
    assert len({arm.search["lr"] for arm in spec.arms.values()}) == 1
    assert spec.compare.reference == "fixed"
    assert spec.warnings == ()
    assert load_spec(path, preset="quick").budget.trials == 2


def test_what_a_template_leaves_commented_loads_too(images, tmp_path):
    text = study_template("x", str(images))
    for commented, instead in [
        ('    # group: "patient(', '    group: "patient('),
        ("    # val_fraction", "    val_fraction"),
        ("    # train_per_class", "    train_per_class"),
        ("  # minutes", "  minutes"),
        ("  # cost_per_hour", "  cost_per_hour"),
        ("# tracking: {uri", "tracking: {uri"),
        ("# storage:", "storage:"),
        ("      lr: {log_uniform: [1e-4, 1e-1]}\n      # lr: {auto_times", "      lr: {auto_times"),
        ("  weights: IMAGENET1K_V1", "  # weights:"),
        ("  # weights: none", "  weights: none"),
        ("  # optimizer:", "  optimizer:"),
        ("  # label_smoothing:", "  label_smoothing:"),
        ("  # dropout:", "  dropout:"),
    ]:
        assert text.count(commented) == 1, commented
        text = text.replace(commented, instead)
    (tmp_path / "x.yaml").write_text(text)
    spec = load_spec(tmp_path / "x.yaml")
    assert spec.data.target.group == r"patient(\d+)_"
    assert (spec.budget.minutes, spec.compare.cost_per_hour, spec.tracking.experiment) == (
        240,
        2.5,
        "lesions",
    )
    assert (spec.training.optimizer, spec.training.label_smoothing) == ("adamw", 0.1)
    assert spec.training.searched == {"dropout": Choice(values=(0, 0.2, 0.5))}


def test_nothing_is_overwritten(images, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("mine")
    with pytest.raises(ValueError, match=r"x\.yaml exists already; a name that is not taken"):
        write_template(path, images)
    assert path.read_text() == "mine"


def test_a_list_is_recognised_and_its_columns_are_written_down(images, tmp_path):
    rows = [
        f"{split}/{name}/{index}.png,{name},{split}"
        for split in ("train", "val")
        for name in "ab"
        for index in (0, 1)
    ]
    (tmp_path / "labels.csv").write_text("\n".join(["file,kind,split", *rows, "train/c/0.png,c,train"]))
    (images / "train" / "c").mkdir()
    Image.new("L", (70, 90)).save(images / "train" / "c" / "0.png")
    for split in ("train", "val"):
        (images / split).rename(tmp_path / split)
    path = write_template(tmp_path / "x.yaml", tmp_path / "labels.csv")
    text = path.read_text()
    for line in (
        "    # A list of images with their labels; its columns: file, kind, split.",
        f"    csv: {tmp_path}/labels.csv   # 9 images were found here",
        "    # path: file   # found by its name, as the others are; name another one here",
        "    # label: kind",
        "    # split: split",
        "    # recut: val                # cuts val anew out of train and val; needed: c: no validation images",
    ):
        assert line in text.splitlines()
    spec = load_spec(path)
    assert (spec.data.target.csv, spec.data.target.image_size) == (f"{tmp_path}/labels.csv", 64)
    for key in ("path", "label", "split", "recut"):
        text = text.replace(f"    # {key}:", f"    {key}:")
    path.write_text(text)
    target = load_spec(path).data.target
    assert (target.path, target.label, target.split, target.recut) == ("file", "kind", "split", "val")


def test_a_list_that_leaves_doubts_is_written_with_them(tmp_path):
    (tmp_path / "labels.tsv").write_text("path\tlabel\tclass\na.png\tx\ty\n")
    text = write_template(tmp_path / "x.yaml", tmp_path / "labels.tsv").read_text()
    assert "    # label: could be label or class; name one: label: label\n" in text
    assert "    # label: COLUMN " in text


def test_names_with_line_breaks_leave_the_file_readable(tmp_path):
    rows = ['"the\nimage",label,what', *(f"{index}.png,{index % 2},x" for index in range(4))]
    (tmp_path / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    written = write_template(tmp_path / "a.yaml", tmp_path / "labels.csv").read_text(encoding="utf-8")
    assert r"its columns: the\nimage, label, what." in written
    assert load_spec(tmp_path / "a.yaml").data.target.csv == str(tmp_path / "labels.csv")


def test_a_column_of_patients_is_offered_as_the_group(tmp_path):
    (tmp_path / "labels.csv").write_text("file,shape,Patient ID\na.png,x,p1\nb.png,y,p2\n")
    path = write_template(tmp_path / "x.yaml", tmp_path / "labels.csv")
    text = path.read_text()
    assert "    # label: shape\n" in text
    path.write_text(text.replace("    # group:", "    group:"))
    assert load_spec(path).data.target.group == "Patient ID"


def test_an_archive_is_looked_into(images, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", images)
    path = write_template(tmp_path / "x.yaml", archive)
    assert f"    folder: {archive}   # 13 images were found here" in path.read_text().splitlines()
    assert load_spec(path).data.target.image_size == 96


def test_missing_folders_are_refused(images, tmp_path):
    with pytest.raises(
        ValueError, match=r"nope does not exist or is no folder; a folder with one subfolder a class"
    ):
        write_template(tmp_path / "x.yaml", tmp_path / "nope")
    with pytest.raises(ValueError, match=r"no/such, where x\.yaml is to be written, does not exist"):
        write_template(tmp_path / "no/such/x.yaml", images)
    assert not (tmp_path / "x.yaml").exists()


def test_the_summary_is_the_number_of_images_and_their_median_shorter_side(images, tmp_path):
    assert images_summary(images) == ImagesSummary(num_images=13, shorter_side=100)
    (tmp_path / "empty").mkdir()
    assert images_summary(tmp_path / "empty") == ImagesSummary(num_images=0, shorter_side=None)


@pytest.mark.parametrize(
    ("side", "size"), [(None, 224), (500, 224), (224, 224), (223, 192), (32, 32), (28, 28)]
)
def test_images_are_taken_at_a_multiple_of_32_that_they_have(side, size):
    text = study_template("x", "images", summary=ImagesSummary(num_images=3, shorter_side=side))
    assert f"    image_size: {size} " in text
    assert "# 3 images were found here" in text


@pytest.mark.parametrize(
    "folder", ["plain", "a: b", "1e-4", "with # hash", "quote ' and \" both", "$dollar", "é " * 60]
)
def test_any_folder_name_is_quoted_as_yaml_needs(tmp_path, folder):
    (tmp_path / folder).mkdir()
    path = write_template(tmp_path / "x.yaml", tmp_path / folder)
    assert load_spec(path).data.target.folder == str(tmp_path / folder)
