from dataclasses import replace
from pathlib import Path
from typing import Any

from study.preparation.planning import source_weights
from study.preparation.prepare import prepare_study
from study.preparation.sources import SourceTraining, source_jobs
from study.spec.study_file import load_spec
from trainables import train
from trainables.config import parse_config
from trainables.data import PreparedData


def training(data: PreparedData, **more: Any) -> SourceTraining:
    common = {"width": 4, "num_threads": 1, "batch_size": 16}
    values: dict[str, Any] = {"study": "s", "data": data, "epochs": 2, "lr": 0.05, "common": common}
    return SourceTraining(**{**values, **more})


def test_source_weights_are_trained_once_and_every_trial_starts_from_them(
    digits: PreparedData, tmp_path: Path
) -> None:
    files, jobs = source_jobs(training(digits), ("small_resnet",), seed=0, cache=tmp_path)
    assert [job.info.run for job in jobs] == ["source-small_resnet"]
    assert list(train(jobs[0].config))[-1].status == "finished"
    again, none = source_jobs(training(digits), ("small_resnet",), seed=0, cache=tmp_path)
    assert again == files
    assert none == ()
    # a study that began with training them has that job for ever
    begun = frozenset({"source-small_resnet"})
    assert (
        source_jobs(training(digits), ("small_resnet",), seed=0, cache=tmp_path, pretrained=begun)[1] == jobs
    )
    target = {
        "recipe": "fixed_rate",
        "data": digits.key,
        "epochs": 1,
        "width": 4,
        "num_threads": 1,
        "seed": 9,
    }
    warm, cold = (next(iter(train({**target, "weights": w}))) for w in (files["small_resnet"], "none"))
    assert warm.train_loss != cold.train_loss


def test_what_changes_the_weights_changes_their_file(digits: PreparedData, tmp_path: Path) -> None:
    def file(seed: int = 0, **more: Any) -> str:
        return source_jobs(training(digits, **more), ("small_resnet",), seed=seed, cache=tmp_path)[0][
            "small_resnet"
        ]

    names = {
        file(),
        file(seed=1),
        file(epochs=3),
        file(lr=0.1),
        file(common={"width": 8, "num_threads": 1, "batch_size": 16}),
        file(common={"width": 4, "num_threads": 1, "batch_size": 32}),
    }
    assert len(names) == 6
    # where and how fast they are computed is no part of what they are
    assert file() == file(common={"width": 4, "num_threads": 2, "batch_size": 16, "checkpoint_last": False})
    assert file() == file(
        common={"width": 4, "num_threads": 1, "batch_size": 16, "tta_views": 4, "snapshots": 2}
    )


def test_the_source_takes_the_constants_of_training_and_the_defaults_of_what_is_searched() -> None:
    training = (
        "training={label_smoothing: 0.1, optimizer: {choice: [adam, sgd]}, dropout: {uniform: [0.1, 0.5]}}"
    )
    files, jobs = source_weights(prepare_study(load_spec("digits", overrides=[training])))
    run, phases = parse_config(jobs[0].config)
    assert run.save_weights == files["small_resnet"]
    trained = phases[0].training
    assert (trained.label_smoothing, trained.optimizer, trained.dropout) == (0.1, "momentum", 0.0)


def test_weights_of_before_are_found(digits: PreparedData, tmp_path: Path) -> None:
    """The name that version 0.1.0 gave them."""
    known = replace(digits, key="0" * 32)
    files, _ = source_jobs(training(known), ("small_resnet",), seed=0, cache=tmp_path)
    assert Path(files["small_resnet"]).name == "a48873d63396dfcaa53092c78a05fe09.pt"
