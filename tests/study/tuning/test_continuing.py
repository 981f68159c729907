"""What stands against going on with a study, or against extending it."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from analysis.loading.run_metadata import Extension, RunMetadata
from study.errors import StudyError
from study.results.folder import Results
from study.spec.extensions import asked_now, extended
from study.spec.study_file import StudySpec, dump_spec, extension_seeds, load_spec, read_resolved
from study.tuning.continuing import refuse_changes, refuse_extension, refuse_other_weights, start_weights
from tests.support.tracked import spec

ENDED = RunMetadata(ended="2026-11-01", winners={"fixed": ()}, target_grid=(0.5,))


@pytest.fixture
def results(tmp_path: Path) -> Results:
    made = Results(folder=tmp_path / "results" / "s")
    made.folder.mkdir(parents=True)
    made.spec.write_text(dump_spec(spec(tmp_path, None)))
    ENDED.write(made.run_metadata)
    return made


@pytest.mark.parametrize("metadata", [RunMetadata(), replace(ENDED, stopped_early="SIGINT")])
def test_a_study_that_has_not_ended_is_not_extended(results: Results, metadata: RunMetadata) -> None:
    metadata.write(results.run_metadata)
    with pytest.raises(StudyError, match="has not ended; only one that has is extended"):
        refuse_extension(results, Extension(seeds=1))


def test_more_seeds_than_there_are_is_refused(results: Results) -> None:
    refuse_extension(results, Extension(seeds=995))
    with pytest.raises(StudyError, match="1001 seeds, all together; at most 1000"):
        refuse_extension(results, Extension(seeds=996))


def test_a_study_of_before_a_key_was_added_has_not_changed(results: Results) -> None:
    now = dump_spec(load_spec(results.spec))
    content = yaml.safe_load(results.spec.read_text())
    del content["search"]["grace_period"]
    del content["resources"]["keep_checkpoints"]
    results.spec.write_text(yaml.safe_dump(content))
    refuse_changes(dump_spec(read_resolved(results.spec)), now, results.spec)
    with pytest.raises(StudyError, match="trials: 24"):
        refuse_changes(now.replace("trials: 24", "trials: 25"), now, results.spec)


def test_the_metadata_of_every_end_are_kept_and_those_of_a_confirmation_are_fixed_anew(
    results: Results,
) -> None:
    first = extended(ENDED, asked_now(trials=2, seeds=0))
    assert (first.ended, first.winners, first.target_grid) == (None, {}, ())
    ended_again = replace(first, ended="2026-11-02", winners={"fixed": ()}, wall_seconds=2.0)
    second = extended(ended_again, asked_now(trials=0, seeds=3))
    second.write(results.run_metadata)
    found = RunMetadata.read(results.run_metadata)
    assert found == second
    assert found.before == (ENDED, replace(ended_again, before=(), extensions=()))
    assert [(e.trials, e.seeds) for e in found.extensions] == [(2, 0), (0, 3)]
    assert found.extensions[0].when


def test_seeds_of_extensions_follow_one_another(results: Results) -> None:
    study = read_resolved(results.spec)  # five seeds, from 2001
    seeds = extension_seeds(study, (Extension(seeds=2), Extension(trials=4), Extension(seeds=1)))
    assert seeds == ((2006, 2007), (2008, 2009, 2010, 2011, 2012), (2013,))


def test_start_weights_are_known_by_their_content_wherever_they_lie(results: Results, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"weights")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.pt").write_bytes(b"weights")
    base = read_resolved(results.spec)

    def starting(file: str) -> StudySpec:
        return base.model_copy(
            update={"model": base.model.model_copy(update={"weights": str(tmp_path / file)})}
        )

    RunMetadata(start_weights=start_weights(starting("a.pt"))).write(results.run_metadata)
    refuse_other_weights(starting("elsewhere/a.pt"), results)
    (tmp_path / "elsewhere" / "a.pt").write_bytes(b"others")
    with pytest.raises(StudyError, match="holds other weights than when the study began"):
        refuse_other_weights(starting("elsewhere/a.pt"), results)
