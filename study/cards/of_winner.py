"""Content of the card of a study's winner."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from study.cards.answers import Answers, counted_name
from study.cards.card import CardContent
from study.cards.of_model import content_of_model
from study.models.description import ModelDescription
from trainables.data import PreparedData
from trainables.text import counted

if TYPE_CHECKING:
    from analysis.loading.study_data import StudyData


def content_of_winner(
    study: "StudyData",
    row: Mapping[str, Any],
    description: ModelDescription,
    *,
    data: PreparedData,
    folder: str,
) -> CardContent:
    """Return what is known of the confirmation run whose model it is.

    Args:
        study: Its study.
        row: The run's last record.
        description: Of the model.
        data: What it was trained on.
        folder: The study's results, as they are typed in a command.
    """
    tested = _tested(study, row, data)
    arm = shlex.quote(str(row["arm"]))
    return replace(
        content_of_model(description, data=data, config=row["config"]),
        title=f"{study.name}, {row['arm']}: {description.architecture}",
        trained_on=(
            f"One network trained on the {sum(data.counts['train'])} images of the training split. Validation images "
            "chose it, and no test image was ever trained on.",
            *content_of_model(description, data=data, config=row["config"]).trained_on,
        ),
        chosen=tuple(_chosen(study, row)),
        tested=tested,
        test_notes=tuple(_test_notes(study, row)),
        calibration=tuple(_calibration(row)),
        commands=(
            (f"lrstudy predict {folder} IMAGES... --arm {arm}", "predicts images"),
            (
                f"lrstudy fit {folder}",
                "trains the recommended arm on validation images, too, with a temperature",
            ),
            (f"lrstudy register {folder} --arm {arm} --as NAME", "registers it in MLflow"),
        ),
    )


def _tested(study: "StudyData", row: Mapping[str, Any], data: PreparedData) -> Answers | None:
    own = study.predictions[study.predictions["run"] == row["run"]]
    if own.empty or study.metadata.is_multi_label:
        return None  # of several labels an image there is no one class to find or to confuse
    groups = own["group"].astype(object)
    return Answers(
        classes=data.classes,
        labels=own["label"].to_numpy(),
        predicted=own["predicted"].to_numpy(),
        true_probability=own["true_probability"].to_numpy(),
        groups=tuple(groups.where(groups.notna(), None)),
        objective=counted_name(str(row["config"]["objective"])),
    )


def _chosen(study: "StudyData", row: Mapping[str, Any]) -> Iterator[str]:
    runs = study.runs
    trials = int(((runs["arm"] == row["arm"]) & (runs["stage"] == "search")).sum())
    yield (
        f"A search of {trials} trials of the arm {row['arm']} (recipe {row['recipe']}) in the study {study.name} found "
        "the configuration by validation images."
    )
    yield (
        f"The network is that of the confirmation run {row['run']} (seed {row['seed']}), the one with the highest "
        "validation objective."
    )


def _test_notes(study: "StudyData", row: Mapping[str, Any]) -> Iterator[str]:
    runs = study.runs
    same = runs[(runs["arm"] == row["arm"]) & (runs["stage"] == "confirm") & runs["overall"].astype(bool)]
    values = same["final_test"].dropna()
    if len(values) > 1:
        measured = study.settings.measured
        what = "mean" if measured.is_counted else f"mean {measured.words}"
        yield (
            f"Over the {len(values)} seeds of the confirmation the {what} is {100 * values.mean():.1f} % (from "
            f"{100 * values.min():.1f} to {100 * values.max():.1f} %)."
        )
    before = study.metadata.test_split_uses_before
    if before:
        yield f"This test split had been measured {counted(int(before), 'time')} before this study."


def _calibration(row: Mapping[str, Any]) -> Iterator[str]:
    error = row.get("test_calibration_error")
    if error is not None and error == error:
        yield (
            f"They are the network's own, without a temperature: expected calibration error {error:.3f}, log loss "
            f"{row['test_loss']:.3f} nats on the test images."
        )
