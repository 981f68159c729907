"""Each arm's winner as a model of its own: which run it is, and its writing at the study's end."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.errors import first_line
from study.models.written import model_run
from study.results.folder import Results

if TYPE_CHECKING:
    import pandas as pd

    from analysis.loading.study_data import StudyData
    from trainables.data import DataSource

logger = logging.getLogger(__name__)


def write_models(results: Results) -> tuple[str, ...]:
    """Write the model of each arm's winner that is not there yet; return what went wrong, in sentences.

    Of the confirmation's runs it is the one with the highest validation objective, whichever of an arm's searches found
    its configuration: the test split chooses nothing.
    """
    from analysis import load_study
    from study.results.places import read_here

    study = load_study(results.folder)
    source = read_here(results).data.target
    problems = []
    for arm, run in chosen_runs(study.records).items():
        folder = results.models / arm
        if model_run(folder) == run["run"]:
            continue
        try:
            lacking = _write(folder, run, results, study, source)
        # torch.export raises almost anything for what it can't trace; the study's results stand without it.
        except Exception as error:
            logger.exception("the model of %s could not be exported", run["run"])
            problems.append(f"the model of {run['run']} could not be exported: {first_line(error)}")
        else:
            problems += [f"the model of {run['run']} has {each}" for each in lacking]
    return tuple(problems)


def chosen_runs(records: "pd.DataFrame") -> dict[str, dict[str, Any]]:
    """Return, by arm, the last record of the confirmation run that is kept."""
    rows = records[(records["stage"] == "confirm") & records["overall"] & (records["status"] == "finished")]
    best = rows.sort_values(["objective", "seed"], ascending=[False, True]).drop_duplicates("arm")
    return {str(row["arm"]): dict(row) for _, row in best.iterrows()}


def _write(
    folder: Path, row: Mapping[str, Any], results: Results, study: "StudyData", source: "DataSource"
) -> tuple[str, ...]:
    from analysis.findings.better_way import better_way
    from study.cards.of_winner import content_of_winner
    from study.cards.writing import write_card
    from study.models.describing import describe_run
    from study.models.description import BetterWay
    from study.models.writing import write_model
    from trainables.classifier import load_classifier
    from trainables.config import parse_config
    from trainables.data import open_prepared

    run, _ = parse_config(row["config"])
    data = open_prepared(run.data)
    classifier = load_classifier(results.checkpoints / f"{row['run']}.pt", run=run, data=data)
    description = describe_run(row, classifier, run=run, data=data, source=source)
    if better := better_way(study, row["arm"]):
        description = replace(description, better_way=BetterWay(**asdict(better)))
    lacking = write_model(folder, classifier, description, images=data.split("val").images)
    if data.task == "multi_label":  # a card tells of right and wrong answers, of which label sets have none
        return lacking
    content = content_of_winner(study, row, description, data=data, folder=f"results/{results.folder.name}")
    write_card(folder, content, test_images=data.split("test").images)
    return lacking
