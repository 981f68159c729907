"""The splits of a confirmation: which are made, which runs are on them, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from analysis.loading.run_metadata import Extension
from study.errors import StudyError
from study.preparation.planning import make_study_plan, needed_of_cache
from study.preparation.prepare import prepare_study
from study.preparation.splits import splits_sentence
from study.results.folder import Results
from study.search.jobs import Job
from study.spec.seeds import (
    confirm_seeds,
    extension_seeds,
    search_seed,
    selection_seeds,
    split_of,
    split_seeds,
)
from study.spec.study_file import StudySpec, load_spec
from tests.support.study_files import ON_IMAGES, content, problems_of
from tests.support.study_plans import by_rate, drive, of
from trainables.data import open_prepared


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that loads a study of two classes of 30 images, three a patient, with its keys changed."""
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path / "cache"))
    draws = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for index in range(30):
            pixels = draws.integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "images" / name / f"{name}{index // 3:02d}_{index}.png")

    def load(**changes: Any) -> StudySpec:
        raw = content(
            data={"target": {"folder": "images"}},
            model={"architecture": "small_resnet", "width": 4},
            arms=ON_IMAGES,
            budget={"trials": 2, "epochs": 2},
            confirm={"seeds": 2, "splits": 3},
        )
        (tmp_path / "study.yaml").write_text(yaml.safe_dump(raw | changes))
        return load_spec(tmp_path / "study.yaml")

    return load


def test_one_split_is_the_one_of_the_search_and_nothing_else_is_made(study: Any, tmp_path: Path) -> None:
    prepared = prepare_study(study(confirm={"seeds": 2}))
    assert [data.key for data in prepared.splits] == [prepared.target.key]
    assert splits_sentence(prepared.spec, prepared.splits) == ""
    assert len(list((tmp_path / "cache" / "data").glob("[0-9a-f]*"))) == 1


def test_pairs_take_the_splits_in_turn_and_both_runs_of_a_pair_have_the_same(
    study: Any, tmp_path: Path
) -> None:
    prepared = prepare_study(study())
    plan = make_study_plan(
        prepared,
        Results(folder=tmp_path / "r"),
        before_confirmation=lambda plan: None,
        after_look=lambda plan, num_seeds: plan.arms,
        seconds=lambda: 0.0,
    )
    jobs = drive(plan, by_rate)
    keys = [data.key for data in prepared.splits]
    assert len(set(keys)) == 3
    assert {job.config["data"] for job in jobs if job.info.stage != "confirm"} == {keys[0]}
    seen: dict[int, list[Job]] = {}
    for job in of(jobs, "confirm"):
        seen.setdefault(job.info.seed, []).append(job)
    assert sorted(seen) == list(confirm_seeds(prepared.spec))
    assert [{job.config["data"] for job in seen[seed]} for seed in sorted(seen)] == [
        {key} for key in keys * 2
    ]
    assert all({job.info.arm for job in pair} == {"cosine", "fixed"} for pair in seen.values())
    assert {data.path for data in prepared.splits} <= set(needed_of_cache(prepared))


def test_no_validation_image_of_the_search_is_ever_tested(study: Any) -> None:
    prepared = prepare_study(study())
    chosen_by = set(prepared.target.split("val").ids)
    for data in prepared.splits:
        assert set(data.split("val").ids) == chosen_by
        assert not chosen_by & set(data.split("test").ids)


def test_seeds_of_splits_are_nobody_elses(study: Any) -> None:
    spec = study(confirm={"seeds": 20, "splits": 50}, selection={"seeds": 1000})
    own = split_seeds(spec)
    assert len(own) == 49
    others = (search_seed(spec), *selection_seeds(spec), *confirm_seeds(spec))
    assert len(set(own) | set(others)) == len(own) + len(others)


