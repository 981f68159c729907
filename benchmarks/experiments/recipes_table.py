"""Print the table of docs/recipes.md from a study's results: every arm, none left out.

lrstudy run recipes
python benchmarks/experiments/recipes_table.py results/recipes
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

SHOWN = (
    "lr",
    "head_lr",
    "cycle_mult",
    "stem_to_head",
    "layer_decay",
    "section_ratio",
    "small_scale",
    "patience",
    "power",
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path, nargs="+", help="folder of a finished study")
    folders = parser.parse_args().results
    print("\n".join(_rows(folders)))
    print()
    print("\n".join(_further(folders)))


def _read(folders: list[Path], name: str) -> pd.DataFrame:
    """Return a table of all folders, each arm from the last folder that has it."""
    tables: list[pd.DataFrame] = []
    for folder in folders:
        table = pd.read_csv(folder / name)
        tables = [earlier[~earlier["arm"].isin(table["arm"])] for earlier in tables]
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _rows(folders: list[Path]) -> Iterator[str]:
    runs = _read(folders, "confirmations.csv")
    runs = runs[runs["overall"]]
    summary = _read(folders, "summary.csv")
    against = summary[(summary["measure"] == "test") & summary["architecture"].isna()].set_index("arm")
    yield "| arm | found by search | test accuracy, % | against fixed | seconds a run | epochs | runs |"
    yield "|---|---|---|---|---|---|---|"
    arms = runs.groupby("arm")["final_test"].mean().sort_values(ascending=False).index
    for arm in arms:
        own = runs[runs["arm"] == arm]
        done = own[own["status"] == "finished"]
        yield " | ".join(
            (
                f"| `{arm}`",
                _found(json.loads(own["config"].iloc[0])),
                _spread(100 * done["final_test"], 1),
                _difference(against, arm),
                _spread(done["cost_seconds"], 0),
                f"{done['num_epochs'].min()} ... {done['num_epochs'].max()}"
                if done["num_epochs"].nunique() > 1
                else f"{done['num_epochs'].iloc[0]}",
                f"{len(done)} of {len(own)} |",
            )
        )


def _further(folders: list[Path]) -> Iterator[str]:
    further = _read(folders, "further.csv")
    further = further[(further["measure"] == "objective") & further["architecture"].isna()]
    ways = ("tta", "ensemble", "average")
    yield "| arm | last network, % | " + " | ".join(ways) + " |"
    yield "|---|---|" + "---|" * len(ways)
    for arm, rows in further.groupby("arm", sort=False):
        by_way = rows.set_index("way")
        beside = (
            f"{100 * by_way.loc[way, 'difference']:+.1f}" if way in by_way.index else "-" for way in ways
        )
        yield f"| `{arm}` | {100 * by_way.loc['last', 'mean']:.1f} | " + " | ".join(beside) + " |"


def _found(config: dict[str, object]) -> str:
    return ", ".join(
        f"`{key}` {config[key]:.3g}" if isinstance(config[key], int | float) else f"`{key}` {config[key]}"
        for key in SHOWN
        if key in config and config[key] is not None
    )


def _spread(values: pd.Series, digits: int) -> str:
    spread = f" ± {values.std():.{digits}f}" if len(values) > 1 else ""
    return f"{values.mean():.{digits}f}{spread}"


def _difference(against: pd.DataFrame, arm: str) -> str:
    if arm not in against.index:
        return "-"
    row = against.loc[arm]
    if pd.isna(row["low"]):
        return "no interval"
    return f"{100 * row['mean']:+.1f} ({100 * row['low']:+.1f} to {100 * row['high']:+.1f})"


if __name__ == "__main__":
    main()
