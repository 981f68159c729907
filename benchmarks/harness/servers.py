"""Real servers for tests of tracking: MLflow, PostgreSQL, S3, and a proxy that fails."""

import contextlib
import http.server
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MlflowServer:
    """A tracking server in a process of its own, which can be killed and started again."""

    def __init__(
        self, folder: Path, *options: str, store: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self.uri = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._options = options
        self._store = store or f"sqlite:///{folder / 'server.db'}"
        jobs = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # ten processes that judge language models
        self._environment = {**os.environ, **jobs, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        artifacts = (
            ()
            if "--artifacts-destination" in self._options
            else ("--artifacts-destination", str(self._folder / "a"))
        )
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", self._store, "--host", "127.0.0.1",
                 "--port", str(self.port), "--workers", "1", *artifacts, *self._options],
                env=self._environment, stdout=log, stderr=log, start_new_session=True, cwd=self._folder,
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{self.uri}/health", timeout=5)
                return
            except OSError:
                assert time.monotonic() < deadline, (self._folder / "server.log").read_text()
                assert self._process.poll() is None, (self._folder / "server.log").read_text()
                time.sleep(0.2)

    def kill(self) -> None:
        """Kill it with its workers."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextlib.contextmanager
def failing_proxy(target: str, *, seed: int) -> Iterator[str]:
    """Yield the address of a proxy: of ten requests one fails, two are late, and of one the answer is lost."""
    chance = random.Random(seed)

    class Handler(http.server.BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fate = chance.choice(("failed", "late", "late", "lost", *6 * ("passed",)))
            if fate == "failed":
                self._answer(503, b"try again")
                return
            if fate == "late":
                time.sleep(chance.random() / 2)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
            request = urllib.request.Request(target + self.path, body or None, headers, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    status, content = response.status, response.read()
            except urllib.error.HTTPError as error:
                with error:
                    status, content = error.code, error.read()
            if fate == "lost":
                self._answer(502, b"lost")
            else:
                self._answer(status, content)

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = _pass_on  # noqa: N815 - the library's names

        def log_message(
            self,
            format: str,  # noqa: A002 - the library's name
            *args: object,
        ) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Yield the address of a new PostgreSQL server; it refuses to run as root, so there another user runs it."""
    data, port = folder / "postgresql", free_port()
    data.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        for parent in data.parents:
            if str(parent).startswith("/tmp") and parent != Path("/tmp"):
                parent.chmod(parent.stat().st_mode | 0o011)
        as_user = ["runuser", "-u", "postgres", "--"]
    binaries = POSTGRESQL[-1]
    subprocess.run(
        [*as_user, binaries / "initdb", "-D", data, "-U", "mlflow", "-A", "trust"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1"
    start = [*as_user, binaries / "pg_ctl", "-D", data, "-l", data / "log", "-w", "-o", options, "start"]
    subprocess.run(start, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=True,
            capture_output=True,
            cwd="/",
        )