def test_an_extension_adds_its_seeds_on_every_split(study: Any) -> None:
    spec = study()
    assert len(confirm_seeds(spec)) == 6
    fresh = extension_seeds(spec, [Extension(seeds=2), Extension(trials=4)])
    assert [len(seeds) for seeds in fresh] == [6, 6]
    assert fresh[0][0] == confirm_seeds(spec)[-1] + 1
    assert [split_of(pair, splits=3) for pair in (1, 2, 3, 4, 7)] == [1, 2, 3, 1, 1]


def test_given_test_images_are_refused_with_what_is_allowed(study: Any, tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        for split, first in (("test", 20), ("train", 0)):
            (tmp_path / "given" / split / name).mkdir(parents=True)
            for file in sorted((tmp_path / "images" / name).iterdir())[first : first + 20]:
                file.rename(tmp_path / "given" / split / name / file.name)
    with pytest.raises(
        StudyError, match=r"confirm\.splits: 3 is not allowed .* test split of its own.*; 1, or"
    ):
        prepare_study(study(data={"target": {"folder": "given"}}))


def test_too_few_groups_for_so_many_splits_are_refused_with_how_many_there_are(
    study: Any, tmp_path: Path
) -> None:
    for name in (
        "cat",
        "dog",
    ):  # three groups a class: two of each are left to draw from, 2 x 2 splits at most
        for index, file in enumerate(sorted((tmp_path / "images" / name).iterdir())):
            file.rename(file.with_name(f"{name}{index // 10:02d}-{index}.png"))
    grouped = {"target": {"folder": "images", "group": r"([a-z]+\d\d)-"}}
    with pytest.raises(
        StudyError, match=r"confirm\.splits: 20 is not allowed, as only \d of them came out different"
    ):
        prepare_study(study(data=grouped, confirm={"seeds": 1, "splits": 20}))


def test_images_of_the_source_are_in_no_test_split(study: Any, tmp_path: Path) -> None:
    prepared = prepare_study(study())
    name = min(prepared.splits[1].split("test").ids)
    for other in ("cat", "dog"):
        (tmp_path / "source" / other).mkdir(parents=True)
        for index in range(5):
            pixels = np.random.default_rng(index + 50).integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "source" / other / f"{other}{index}.png")
    (tmp_path / "source" / name).write_bytes((tmp_path / "images" / name).read_bytes())
    if name in prepared.target.split("test").ids:
        pytest.skip("the first split's test images have it, too: refused without further splits")
    both = {"target": {"folder": "images"}, "source": {"folder": "source"}}
    with pytest.raises(StudyError, match=r"confirm\.splits: images that may be tested are in data\.source"):
        prepare_study(study(data=both))
    assert prepare_study(study(data=both, confirm={"seeds": 2})).splits


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"confirm": {"splits": 0}}, "confirm.splits"),
        ({"confirm": {"splits": 51}}, "confirm.splits"),
        ({"confirm": {"splits": 2}, "search": {"repeats": 2}}, "2 is not allowed where search.repeats is 2"),
        (
            {"confirm": {"splits": 2, "seeds": {"min": 5, "max": 9}, "until": "decided"}},
            "2 is not allowed where confirm.until is decided",
        ),
        (
            {"confirm": {"splits": 50, "seeds": 21}},
            "50 is not allowed with 21 seeds on each; at most 1000 pairs",
        ),
    ],
)
def test_what_splits_can_not_be_is_refused(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(content(**changes)))
    problems = problems_of(tmp_path / "study.yaml")
    assert len(problems) == 1
    assert says in problems[0]


def test_a_split_that_has_gone_from_the_cache_is_made_again_the_same(study: Any) -> None:

    prepared = prepare_study(study())
    shutil.rmtree(prepared.splits[2].path)
    again = prepare_study(prepared.spec)
    assert [replace(data, build_seconds=0.0) for data in again.splits[2:]] == [
        replace(data, build_seconds=0.0) for data in prepared.splits[2:]
    ]
    assert open_prepared(again.splits[2].key).split("test").ids == again.splits[2].split("test").ids
