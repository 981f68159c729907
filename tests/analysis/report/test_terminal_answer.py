"""The answer for a terminal: twelve lines of at most 100 columns."""

from dataclasses import replace

from analysis import format_comparison
from analysis.loading.run_metadata import RunMetadata
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import Run, default_metadata, default_spec, two_arm_runs


def lines_of(*args, **options):
    text = format_comparison(compared(*args, **options))
    lines = text.splitlines()
    assert len(lines) <= 12
    assert max(len(line) for line in lines) <= 100
    return lines


def test_it_has_the_verdict_the_difference_with_its_interval_and_the_cost():
    comparison = compared(two_arm_runs())
    lines = lines_of(two_arm_runs())
    assert " ".join(lines).startswith(comparison.verdict)
    (arm,) = [line for line in lines if line.startswith("  adapted")]
    low, high = comparison.contrasts[0].final_result.interval
    # two arms: one question, judged at 95 %
    assert (
        arm
        == f"  adapted \N{MINUS SIGN} fixed  +0.100  95% interval {low:+.3f} to {high:+.3f}  better, faster"
    )
    assert "It took 2 min, 0.1000: search 60 s, confirmation 40 s." in lines
    assert " ".join(" ".join(lines).split()).endswith(f"Beware: {comparison.warnings[-1]}")


def test_an_open_question_says_what_would_decide_it():
    same = two_arm_runs(gain=0.0, test_gain=1)
    contrast = compared(same).contrasts[0]
    assert contrast.final_result.verdict == "undecided"
    (arm,) = [line for line in lines_of(same) if line.startswith("  adapted")]
    assert arm.endswith(f"  not decided; {contrast.further.needed.pairs} more seeds would decide")


def test_many_arms_stay_within_twelve_lines_and_the_rest_is_counted():
    lines = lines_of(many_arm_runs(), spec=many_arm_spec(), metadata=many_arm_metadata())
    shown = [line for line in lines if " \N{MINUS SIGN} fixed " in line]
    (rest,) = [line for line in lines if line.endswith("more arms: in the report")]
    assert len(lines) == 12
    assert len(shown) + int(rest.split()[0]) == 16
    means = [
        float(line.split("\N{MINUS SIGN}", 1)[1].split()[1].replace("\N{MINUS SIGN}", "-")) for line in shown
    ]
    assert means == sorted(means, reverse=True)


def test_non_inferiority_is_answered_where_it_is_asked():
    spec = default_spec(["adapted", "fixed"])
    asked = spec | {"compare": spec["compare"] | {"noninferior": "adapted"}}
    sentence = "adapted is shown to be no worse than fixed by more than 0.010 (lowest end"
    assert any(line.startswith(sentence) for line in lines_of(two_arm_runs(), spec=asked))
    assert not any("no worse than" in line for line in lines_of(two_arm_runs(), spec=spec))


def test_a_study_without_a_confirmation_says_so():
    runs = [run for run in two_arm_runs() if run.stage == "search"]
    lines = lines_of(runs, metadata=replace(default_metadata(), ended=None))
    assert lines[0].startswith("No verdict yet")
    assert not any(" \N{MINUS SIGN} " in line for line in lines)
    alone = [Run(arm="fixed", stage="confirm", name=f"fixed-{s}", seed=s, values=[0.5]) for s in range(3)]
    spec = default_spec(["fixed"])
    assert "nothing to compare" in " ".join(lines_of(alone, spec=spec, metadata=RunMetadata()))
