"""`lrstudy data` on whatever holds images, without a study file."""

import json
import shutil

import pytest

from study.cli import main
from tests.support.sets.photographs import sound_folder


@pytest.fixture(params=["folder", "archive", "list"])
def place(request, tmp_path):
    """Images as a folder, a zip file and a list."""
    folder = sound_folder(tmp_path / "images", num=3)
    if request.param == "archive":
        return shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    if request.param == "list":
        files = sorted(folder.rglob("*.png"))
        rows = [
            f"{file.relative_to(tmp_path)},{file.parent.name},{file.parent.parent.name}" for file in files
        ]
        (tmp_path / "labels.csv").write_text("\n".join(["path,label,split", *rows]))
        return tmp_path / "labels.csv"
    return folder


def test_a_look_is_taken_at_a_folder_an_archive_and_a_list(place, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["data", str(place), "--json"]) == 0
    look = json.loads(capsys.readouterr().out)
    assert look["counts"] == {"train": [3, 3], "val": [3, 3], "test": [3, 3]}
    assert (tmp_path / look["page"]).read_text().startswith("<!doctype html>")


def test_overrides_go_with_a_study_file(place, capsys):
    assert main(["data", str(place), "-s", "name=x"]) == 1
    assert "go with a study file" in capsys.readouterr().err
