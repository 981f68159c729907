"""The settings that a search varied, as they are named in the report."""

import pandas as pd

from analysis.findings.configurations import describe_config, searched_keys


def test_where_a_run_kept_files_is_nothing_that_was_searched() -> None:
    """A study that was moved, or extended by a later version, has trials with other places."""
    configs = [
        {"lr": 0.1, "cache": "/here", "share_prefixes": "s-12", "seed": 0},
        {"lr": 0.2, "cache": "/there", "share_prefixes": "s-34", "seed": 0},
    ]
    runs = pd.DataFrame({"stage": "search", "arm": "a", "config": configs})
    assert searched_keys(runs, "a") == ["lr"]
    assert describe_config(configs[0], among=configs) == "lr=0.1"
