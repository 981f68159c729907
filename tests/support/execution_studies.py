"""Small studies whose networks may train in several layouts and precisions, and a probe of what is given."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from study.preparation.planning import make_study_plan
from study.preparation.prepare import Prepared, prepare_study
from study.results.folder import Results
from study.search.jobs import Job
from study.search.study_plan import StudyPlan
from study.spec.study_file import load_spec
from trainables.compute.execution import Execution
from trainables.compute.probe import Workload
from trainables.compute.probe_children import Probed

STUDY = """
name: s
data: {{target: {{digits: true, classes: [5, 6], train_per_class: 10}}}}
model: {{width: {width}}}
arms: {{fixed: {{recipe: fixed_rate, search: {{lr: {{log_uniform: [1e-3, 1e-1]}}}}}}}}
compare: {{reference: fixed}}
{more}
"""

PLAIN = Execution()

LAST = Execution(layout="channels_last")

HALF = Execution(precision="bfloat16")

HALF_LAST = Execution(layout="channels_last", precision="bfloat16")

AUTO = "resources: {precision: auto}"

HALF_TRAINING = "training: {precision: bfloat16}"

HALF_RESOURCES = "resources: {precision: bfloat16}"

SEARCHED_LAYOUT = "training: {channels_last: {choice: [true, false]}}"


def prepared(folder: Path, *, width: int = 16, more: str = "") -> Prepared:
    file = folder / "s.yaml"
    file.write_text(STUDY.format(width=width, more=more))
    return prepare_study(load_spec(file))


class Probe:
    """Stands for the probe: what it finds, what was asked of it."""

    def __init__(self) -> None:
        self.found = {PLAIN: 4.0, LAST: 2.0, HALF: 2.0, HALF_LAST: 1.0}
        self.asked: list[tuple[Execution, ...]] = []

    def __call__(self, _: Workload, candidates: Sequence[Execution], **__: Any) -> Probed:
        self.asked.append(tuple(candidates))
        return Probed(seconds={one: self.found[one] for one in candidates}, crashed={}, errors={})


def study_plan_of(study: Prepared, folder: Path) -> StudyPlan:
    results = Results(folder=folder / "r")
    return make_study_plan(
        study,
        results,
        before_confirmation=lambda _: None,
        after_look=lambda plan, _: plan.arms,
        seconds=lambda: 0.0,
    )


def execution_of(job: Job) -> tuple[bool, str]:
    return job.config["channels_last"], job.config["precision"]
