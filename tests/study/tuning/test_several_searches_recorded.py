"""What a study of several searches writes down is what the analysis reads: plan, journal, tables, comparison."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml

from analysis import compare, load_study
from study.results.journal import Journal, write_tables
from study.search.jobs import Job
from study.tuning.collected_metadata import winners_of
from tests.support.study_plans import BUDGET, by_rate, drive, make_study_plan
from tests.support.synthetic_study import default_metadata, default_spec
from trainables.record import EpochRecord


def record_of(job: Job) -> EpochRecord:
    right = [index < 5 + (job.info.arm == "adapted") + job.info.repeat for index in range(10)]
    tested = job.info.stage == "confirm"
    return EpochRecord(
        epoch=1,
        phase="full",
        cycle=0,
        cycle_ended=True,
        judged=True,
        status="finished",
        rates={"head": job.config["lr"]},
        num_steps=1,
        body_passes=1,
        val_objective=job.config["lr"],
        objective=job.config["lr"],
        cost_seconds=1.0,
        test_objective=float(np.mean(right)) if tested else None,
        test_predictions=tuple(int(not r) for r in right) if tested else None,
        test_true_probabilities=(0.9,) * 10 if tested else None,
    )


def test_what_two_searches_write_down_is_what_the_comparison_reads(tmp_path: Path) -> None:
    plan = make_study_plan(replace(BUDGET, name="toy", repeats=2))
    (tmp_path / "journal").mkdir()
    journal = Journal(tmp_path / "journal")
    ids = [str(i) for i in range(10)]
    split: Any = SimpleNamespace(labels=np.zeros(10, dtype=int), ids=ids, groups=ids)
    journal.write_test_split(split, data_key="d")
    for job in drive(plan, by_rate):
        journal.write(job.info, record_of(job))
    journal.close()
    spec = default_spec(["adapted", "fixed"]) | {"search": {"seed": 0, "repeats": 2}}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(spec))
    winners = winners_of(plan)
    metadata = replace(default_metadata(), winners=winners)
    metadata.write(tmp_path / "run.json")
    write_tables(tmp_path)
    comparison = compare(load_study(tmp_path))
    estimate = comparison.contrasts[0].finals.headline
    assert estimate is not None
    assert (estimate.num_pairs, estimate.seeds_each) == (2, (3, 3))
    assert round(estimate.mean, 9) == 0.1
    found = comparison.found
    assert found["trial"].tolist() == [each.run for arm in ("adapted", "fixed") for each in winners[arm]]
    assert found["num_finished"].tolist() == [3] * 4
