import math

from analysis import compare, load_study
from tests.support.synthetic_study import Run, write_study

# logarithms of the ratio of times over five seeds: mean 0.2, standard deviation 0.158, so t = 2.83 and p = 0.047
LOG_RATIOS = (0.0, 0.1, 0.2, 0.3, 0.4)


def answers(folder, arms):
    runs = []
    for seed, log_ratio in enumerate(LOG_RATIOS, start=1):
        for arm in arms:
            seconds = 10.0 if arm == "fixed" else 10.0 * math.exp(-log_ratio)
            run = Run(
                arm=arm,
                stage="confirm",
                name=f"{arm}-{seed}",
                seed=seed,
                values=[0.5, 0.7],
                seconds_per_epoch=seconds,
            )
            runs.append(run)
    return compare(load_study(write_study(folder / "toy", runs))).answer


def test_one_comparison_is_shown_by_its_own_interval(tmp_path):
    (answer,) = answers(tmp_path, ("adapted", "fixed"))
    assert "adapted is 1.22 times as fast as fixed" in answer
    assert "questions)" not in answer


def test_a_ratio_that_the_number_of_comparisons_undoes_is_explained(tmp_path):
    # at the level of one of two questions the half-width is 3.495 x 0.0707
    low, high = (math.exp(0.2 + sign * 3.4954 * 0.0707107) for sign in (-1, 1))
    for answer in answers(tmp_path, ("adapted", "cosine", "fixed")):
        assert "Who is faster to fixed's final validation level (about 0.700) is not decided yet" in answer
        interval = f"97.5% interval {low:#.3g} to {high:#.3g}, judged as one of 2 questions"
        assert f"ratio 1.22 ({interval})" in answer
