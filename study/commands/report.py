"""`lrstudy report`: write a study's report again and print the answer."""

import argparse
import json
import shlex

from study.commands.shared.arguments import path_argument
from study.commands.shared.where_next import program, shown, where_next
from study.results.answer import latest_answer
from study.results.folder import Results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    parser.add_argument("--json", action="store_true", help="print JSON (docs/json.md)")


def execute(arguments: argparse.Namespace) -> int:
    """Write tables, figures and report.html from the journal, and print the answer and where to look next."""
    from study.tracking.mlflow_tracker.acknowledged import SENT
    from study.tuning.finish import report_again

    results = Results(folder=arguments.folder.expanduser().absolute())
    text = report_again(results.folder)
    if arguments.json:
        print(json.dumps({**(latest_answer(results) or {}), "folder": str(results.folder)}, indent=2))
        return 0
    in_mlflow = (results.journal / SENT).exists()
    ui = f"{program()} ui {shlex.quote(shown(results.folder))}"
    print(text)
    print(where_next(results, runs=(ui, "every run in MLflow") if in_mlflow else None))
    return 0
