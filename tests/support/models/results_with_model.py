"""A results folder that holds a study file and models, and nothing else."""

import shutil
from pathlib import Path

STUDY = """
name: s
data: {target: {digits: true, classes: [5, 6, 7], train_per_class: 20}}
arms: {fixed: {recipe: fixed_rate}, other: {recipe: fixed_rate}}
compare: {reference: fixed}
"""


def results_with_model(folder: Path, model: Path, *, arms: tuple[str, ...] = ("fixed",)) -> Path:
    """Return `results/s` below a folder, with a copy of a model for each arm."""
    from study.spec.study_file import dump_spec, load_spec

    file = folder / "s.yaml"
    file.write_text(STUDY)
    results = folder / "results" / "s"
    results.mkdir(parents=True)
    (results / "study.yaml").write_text(dump_spec(load_spec(file)))
    for arm in arms:
        shutil.copytree(model, results / "models" / arm)
    return results
