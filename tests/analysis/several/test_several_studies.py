"""Several studies: which stand side by side, what they show together, and what is refused."""

import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.several.pooling import Several, put_together
from analysis.several.studies import open_studies
from analysis.several.tables import ALL_SETS, as_json, differences_table, studies_table
from analysis.several.terminal import format_several
from analysis.several.wording import headline, notes
from tests.support.synthetic_study import write_named


def several_of(*folders: Path) -> Several:
    return put_together(open_studies(folders))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Several:
    folder = tmp_path_factory.mktemp("three")
    return several_of(
        *(write_named(folder, name, test_gain=gain) for name, gain in zip("abc", (12, 15, 18), strict=True))
    )


def test_the_mean_over_sets_is_that_of_each_ones_difference(three: Several):
    (on_sets,) = three.shared
    assert on_sets.pair == ("adapted", "fixed")
    assert on_sets.pooled is not None
    assert on_sets.result is not None
    singles = [each.finals.headline for each in on_sets.contrasts.values()]
    means = [each.mean for each in singles if each is not None]
    estimate = on_sets.pooled.estimate
    assert estimate.mean == pytest.approx(sum(means) / 3)
    half = 4.302653 * np.std(means, ddof=1) / math.sqrt(3)
    assert on_sets.result.interval == pytest.approx((estimate.mean - half, estimate.mean + half), abs=1e-6)
    assert on_sets.result.verdict == "arm"
    assert headline(on_sets, three).startswith("adapted is better than fixed on data sets of this kind: +0.1")


def test_tables_have_a_row_a_study_and_one_of_all_sets(three: Several):
    table = differences_table(three)
    assert table["study"].tolist() == ["a", "b", "c", ALL_SETS]
    assert table["num_pairs"].tolist() == [5, 5, 5, 3]
    assert table["verdict"].tolist()[-1] == "arm"
    assert studies_table(three)["use"].tolist() == ["adapted"] * 3
    found = as_json(three)
    assert found["answers"][0]["verdict"] == "arm"
    assert found["differences"][0]["between"] is None  # a single study has none


def test_the_terminal_says_it_within_twelve_lines(three: Several):
    text = format_several(three)
    assert len(text.splitlines()) == 5
    assert "Three data sets show little of others" in text
    assert "Of 3 studies by themselves: adapted better on 3." in text


def test_a_small_difference_within_a_wide_margin_is_the_same(tmp_path: Path):
    more = {"compare.margin": 0.9}
    found = several_of(
        *(write_named(tmp_path, n, test_gain=g, more=more) for n, g in zip("ab", (12, 13), strict=True))
    )
    (on_sets,) = found.shared
    assert on_sets.result is not None
    assert on_sets.result.verdict == "same"
    assert "within the margin of ±0.9" in headline(on_sets, found)


def test_two_sets_that_disagree_decide_nothing_and_say_how_they_differ(tmp_path: Path):
    found = several_of(write_named(tmp_path, "a", test_gain=25), write_named(tmp_path, "b", test_gain=-25))
    text = format_several(found)
    assert "Not decided yet between adapted and fixed" in text
    assert "adapted better on 1, fixed better on 1" in text
    assert "the true difference varies by about 0.35" in text
    assert "Two data sets show little of others" in text


def test_margins_that_differ_are_said_and_the_least_counts(tmp_path: Path):
    found = several_of(
        write_named(tmp_path, "a", more={"compare.margin": 0.02}),
        write_named(tmp_path, "b", more={"compare.margin": 0.05}),
    )
    assert found.margin == 0.02
    assert [each.result.margin for each in found.shared if each.result is not None] == [0.02]
    assert "The margins differ: a ±0.02, b ±0.05." in " ".join(notes(found))


def test_studies_of_the_same_images_are_not_pooled(tmp_path: Path):
    found = several_of(
        write_named(tmp_path, "a"), write_named(tmp_path, "b", test_gain=5, test_hash="images-a")
    )
    (on_sets,) = found.shared
    assert on_sets.pooled is None
    assert headline(on_sets, found).endswith("not pooled, as two of the studies have the same test images.")


def test_arms_of_another_recipe_are_not_pooled_and_other_ranges_are_said(tmp_path: Path):
    one = write_named(tmp_path, "a")
    arms = {"adapted": {"recipe": "other"}, "fixed": {"recipe": "fixed"}}
    found = several_of(one, write_named(tmp_path, "b", test_gain=5, more={"arms": arms}))
    assert found.shared[0].why_not == "recipes"
    arms = {"adapted": {"recipe": "adapted", "search": {}}, "fixed": {"recipe": "fixed"}}
    found = several_of(one, write_named(tmp_path, "c", test_gain=5, more={"arms": arms}))
    assert found.shared[0].pooled is not None
    assert "adapted or fixed was searched over other ranges" in " ".join(notes(found))


def test_studies_that_share_no_arm_stand_side_by_side(tmp_path: Path):
    other = write_named(tmp_path, "b", test_gain=5, more={"compare.reference": "adapted"})
    found = several_of(write_named(tmp_path, "a"), other)
    assert found.shared == ()
    assert format_several(found).splitlines()[1].startswith("a: adapted (shown to be best")
    assert set(differences_table(found)["study"]) == {"a", "b"}


def test_two_studies_of_one_name_are_told_apart_by_their_folders(tmp_path: Path):
    first = write_named(tmp_path / "x", "a")
    second = write_named(tmp_path / "y", "a", test_gain=5, study_id="second", test_hash="t")
    assert [each.label for each in open_studies([first, second])] == ["a (x/a)", "a (y/a)"]


def refusals(tmp_path: Path) -> dict[str, tuple[Path, ...]]:
    one = write_named(tmp_path, "a")
    copied = tmp_path / "copied"
    shutil.copytree(one, copied)
    begun_again = write_named(tmp_path / "again", "a", study_id="another")
    balanced = write_named(tmp_path, "b", more={"compare.objective": "balanced_accuracy"})
    return {
        "is one study; give two results folders or more": (one,),
        "are the same study; give each once": (one, copied),
        "b: compare.objective='balanced_accuracy', and .*a has 'accuracy'": (one, balanced),
        "again/a and .*/a are the same study": (one, begun_again),
        "has not ended; `lrstudy resume": (one, write_named(tmp_path, "c", ended=None)),
        "study.yaml is missing": (one, tmp_path),
    }


def test_what_cannot_be_compared_is_refused_in_one_sentence(tmp_path: Path):
    for message, folders in refusals(tmp_path).items():
        with pytest.raises(ValueError, match=message) as error:
            open_studies(folders)
        assert not re.search(r"\n", str(error.value))
