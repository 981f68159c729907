"""`lrstudy ui`: open MLflow's user interface on a study's runs."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys

from study.commands._arguments import path_argument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", metavar="RESULTS", type=path_argument, help="a study's results folder, results/NAME"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=5000)


def execute(arguments: argparse.Namespace) -> int:
    """Serve the interface until Ctrl-C; where the study is tracked on a server, say where that is."""
    from study.errors import StudyError
    from study.results.folder import open_results
    from study.results.places import read_here
    from study.spec.tracking_address import address, artifact_location, tracking_uri
    from study.tracking.mlflow_tracker.moved_store import follow_move

    results = open_results(arguments.folder.expanduser().absolute())
    tracking = read_here(results).tracking
    if tracking.chosen != "mlflow":
        raise StudyError(f"the study has the tracker {tracking.chosen}; MLflow shows nothing of it")
    from mlflow.tracking import MlflowClient

    uri = tracking_uri(tracking.uri, results.folder.parent)
    if uri.startswith("http"):
        print(f"This study is tracked at {uri}: open that address in a browser.")
        return 0
    experiment = MlflowClient(tracking_uri=address(uri)).get_experiment_by_name(tracking.experiment)
    if experiment is None:
        raise StudyError(
            f"{uri} holds no experiment {tracking.experiment}: nothing of the study was tracked there"
        )
    artifacts = artifact_location(tracking.uri, results.folder.parent)
    follow_move(uri, before=experiment.artifact_location, now=artifacts)
    runs = f"http://{arguments.host}:{arguments.port}/#/experiments/{experiment.experiment_id}/runs"
    print(f"Open {runs} in a browser; the study's trials lie below its run. Ctrl-C ends it.", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", address(uri)]
    return _serve([*command, "--host", arguments.host, "--port", str(arguments.port)])


def _serve(command: list[str]) -> int:
    """Run the server and its workers until they end or this process is told to; none of them is left behind then.

    Without MLflow's jobs, ten processes that judge language models, unless the environment asks for them.
    """
    environment = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **os.environ}
    server = subprocess.Popen(command, start_new_session=True, env=environment)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return server.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()
