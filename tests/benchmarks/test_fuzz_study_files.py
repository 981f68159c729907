"""A sample of the tries of `benchmarks.experiments.fuzz_study_files`, another one of each kind of value."""

from benchmarks.experiments.fuzz_study_files import attempt, tries

EVERY = 131


def test_no_value_of_any_key_is_a_traceback(tmp_path):
    chosen = list(tries())[::EVERY]
    assert len(chosen) > 50
    assert [found for key, value in chosen if (found := attempt(key, value, tmp_path))] == []
