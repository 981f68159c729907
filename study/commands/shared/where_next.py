"""Places to look at after a study, and what to do next, for a terminal."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.wording import number_format as fmt
from study.results.answer import latest_answer, next_commands
from study.results.folder import COMPARISON, Results


def program() -> str:
    """Return how lrstudy is called from here."""
    return "lrstudy" if shutil.which("lrstudy") else sys.argv[0]


def where_next(results: Results, *, runs: tuple[str, str] | None) -> str:
    """Return the files of the latest report, where every run is shown, and the commands of the next step.

    Args:
        results: The study's.
        runs: Where every run is shown, and by what; None where no tracker has them.
    """
    report = results.report_folders[-1]
    look = [
        (shown(report / "report.html"), "the whole report, with pictures"),
        (shown(report / COMPARISON), "all of it in words"),
        *([] if runs is None else [runs]),
    ]
    if (picture := results.profile / "profile.png").exists():
        look.append((shown(picture), "where the seconds went; traces beside it"))
    width = max(len(place) for place, _ in look)
    lines = ["Where to look next:", *(f"  {place.ljust(width)}   {what}" for place, what in look)]
    answer = latest_answer(results)
    step = {"step": "none", "seeds": None} if answer is None else answer["next"]
    steps = next_commands(step, results, program=program(), folder=shown(results.folder))
    if steps:
        lines += ["What to do next:", *(line for each in steps for line in _step(*each, step))]
    return "\n".join(lines)


def _step(command: str, does: str, step: Mapping[str, Any]) -> tuple[str, str]:
    """Return a command and below it what it does; of further seeds how long they take, and what they cost."""
    known = step["seeds"] is not None and step["seconds"] is not None and "--seeds" in command
    money = "" if not known or step["money"] is None else f", {fmt.money(step['money'])}"
    return f"  {command}", f"    {does}" + (
        f", about {fmt.duration(step['seconds'])}{money}" if known else ""
    )


def shown(path: Path) -> str:
    """Return a path as it is typed here: relative where it lies below this folder."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here) if here in absolute.parents else absolute)
