"""Study of one configuration: the file by which `lrstudy run` trains an arm's winner again, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.findings.pairs import confirmations
from analysis.loading.study_data import StudyData

_MAX_NAME = 80
_LEFT_OUT = ("storage", "presets")
"""Keys of the study that the new one does not take over: its results lie beside its own file."""


def winner_study(data: StudyData, arm: str) -> dict[str, Any] | None:
    """Return a study file in which an arm's confirmed winner is the only configuration, with one trial and one seed.

    Of several searches the winner with the best mean validation objective over its seeds: the test split chooses
    nothing. None where the study's file is not known, or the arm has no confirmed run.

    Args:
        data: The study.
        arm: An arm of it.
    """
    winner = _winner(data, arm)
    if winner is None or not data.spec:
        return None
    config, spec = winner["config"], data.spec
    kept = {key: value for key, value in spec.items() if key not in _LEFT_OUT}
    compare = {key: value for key, value in (spec.get("compare") or {}).items() if key != "noninferior"}
    return kept | {
        "name": f"{spec['name']}-{arm}"[:_MAX_NAME],
        "model": (spec.get("model") or {}) | {"architecture": config["architecture"]},
        "arms": {arm: _settled(spec["arms"][arm] or {}, config) | {"search": {}}},
        "training": _settled(spec.get("training") or {}, config),
        "budget": (spec.get("budget") or {}) | {"trials": 1, "minutes": None},
        "search": {"algorithm": "random", "seed": 0},
        "selection": {"top": 1, "seeds": 0},
        "confirm": {"seeds": 1},
        "compare": compare | {"reference": arm},
    }


def _winner(data: StudyData, arm: str) -> pd.Series | None:
    ended = confirmations(data.runs)
    of_arm = ended[(ended["arm"] == arm) & ended["overall"].astype(bool) & ended["final_val"].notna()]
    if of_arm.empty:
        return None
    best = of_arm.groupby("repeat")["final_val"].mean().idxmax()
    winner: pd.Series = of_arm[of_arm["repeat"] == best].iloc[0]
    return winner


def _settled(section: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section of a study file with everything that it searches as the configuration has it.

    A rate that was searched in multiples of the range test's is `auto`, with its multiple beside it.
    """
    settled = dict(section)
    searched = settled.pop("search", None) or {}
    for key in [*searched, *(key for key, value in section.items() if isinstance(value, Mapping))]:
        settled |= {name: config[name] for name in (key, f"{key}_times") if name in config}
    return settled
