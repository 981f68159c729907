"""`lrstudy ui`: open MLflow's user interface on a study's runs."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from study.commands.shared.arguments import path_argument

PATIENCE_SECONDS = 180.0
"""For so long a server may take until it answers; on a busy machine MLflow's was seen to take 40 s."""


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
    from analysis.loading.run_metadata import RunMetadata
    from study.errors import StudyError
    from study.proxies import reach_this_machine
    from study.results.folder import open_results
    from study.results.places import read_here
    from study.spec.tracking_address import address, artifact_location, tracking_uri
    from study.tracking.mlflow_tracker.moved_store import follow_move
    from study.tracking.mlflow_tracker.saved_views import charts_page

    results = open_results(arguments.folder.expanduser().absolute())
    tracking = read_here(results).tracking
    if tracking.chosen != "mlflow":
        raise StudyError(f"the study has the tracker {tracking.chosen}; MLflow shows nothing of it")
    from mlflow.tracking import MlflowClient

    uri = tracking_uri(tracking.uri, results.folder.parent)
    if uri.startswith("http"):
        print(f"This study is tracked at {uri}: open that address in a browser.")
        return 0
    _refuse_taken(arguments.host, arguments.port)
    experiment = MlflowClient(tracking_uri=address(uri)).get_experiment_by_name(tracking.experiment)
    if experiment is None:
        raise StudyError(
            f"{uri} holds no experiment {tracking.experiment}: nothing of the study was tracked there"
        )
    artifacts = artifact_location(tracking.uri, results.folder.parent)
    follow_move(uri, before=experiment.artifact_location, now=artifacts)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", address(uri)]
    reach_this_machine()
    return _serve(
        [*command, "--host", arguments.host, "--port", str(arguments.port)],
        at=f"http://{_reached_at(arguments.host)}:{arguments.port}",
        page=f"/#/experiments/{experiment.experiment_id}/runs",
        charts=charts_page(RunMetadata.read(results.run_metadata).study_id, experiment),
    )


def _refuse_taken(host: str, port: int) -> None:
    """Refuse an address that nothing can listen on, before anything is begun.

    Raises:
        StudyError: With what is wrong with it.
    """
    from study.errors import StudyError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise StudyError(
                f"nothing can be served at {host}:{port} ({why}); choose another port with --port"
            ) from error


def _reached_at(host: str) -> str:
    """Return the host by which a browser on this machine reaches a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):  # every address of this machine
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _serve(command: list[str], *, at: str, page: str, charts: str) -> int:
    """Run the server and its workers until they end or this process is told to; none of them is left behind then.

    Its address is printed once it answers. Without MLflow's jobs, ten processes that judge language models, unless the
    environment asks for them.
    """
    environment = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **os.environ}
    server = subprocess.Popen(command, start_new_session=True, env=environment)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _wait_until_it_answers(server, at)
        print(f"Open {at}{page} in a browser; the study's trials lie below its run. Ctrl-C ends it.")
        print(f"Its arms as charts: {at}{charts}", flush=True)
        return server.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", at: str) -> None:
    """Wait until the server answers.

    Raises:
        StudyError: If it ends instead, or does not answer for `PATIENCE_SECONDS`.
    """
    from study.errors import StudyError

    print("MLflow's server is starting ...", file=sys.stderr, flush=True)
    # `urlopen` keeps the proxies of its first call in this process, whatever the environment says since
    past_proxies = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise StudyError(
                f"MLflow's server could not start (exit status {server.returncode}); what it said is above"
            )
        with contextlib.suppress(OSError), past_proxies.open(f"{at}/health", timeout=5):
            return
        time.sleep(0.2)
    raise StudyError(f"MLflow's server at {at} has not answered for {PATIENCE_SECONDS:.0f} s")
