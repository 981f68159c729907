"""The command line: finds the command, turns the user's errors into one sentence and an exit status."""

import argparse
import importlib
import importlib.metadata
import io
import keyword
import os
import sys
from collections.abc import Sequence
from types import ModuleType

COMMANDS = {
    "new": "write a commented study file for a folder of images",
    "data": "look at a study's images: repeated pictures, leaks, labels, what is missing or unusual",
    "plan": "print and draw what a study would run, and what it would cost",
    "run": "run a study and compare its arms",
    "resume": "continue an interrupted study",
    "curve": "study the arms at several numbers of labels: what more labels bring",
    "extend": "add trials or confirmation seeds to a study that has ended",
    "fit": "train the recommended configuration on all images but the test's, and write its model",
    "status": "say how far a study is",
    "report": "write a study's report again and print the comparison",
    "compare": "put several finished studies into one comparison",
    "sync": "send MLflow what it has not got of a study, and close the runs of one that died",
    "predict": "ask a study's winner about image files",
    "try": "open a page that shows what a study's winner says of photographs",
    "register": "register an arm's winner in MLflow's model registry",
    "cache": "list what lies in the cache, and delete what nobody uses",
    "ui": "open MLflow's user interface on a study's runs",
    "find-lr": "run the learning-rate range test and draw it",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 1 for the user's errors, 130 after Ctrl-C."""
    _write_anything()
    arguments = make_parser().parse_args(argv)
    from study.errors import StudyError
    from trainables.text import printable

    try:
        status: int = _module(arguments.command).execute(arguments)
    except (StudyError, ValueError) as error:
        print(f"lrstudy {arguments.command}: {printable(str(error), keep=chr(10))}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt as error:
        advice = f"; {printable(str(error))}" if str(error) else ""
        print(f"lrstudy {arguments.command}: interrupted{advice}", file=sys.stderr)
        return 130
    return status


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="lrstudy", description="Find out how far learning-rate adaptation pays on your images."
    )
    version = f"lrstudy {importlib.metadata.version('lrstudy')}"
    parser.add_argument("--version", action="version", version=version)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = subparsers.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        _module(name).add_arguments(command)
    return parser


def _write_anything() -> None:
    """Have what a terminal's encoding can't hold written as an escape: no answer breaks off in the middle."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _module(command: str) -> ModuleType:
    name = command.replace("-", "_") + ("_" if keyword.iskeyword(command) else "")
    return importlib.import_module(f"study.commands.{name}")


if __name__ == "__main__":
    sys.exit(main())
