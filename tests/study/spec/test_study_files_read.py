"""Study files are read: defaults, paths, shipped studies, resolved files."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from study.ranges import Choice, Range
from study.spec.study_file import (
    SpecError,
    dump_spec,
    load_spec,
    read_resolved,
    shipped_studies,
)
from tests.support.study_files import (
    problems_of,
)


def test_a_study_is_loaded_with_defaults(write):
    spec = load_spec(write())
    assert (spec.budget.trials, spec.budget.epochs, spec.budget.minutes) == (24, 15, None)
    assert (spec.selection.top, spec.selection.seeds, spec.confirm.seeds) == (3, 2, 5)
    assert (spec.compare.reference, spec.compare.objective, spec.compare.confidence) == (
        "fixed",
        "auto",
        0.95,
    )
    assert (spec.training.batch_size, spec.training.momentum, spec.model.weights) == (32, 0.9, "none")
    assert spec.arms["adapted"].constants == {"head_epochs": 2}
    assert spec.arms["adapted"].search == {"lr": Range(kind="log_uniform", low=1e-4, high=0.1)}
    assert spec.data.target.digits is True
    assert spec.warnings == ()


def test_sections_without_content_are_left_out(write):
    assert load_spec(write(budget=None, compare=None, presets=None)).budget.trials == 24


def test_numbers_with_an_exponent_are_numbers(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\ndata: {target: {digits: true}}\ntraining: {weight_decay: 1e-4}\n"
        "arms: {fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-4, 1e-1]}}}}\n"
    )
    spec = load_spec(path)
    assert spec.training.weight_decay == 1e-4
    assert spec.arms["fixed"].search["lr"] == Range(kind="log_uniform", low=1e-4, high=0.1)


@pytest.mark.parametrize(
    ("given", "share"), [(0, 0.0), ("1/2", 0.5), ("1 / 4", 0.25), (0.5, 0.5), (1, 1.0), (2, 2.0)]
)
def test_gpus_may_be_a_share(write, given, share):
    assert load_spec(write(resources={"gpus": given})).resources.gpus == share


def test_paths_start_from_the_folder_of_the_file_wherever_it_is_read(write, tmp_path, monkeypatch):
    for name in ("images", "other", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = write(
        data={"target": {"folder": "images"}, "source": {"folder": "../" + tmp_path.name + "/other"}},
        tracking={"uri": "sqlite:///runs/m.db"},
        storage="~/out",
        model={"weights": "source"},
    )
    monkeypatch.chdir(tmp_path / "other")
    spec = load_spec(Path("..") / path.name)
    assert Path(spec.data.target.folder).is_absolute()
    assert Path(spec.data.target.folder).samefile(tmp_path / "images")
    assert Path(spec.data.source.folder).samefile(tmp_path / "other")
    assert spec.tracking.uri.startswith("sqlite:////")
    assert spec.tracking.uri.endswith("/runs/m.db")
    assert spec.storage == str(tmp_path / "home" / "out")
    assert spec.model.weights == "source"


def test_lists_archives_and_saved_sets_start_there_too_and_a_name_of_a_set_stays_one(write, tmp_path):
    (tmp_path / "labels.csv").write_text("path,label\n")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w"):
        pass
    (tmp_path / "saved").mkdir()
    listed = load_spec(write(data={"target": {"csv": "labels.csv", "root": "photos.zip/inner"}})).data.target
    assert (listed.csv, listed.root) == (f"{tmp_path}/labels.csv", f"{tmp_path}/photos.zip/inner")
    for given, read in (
        ("cifar10", "cifar10"),
        ("saved", f"{tmp_path}/saved"),
        ("./gone", f"{tmp_path}/gone"),
    ):
        assert load_spec(write(data={"target": {"hf": given}})).data.target.hf == read
    assert tuple(problems_of(write(data={"target": {"csv": "gone.csv", "root": "labels.csv"}}))) == (
        f"data.target.csv: {tmp_path}/gone.csv does not exist; a list of images with their labels: CSV, TSV or Parquet",
        f"data.target.root: {tmp_path}/labels.csv is no folder; the folder that the list's paths begin at, or a zip or "
        "tar file",
    )


def test_results_are_kept_beside_the_file(write, tmp_path):
    assert load_spec(write()).storage == str(tmp_path / "results")


def test_an_arm_without_search_gets_its_recipes_space_without_its_own_constants(write):
    spec = load_spec(
        write(arms={"adapted": {"recipe": "adaptation", "cycle_len": 1}, "last": {"recipe": "cosine"}})
    )
    assert list(spec.arms["adapted"].search) == ["lr", "stem_to_head", "cycle_mult"]
    assert spec.arms["adapted"].search["cycle_mult"] == Choice(values=(1, 1.5, 2, 3))
    assert spec.arms["last"].search == {"lr": Range(kind="log_uniform", low=1e-4, high=0.1)}
    assert spec.compare.reference == "last"


def test_a_resolved_study_is_read_where_its_images_are_not(write, tmp_path):
    (tmp_path / "images").mkdir()
    spec = load_spec(write(data={"target": {"folder": "images"}}))
    (tmp_path / "images").rmdir()
    (tmp_path / "study.yaml").write_text(dump_spec(spec))
    assert read_resolved(tmp_path / "study.yaml") == spec
    (tmp_path / "study.yaml").write_text(dump_spec(spec).replace("budget:", "bugdet:"))
    with pytest.raises(SpecError, match="bugdet: unknown key"):
        read_resolved(tmp_path / "study.yaml")


def test_shipped_studies_load_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()  # a folder of that name is in nobody's way
    assert shipped_studies() == ("cifar", "digits", "ladder", "recipes")
    for preset in (None, "quick", "full"):
        spec = load_spec("digits", preset=preset)
        assert list(spec.arms) == ["adapted", "cosine", "fixed"]
        assert len({spec.arms[name].search["lr"] for name in spec.arms}) == 1
    assert spec.storage == str(tmp_path / "results")
    assert load_spec("digits", preset="quick").budget.trials == 2


def test_the_cifar_study_says_which_folders_it_misses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert problems_of("cifar") == (
        f"data.target.folder: {tmp_path}/cifar02 does not exist; a folder of images, one subfolder a class",
        f"data.source.folder: {tmp_path}/cifar01 does not exist; a folder of images, one subfolder a class",
    )
    for name in ("cifar01", "cifar02"):
        (tmp_path / name).mkdir()
    assert load_spec("cifar").model.architectures == ("small_resnet", "resnet18")


def test_reading_specs_imports_neither_torch_nor_ray(tmp_path):
    code = (
        "import sys; from study.spec.study_file import load_spec; import study.spec.arms; load_spec('digits');"
        "print(sorted({'torch', 'torchvision', 'ray', 'mlflow', 'optuna', 'pandas'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert run.stdout.strip() == "[]"
