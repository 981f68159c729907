"""The commands that train little: what they print and write."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from study.cli import main
from study.tuning.driver import Driver


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty noisy images of two classes, one bright and one dark, in the current folder."""
    draws = np.random.default_rng(0)
    for name, level in (("bright", 170), ("dark", 80)):
        (tmp_path / "images" / name).mkdir(parents=True)
        for index in range(20):
            pixels = draws.integers(level - 60, level + 60, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "images" / name / f"{index}.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_new_writes_a_file_that_plan_understands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my.yaml", "--data", "images"]) == 0
    assert "lrstudy run" in capsys.readouterr().out
    small = ["-s", "model={architecture: small_resnet, width: 4}", "-s", "budget.epochs=4"]
    assert main(["plan", "my.yaml", *small]) == 0
    printed = capsys.readouterr().out
    for words in ("Arm adapted", "Arm cosine", "Arm fixed", "stem", "head", "frozen", "epochs of search"):
        assert words in printed
    assert "by tpe; trial scheduler none: every trial runs to its end" in printed
    assert "beside that: the start of Ray and of each worker process, and the report" in printed
    with Image.open("plan.png") as picture:
        assert picture.size[0] > 600
    assert main(["new", "my.yaml", "--data", "images"]) == 1
    assert "my.yaml" in capsys.readouterr().err


def test_plan_speaks_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asha = ["-s", "search.trial_scheduler=asha"]
    assert main(["plan", "digits", "--json", "-s", "budget.trials=5", *asha]) == 0
    plan = json.loads(capsys.readouterr().out)
    # 3 arms; 5 trials, the best 3 on 2 seeds, 10 confirmations; of 15 epochs each, as is the training of the source
    assert plan["epochs"] == {"pre-training": 15, "search": 225, "selection": 270, "confirmation": 450}
    assert [table["arm"] for table in plan["rates"]] == ["adapted", "cosine", "fixed"]
    assert plan["epoch_seconds"]["small_resnet"] > 0
    assert (plan["search_algorithm"], plan["trial_scheduler"]) == ("tpe", "asha")


def test_find_lr_tests_every_phase_and_draws_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quick = [
        "-s",
        "model.weights=none",
        "-s",
        "data.source=null",
        "-s",
        "budget.epochs=2",
        "-s",
        "model.width=4",
    ]
    assert main(["find-lr", "digits", "--json", *quick]) == 0
    printed = capsys.readouterr()
    assert "1 of 2 phases tested" in printed.err
    found = json.loads(printed.out)
    assert [f["phase"] for f in found] == ["head", "all"]
    for f in found:
        assert f["reason"] == ""
        assert 1e-6 < f["low"] <= f["lr"] <= f["high"] < 10
    assert Path("find-lr.png").exists()
    assert main(["find-lr", "digits", "--arm", "nobody"]) == 1
    assert "one of adapted, cosine, fixed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "no-such-study"], "no such file"),
        (["run", "digits", "-s", "budget.trials=0"], "budget.trials"),
        (["status", "nowhere"], "holds no study"),
        (["report", "nowhere"], "holds no study"),
        (["new", "x.yaml", "--data", "no-folder"], "no-folder"),
    ],
)
def test_a_mistake_is_a_sentence_and_a_status(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["report", "x" * 300],
        ["status", "~no-such-user-here/x"],
        ["ui", "~no-such-user-here/x"],
        ["extend", "x" * 5000, "--seeds", "1"],
        ["register", "x" * 300, "--arm", "a", "--as", "b"],
        ["sync", "x" * 300],
        ["new", "~no-such-user-here/my.yaml", "--data", "."],
        ["new", "my.yaml", "--data", "x" * 300],
        ["plan", "digits", "--picture", "no-such-folder/x.png"],
        ["plan", "digits", "--images", "."],
        ["find-lr", "digits", "--picture", "x" * 300],
    ],
)
def test_a_path_that_can_be_none_is_refused_by_name(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert "is not allowed; " in capsys.readouterr().err


def test_resume_refuses_a_path_that_can_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("x" * 300, "~no-such-user-here/x"):
        assert main(["resume", wrong]) == 1
        assert "path of at most" in (said := capsys.readouterr().err) or "no such user" in said


def test_a_study_that_is_interrupted_while_ray_starts_says_how_to_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Driver) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Driver, "__init__", lambda self, *arguments, **options: None)
    monkeypatch.setattr(Driver, "run", interrupted)
    assert main(["run", "digits"]) == 130
    results = folder / "results" / "digits"
    told = f"lrstudy run: interrupted; what was done is kept; go on with `lrstudy resume {results}`"
    assert told in capsys.readouterr().err
