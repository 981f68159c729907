import re
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.loading.study import ADDED_LATER, load_study
from tests.support.synthetic_study import Run, default_spec, two_arm_runs


def test_a_folder_comes_back_as_it_was_written(study_folder):
    study = load_study(study_folder(two_arm_runs(2)))
    assert study.name == "toy"
    assert set(study.records["stage"]) == {"search", "confirm"}
    assert len(study.predictions) == 4 * 100
    assert study.metadata.num_concurrent_trials == 2


def test_what_was_not_measured_is_nan_and_not_zero(study_folder):
    study = load_study(
        study_folder([Run(arm="fixed", stage="search", name="fixed-0000", seed=0, values=[None, 0.5])])
    )
    assert study.records["val_objective"].isna().tolist() == [True, False]
    assert study.records["test_objective"].isna().all()
    assert study.records["suggested_lr"].dtype == "float64"


def test_a_table_without_rows_has_the_types_of_a_record(study_folder):
    folder = study_folder(two_arm_runs(1))
    full = load_study(folder).records
    change_records(folder, lambda t: t.head(0).astype(object))
    empty = load_study(folder).records
    numbers = full.select_dtypes(exclude=["object", "string"]).dtypes
    assert len(numbers) > 20
    assert empty.dtypes[numbers.index].to_dict() == numbers.to_dict()


def test_run_json_and_predictions_may_be_missing(study_folder):
    folder = study_folder(two_arm_runs(1))
    (folder / "run.json").unlink()
    (folder / "predictions.parquet").unlink()
    study = load_study(folder)
    assert study.metadata.num_concurrent_trials is None
    assert study.predictions.empty


@pytest.mark.parametrize("name", ["study.yaml", "records.parquet"])
def test_a_folder_without_its_study_is_refused(study_folder, name):
    folder = study_folder(two_arm_runs(1))
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"{name} is missing"):
        load_study(folder)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not a folder"):
        load_study(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("records.parquet", "not parquet"),
        ("predictions.parquet", "not parquet"),
        ("run.json", "{"),
        ("run.json", "[]"),
        ("study.yaml", "a: [b"),
        ("study.yaml", "- a"),
    ],
)
def test_a_foreign_file_is_named(study_folder, name, content):
    folder = study_folder(two_arm_runs(1))
    (folder / name).write_text(content)
    with pytest.raises(ValueError, match=name):
        load_study(folder)


def change_records(folder, change):
    path = folder / "records.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def test_a_study_from_before_some_columns_loads_without_them_and_is_analysed(study_folder, figures):
    figures("rates", "search")
    folder = study_folder(two_arm_runs(3))
    change_records(folder, lambda t: t.drop(columns=list(ADDED_LATER)))
    study = load_study(folder)
    measured = [name for name in ADDED_LATER if name not in ("extension", "repeat")]
    assert study.records[measured].isna().all(axis=None)
    assert (study.records["extension"] == 0).all()
    assert study.records["restored_epoch"].dtype == "float64"
    comparison = analysis.compare(study)
    assert comparison.contrasts[0].final_result.verdict == "arm"
    page = analysis.write_report(comparison, folder).html.read_text(encoding="utf-8")
    assert "The rates that the winners trained with" in page
    assert "Other ways of predicting" not in page


def test_nested_values_come_back_as_they_were_recorded(study_folder):
    last = {"test_recalls": (0.5, None), "further": {"test/tta/loss": 0.3}, "restored_epoch": 1}
    run = Run(arm="fixed", stage="confirm", name="a", seed=0, values=[0.5, 0.6], fields={2: last})
    records = load_study(study_folder([run])).records
    assert records["test_recalls"][1] == [0.5, None]
    assert records["further"][1] == {"test/tta/loss": 0.3}
    assert records["rates"][0] == {"stem": 0.001, "body": 0.01 / 3, "head": 0.01}
    assert records["config"][0] == {"lr": 0.01, "architecture": "resnet18"}
    assert [pd.isna(records["restored_epoch"][0]), records["restored_epoch"][1]] == [True, 1.0]
    assert records["test_recalls"][0] is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns=["test_macro_f1"]), "lacks the columns test_macro_f1"),
        (lambda t: t.drop(columns=["cost_seconds"]), "lacks the columns cost_seconds"),
        (lambda t: t.assign(body_passes="many"), "other than the numbers of a record"),
        (lambda t: t.assign(stage="guess"), "stage='guess' is not one of"),
        (lambda t: t.assign(status="odd"), "status='odd' is not one of"),
        (lambda t: t.assign(study="other"), "study='other' is not one of toy"),
        (lambda t: pd.concat([t, t.head(1)]), "has epoch 1 more than once"),
        (lambda t: t.assign(seed=range(len(t))), "changes its arm, stage, seed"),
        (lambda t: t.assign(rates="{"), "other than JSON in config, rates"),
        (lambda t: t.assign(config="1, 2"), "other than JSON in config, rates"),
    ],
)
def test_records_of_something_else_are_refused(study_folder, change, message):
    folder = study_folder(two_arm_runs(1))
    change_records(folder, change)
    with pytest.raises(ValueError, match=message):
        load_study(folder)


def test_images_with_two_labels_are_refused(study_folder):
    folder = study_folder(two_arm_runs(1))
    path = folder / "predictions.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "label"] = 1 - table.loc[0, "label"]
    table.to_parquet(path, index=False)
    with pytest.raises(ValueError, match="different labels"):
        load_study(folder)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("reference", "nobody", "compare.reference='nobody' must be one of adapted, fixed"),
        ("objective", "f1", "compare.objective='f1' is not one of accuracy, balanced_accuracy, auroc"),
        ("confidence", 95, "compare.confidence=95 must lie between 0 and 1"),
        ("cost_per_hour", -1, "compare.cost_per_hour=-1 must be"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(study_folder, key, value, message):
    spec = default_spec(["adapted", "fixed"])
    spec["compare"][key] = value
    with pytest.raises(ValueError, match=message):
        analysis.compare(load_study(study_folder(two_arm_runs(1), spec=spec)))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = analysis.nothing


def test_nothing_but_loading_parses_json_and_a_profile_the_traces_that_it_draws():
    root = Path(analysis.__file__).parent
    parsers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"\bjson\.loads?\(|\bsafe_load\(", path.read_text(encoding="utf-8"))
    }
    assert {name for name in parsers if not name.startswith("loading/")} == {"figures/profile.py"}
    assert "loading/study.py" in parsers
