"""`lrstudy resume`: continue an interrupted study."""

import argparse
from pathlib import Path

from study.commands.run import show_result
from study.commands.shared.arguments import add_study_file
from study.spec.checks.texts import file_problem
from study.spec.study_file import load_spec, read_resolved


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser, more="; or a study's results folder, results/NAME")


def execute(arguments: argparse.Namespace) -> int:
    """Continue the study; 0 where it ran to its end, 130 where a signal stopped it."""
    folder = None if file_problem(arguments.file) else Path(arguments.file).expanduser()
    if folder is None or not (folder / "study.yaml").is_file():
        spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
        from study.tuning.runner import resume_study

        return show_result(resume_study(spec))
    from study.results.folder import open_results
    from study.results.places import moved_paths

    folder = open_results(folder.resolve()).folder
    arguments.file = str(folder / "study.yaml")
    arguments.overrides = [*moved_paths(read_resolved(arguments.file), folder), *arguments.overrides]
    spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
    from study.tuning.runner import resume_study

    return show_result(resume_study(spec, folder))
