"""The verdict of a study in one sentence."""

import copy
import functools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.contrasts.further_seeds import FurtherSeeds
from analysis.findings.decision import Decision
from analysis.loading.run_metadata import RunMetadata
from analysis.statistics.further_pairs import FurtherPairs
from analysis.wording.verdict import MAX_WORDS, is_decided, verdict_sentence
from tests.support.hand_made import confirm
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import correct_images, default_metadata, default_spec, two_arm_runs


def made(arm="adapted", standing="best", chances=None, **more):
    chances = {"adapted": 0.84, "fixed": 0.1, "cosine": 0.06} if chances is None else chances
    fields = {
        "arm": arm,
        "leader": arm,
        "standing": standing,
        "probability_best": chances,
        "expected_loss": 0.002,
        "loss_if_not_best": 0.006,
        "means": dict.fromkeys(chances, 0.9),
        "left_out": {},
        "cost_seconds": {"adapted": 3.0, "fixed": 2.0, "cosine": 5.0},
        "num_units": 5,
        "per_images": True,
        "rivals": {},
        "noninferiority": None,
    }
    return Decision(**(fields | more))


@functools.cache
def of_two_arms():
    return compared(two_arm_runs(5))


def judged(verdict, *, interval=(0.0459, 0.2871), further=None):
    """Return a study of adapted and fixed, and its contrast with another verdict."""
    comparison = of_two_arms()
    contrast = comparison.contrasts[0]
    result = replace(contrast.final_result, verdict=verdict, interval=interval)
    return comparison.data, (replace(contrast, final_result=result, further=further),)


def further(pairs):
    needed = FurtherPairs(pairs=pairs, chance=0.8, images_limit=False)
    return FurtherSeeds(needed=needed, seconds=None, money=None)


def test_an_arm_that_is_better_is_named_with_its_interval_its_chance_and_what_is_at_stake():
    assert verdict_sentence(*judged("arm"), made()) == (
        "Use adapted: better than fixed by 0.046 to 0.287 accuracy; best of the three with 84% probability; "
        "if it is not, about 0.006 is lost."
    )


def test_an_open_study_says_what_to_use_so_far_and_how_many_seeds_would_decide():
    decision = made(standing="open", chances={"adapted": 0.62, "fixed": 0.38})
    sentence = verdict_sentence(*judged("undecided", further=further(4)), decision)
    assert sentence == (
        "Not decided yet; so far use adapted, best of the two with 62% probability; if it is not, about 0.006 is lost; "
        "about 4 more seeds would decide."
    )
    assert "would decide" not in verdict_sentence(*judged("undecided", further=further(None)), decision)


def test_a_cheaper_arm_that_is_as_good_is_named_with_its_price():
    decision = made(arm="fixed", leader="adapted", standing="same", expected_loss=0.0004)
    assert verdict_sentence(*judged("same"), decision) == (
        "Use fixed: practically as good as adapted (within ±0.01 accuracy) at 67% of its cost; "
        "under 0.001 is lost on average."
    )


def test_the_cheapest_leader_of_those_that_are_the_same_is_called_that():
    assert verdict_sentence(*judged("same"), made(standing="same", loss_if_not_best=None)) == (
        "Use adapted: practically the same as fixed (within ±0.01 accuracy); cheapest of those practically the same; "
        "best of the three with 84% probability."
    )


def test_where_all_others_are_left_out_the_sentence_says_why():
    alone = {"arm": "fixed", "chances": {"fixed": 1.0}, "loss_if_not_best": None}
    data, contrasts = judged("reference", interval=(-0.1, -0.02))
    worse = verdict_sentence(data, contrasts, made(**alone, left_out={"adapted": "worse"}))
    assert worse == "Use fixed: adapted is worse by 0.020 to 0.100 accuracy."
    finals = replace(contrasts[0].finals, lost_arm=replace(contrasts[0].finals.lost_arm, count=2))
    lost = (replace(contrasts[0], finals=finals),)
    sentence = verdict_sentence(data, lost, made(**alone, left_out={"adapted": "lost"}))
    assert sentence == "Use fixed: adapted lost 2 of 5 runs, fixed none."
    several = made(**alone, left_out={"adapted": "worse", "cosine": "none", "step": "worse"})
    assert verdict_sentence(data, contrasts, several) == (
        "Use fixed: the 3 other arms are left out: 2 worse, 1 without two runs that trained."
    )


def test_a_standing_that_the_verdicts_of_the_family_do_not_share_is_not_sold_as_decided():
    data, contrasts = judged("undecided")
    assert not is_decided(made(), contrasts)
    assert verdict_sentence(data, contrasts, made()).startswith("Not decided yet; so far use adapted")
    assert not is_decided(made(arm="fixed"), contrasts)
    assert is_decided(made(standing="open"), judged("arm")[1])


@pytest.mark.parametrize(
    ("metadata", "provisional"),
    [({"ended": None}, True), ({"stopped_early": "SIGINT"}, True), ({}, False)],
)
def test_a_study_that_is_not_whole_has_a_provisional_verdict(metadata, provisional):
    comparison = compared(two_arm_runs(5), metadata=replace(default_metadata(), **metadata))
    assert comparison.verdict.startswith("Provisional: use adapted:") == provisional
    assert ("use adapted" in comparison.verdict) == provisional


