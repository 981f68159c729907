"""A study file is validated once, and each of its presets once more."""

from pathlib import Path

import pytest

from study.spec.sections import StudySpec
from study.spec.study_file import SpecError, dump_spec, load_spec, read_resolved
from study.spec.yaml_text import to_yaml

STUDY = {
    "name": "s",
    "data": {"target": {"digits": True}},
    "arms": {"fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-3, 1e-1]}}}},
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    validate = StudySpec.model_validate

    def counted(raw: object, **how: object) -> StudySpec:
        found.append(raw)
        return validate(raw, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(StudySpec, "model_validate", counted)
    return found


def write(folder: Path, **changes: object) -> Path:
    file = folder / "s.yaml"
    file.write_text(to_yaml({**STUDY, **changes}))
    return file


def test_a_file_without_presets_is_validated_once(tmp_path: Path, calls: list[object]) -> None:
    spec = load_spec(write(tmp_path), overrides=["budget.trials=3"])
    assert len(calls) == 1
    (tmp_path / "resolved.yaml").write_text(dump_spec(spec))
    assert read_resolved(tmp_path / "resolved.yaml") == spec
    assert len(calls) == 2


def test_every_preset_is_validated_once_more(tmp_path: Path, calls: list[object]) -> None:
    load_spec(
        write(tmp_path, presets={"small": {"budget": {"trials": 2}}, "large": {"budget": {"trials": 9}}})
    )
    assert len(calls) == 3


def test_what_is_wrong_in_a_preset_alone_is_named_by_its_path(tmp_path: Path) -> None:
    presets = {"small": {"budget": {"trials": 0}}, "large": {"training": {"momentum": 2}}}
    with pytest.raises(SpecError) as caught:
        load_spec(write(tmp_path, presets=presets))
    assert [(problem.field, problem.value) for problem in caught.value.problems] == [
        ("presets.small.budget.trials", 0),
        ("presets.large.training.momentum", 2),
    ]
