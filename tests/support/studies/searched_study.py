"""A synthetic study whose search is long enough to say something of it."""

import json
from dataclasses import replace

import numpy as np

from analysis.loading.run_metadata import Winner
from tests.support.synthetic_study import Run, default_metadata, default_spec

SPACES = {
    "adapted": {
        "lr": {"log_uniform": [1e-3, 0.1]},
        "stem_to_head": {"log_uniform": [1e-2, 1.0]},
        "cycle_mult": {"choice": [1.0, 2.0, 3.0]},
    },
    "fixed": {"lr": {"log_uniform": [1e-3, 0.1]}},
}
RECIPES = {"adapted": "adaptation", "fixed": "fixed_rate"}


def spec(*, algorithm="tpe", trials=12):
    given = default_spec(list(SPACES))
    for arm, space in SPACES.items():
        given["arms"][arm] = {"recipe": RECIPES[arm], "search": space}
    given["search"]["algorithm"] = algorithm
    given["budget"]["trials"] = trials
    return given | {"selection": {"top": 2, "seeds": 2}}


def metadata(runs):
    winners = {}
    for run in runs:
        if run.stage == "confirm":
            trial = next(each for each in runs if each.stage == "search" and _same(each, run))
            winners[run.arm] = (Winner(run=trial.name, config={"architecture": run.architecture}),)
    return replace(default_metadata(), stage_seconds={"search": 240.0, "confirm": 40.0}, winners=winners)


def runs(num_trials=12, *, noise=0.004):
    """Return a search of each arm, whose best rate is 0.03, a selection of its best two, and three confirmations."""
    return [
        run for arm in SPACES for run in _arm_runs(arm, num_trials, np.random.default_rng(len(arm)), noise)
    ]


def _arm_runs(arm, num_trials, generator, noise):
    made = []
    for number in range(num_trials):
        config = {"lr": float(10 ** generator.uniform(-3, -1))}
        if arm == "adapted":
            config |= {
                "stem_to_head": float(10 ** generator.uniform(-2, 0)),
                "cycle_mult": float(generator.choice([1.0, 2.0, 3.0])),
            }
        value = _mean(config) + generator.normal(0, noise)
        made.append((f"{arm}-{number:04d}", config, value))
    best = sorted(made, key=lambda each: -each[2])[:2]
    found = [_run(arm, "search", name, 0, config, value) for name, config, value in made]
    for name, config, _ in best:
        for seed in (1001, 1002):
            value = _mean(config) + generator.normal(0, noise)
            found.append(_run(arm, "selection", f"{name}-s{seed}", seed, config, value))
    for seed in range(2001, 2004):
        config = best[0][1]
        value = _mean(config) + generator.normal(0, noise)
        found.append(_run(arm, "confirm", f"{arm}-confirm-{seed}", seed, config, value))
    return found


def _mean(config):
    return 0.9 - 0.1 * (np.log10(config["lr"]) + 1.5) ** 2


def _run(arm, stage, name, seed, config, value):
    correct = [1] * round(100 * value) + [0] * (100 - round(100 * value)) if stage == "confirm" else None
    return Run(
        arm=arm,
        stage=stage,
        name=name,
        seed=seed,
        values=[0.5, float(value)],
        lr=config["lr"],
        config=config,
        correct=correct,
    )


def _same(left, right):
    return left.arm == right.arm and json.dumps(dict(left.config)) == json.dumps(dict(right.config))
