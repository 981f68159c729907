"""The answer of a study as plain values, `answer.json` beside its report: what trackers and scripts read."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from study.results.folder import Results, write_whole

ANSWER = "answer.json"
PROGRAM = "lrstudy"


def write_answer(folder: Path, values: Mapping[str, Any]) -> None:
    """Write the answer beside its report, whole or not at all."""
    write_whole(folder / ANSWER, json.dumps(values, indent=2, allow_nan=False, ensure_ascii=False))


def latest_answer(results: Results) -> dict[str, Any] | None:
    """Return the answer of the latest report, and the commands of what to do next; None where there is none.

    Reports of earlier versions have none beside them, until `lrstudy report` writes them again.
    """
    for folder in reversed(results.report_folders):
        file = folder / ANSWER
        if file.exists():
            values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            commands = [command for command, _ in next_commands(values["next"], results)]
            return {**values, "next": {**values["next"], "commands": commands}}
        break
    return None


def next_commands(
    step: Mapping[str, Any], results: Results, *, program: str = PROGRAM, folder: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return what to do next: commands as they are typed, each with what it does.

    Args:
        step: The answer's `next`.
        results: The study's.
        program: How lrstudy is called.
        folder: How the results are named in the commands; None names them by their absolute path.
    """
    where = shlex.quote(str(results.folder.absolute()) if folder is None else folder)
    if step["step"] == "none":
        return ()
    if step["step"] == "resume":
        return ((f"{program} resume {where}", "goes on where it stopped"),)
    commands, arm = [], step["arm"]
    if step["step"] == "use" and arm is not None and (results.models / arm / "MLmodel").exists():
        name = shlex.quote(results.folder.name)
        does = f"makes {arm}'s model a registered one"
        commands.append((f"{program} register {where} --arm {shlex.quote(arm)} --as {name}", does))
        does = "trains it on validation images, too, and calibrates it"
        commands.append((f"{program} fit {where}", does))
    if step["seeds"] is not None:
        does = "decides it" if step["step"] == "extend" else "settles which arm is the best"
        commands.append(
            (f"{program} extend {where} --seeds {step['seeds']}", f"{does} with a chance of {_chance(step)}")
        )
    return tuple(commands)


def _chance(step: Mapping[str, Any]) -> str:
    return f"{100 * step['chance']:.0f}%"
