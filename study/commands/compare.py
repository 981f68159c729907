"""`lrstudy compare`: put several finished studies into one comparison."""

import argparse
import json
from pathlib import Path

from study.commands.shared.arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folders",
        metavar="RESULTS",
        nargs="+",
        type=path_argument,
        help="results folders of finished studies, two or more",
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        type=path_argument,
        default=Path("comparison"),
        help="where compare.html, its pictures and CSV tables are written (default: comparison)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Compare the studies, write the page, and print the answer."""
    from analysis.several.page import check_folder, write_page
    from analysis.several.pooling import put_together
    from analysis.several.studies import open_studies
    from analysis.several.tables import as_json
    from analysis.several.terminal import format_several

    check_folder(arguments.out)
    _check_not_running(arguments.folders)
    several = put_together(open_studies(arguments.folders))
    page = write_page(several, arguments.out)
    print(json.dumps(as_json(several), indent=2) if arguments.json else format_several(several))
    if not arguments.json:
        print(f"The whole comparison: {page}")
    return 0


def _check_not_running(folders: list[Path]) -> None:
    """Refuse folders without a study, and studies that run.

    Raises:
        StudyError: If one is so.
    """
    from study.errors import StudyError
    from study.results.folder import open_results

    for folder in folders:
        if open_results(folder).is_running():
            raise StudyError(f"{folder}: the study is running; compare it when it has ended")