def test_without_a_confirmation_there_is_no_verdict():
    search = [run for run in two_arm_runs(1) if run.stage == "search"]
    assert compared(search).verdict.startswith("No verdict yet: no arm's winner has been confirmed")
    assert compared(two_arm_runs(1)).verdict.startswith(
        "No verdict: no arm has two confirmed runs that trained"
    )


def test_arms_without_seeds_in_common_have_no_verdict():
    runs = [confirm("fixed", s, [0.7], correct=[1, 0] * 50) for s in (0, 1)]
    runs += [confirm("adapted", s, [0.8], correct=[1, 1] * 50) for s in (2, 3)]
    assert compared(runs).verdict.startswith(
        "No verdict: the arms have fewer than two confirmed seeds in common"
    )


def test_a_study_of_one_arm_compares_with_nothing():
    runs = [run for run in two_arm_runs(3) if run.arm == "fixed"]
    spec = copy.deepcopy(default_spec(["fixed"]))
    verdict = compared(runs, spec=spec).verdict
    assert verdict == "Use fixed, the only arm: test accuracy 0.710 over 3 seeds, compared with nothing."


def test_searches_are_named_where_they_are_what_was_repeated():
    data, contrasts = judged("arm")
    several = replace(data, settings=replace(data.settings, num_repeats=3))
    assert "0.287 accuracy over 3 searches; best" in verdict_sentence(several, contrasts, made())


def test_the_sentence_of_seventeen_arms_fits():
    comparison = compared(many_arm_runs(), spec=many_arm_spec(), metadata=many_arm_metadata())
    assert len(comparison.verdict.split()) <= MAX_WORDS
    assert comparison.decision is not None
    assert comparison.decision.arm in comparison.verdict


def test_a_study_in_which_nothing_was_recorded_says_so():
    comparison = compared(two_arm_runs(1), metadata=RunMetadata())
    empty = replace(
        comparison.data, records=comparison.data.records.head(0), runs=comparison.data.runs.head(0)
    )
    assert verdict_sentence(empty, (), None).startswith("No verdict: nothing was recorded yet")


def test_what_does_not_fit_is_left_out_from_the_end():
    data, contrasts = judged("arm")
    data = replace(
        data,
        settings=replace(data.settings, objective="balanced_accuracy", num_repeats=5),
        metadata=replace(data.metadata, ended=None),
    )
    sentence = verdict_sentence(data, contrasts, made(standing="same", left_out={"a": "none"}))
    assert len(sentence.split()) <= MAX_WORDS
    assert sentence.endswith(
        "cheapest of those practically the same; best of the three left with 84% probability."
    )


ARMS = ("adapted", "fixed", "cosine", "a" * 40)


WHY = dict.fromkeys(ARMS, ("none",)) | {"adapted": ("lost", "none", "worse")}
"""Why an arm may be left out: of the others there is no contrast here to say it by."""


@st.composite
def decisions(draw):
    chances = draw(st.dictionaries(st.sampled_from(ARMS), st.floats(0, 1), min_size=1))
    left_out = {arm: draw(st.sampled_from(WHY[arm])) for arm in ARMS if arm not in chances}
    arm, leader = (draw(st.sampled_from(sorted(chances))) for _ in range(2))
    return made(
        arm=arm,
        leader=leader,
        standing=draw(st.sampled_from(["best", "same", "open"])),
        chances=chances,
        left_out=left_out,
        expected_loss=draw(st.floats(0, 1)),
        loss_if_not_best=draw(st.none() | st.floats(0, 1)),
        cost_seconds={name: draw(st.floats(0, 1e6)) for name in ARMS},
    )


@settings(max_examples=150)
@given(
    decision=decisions(),
    verdict=st.sampled_from(["arm", "reference", "same", "undecided", "withheld", "identical", "unknown"]),
    ends=st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted).map(tuple),
    pairs=st.none() | st.integers(1, 1000),
    ended=st.booleans(),
    num_repeats=st.sampled_from([1, 5]),
)
def test_no_decision_takes_more_than_thirty_words(decision, verdict, ends, pairs, ended, num_repeats):
    data, contrasts = judged(verdict, interval=ends, further=further(pairs))
    data = replace(
        data,
        settings=replace(data.settings, arms=ARMS, objective="balanced_accuracy", num_repeats=num_repeats),
        metadata=replace(data.metadata, ended=data.metadata.ended if ended else None),
    )
    sentence = verdict_sentence(data, contrasts, decision)
    assert len(sentence.split()) <= MAX_WORDS
    assert decision.arm in sentence or decision.leader in sentence
    assert sentence.endswith(".")
    assert not sentence.endswith("..")


def test_every_image_right_is_no_reason_to_be_certain():
    runs = [confirm("fixed", s, [0.5], correct=correct_images(50, seed=s)) for s in range(6)]
    runs += [confirm("adapted", s, [0.9], correct=correct_images(90, seed=s)) for s in range(6)]
    verdict = compared(runs).verdict
    assert "with over 99% probability" in verdict


def test_of_a_reference_that_lost_more_runs_no_probability_is_said():
    data, contrasts = judged("withheld")
    decision = made(arm="fixed", leader="fixed", standing="open", chances={"adapted": 0.005, "fixed": 0.995})
    assert verdict_sentence(data, contrasts, decision) == (
        "Not decided yet; so far use fixed, the best of runs that train, though more of its own were lost."
    )
