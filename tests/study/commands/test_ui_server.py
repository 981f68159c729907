"""The server of `lrstudy ui`: told of once it answers, and what is said where it can't start."""

import socket
import sys
import urllib.request

import pytest

from study.commands import ui
from study.errors import StudyError

ANSWERS_AFTER_A_WHILE = """
import http.server, sys, time
print("begun", flush=True)
time.sleep(0.5)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("answers", flush=True)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).handle_request()
time.sleep(0.5)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    return found


def test_the_address_is_printed_once_the_server_answers(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    at = f"http://127.0.0.1:{port}"
    assert (
        ui._serve([sys.executable, "-c", ANSWERS_AFTER_A_WHILE, str(port)], at=at, page="/#/x", charts="/#/y")
        == 0
    )
    assert capfd.readouterr().out.splitlines() == [
        "begun",
        "answers",
        f"Open {at}/#/x in a browser; the study's trials lie below its run. Ctrl-C ends it.",
        f"Its arms as charts: {at}/#/y",
    ]


def test_the_server_is_asked_past_a_proxy(
    port: int, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui, "PATIENCE_SECONDS", 5.0)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    urllib.request.install_opener(urllib.request.build_opener())
    try:
        at = f"http://127.0.0.1:{port}"
        assert (
            ui._serve([sys.executable, "-c", ANSWERS_AFTER_A_WHILE, str(port)], at=at, page="", charts="")
            == 0
        )
    finally:
        urllib.request.install_opener(None)
    assert "Open" in capfd.readouterr().out


def test_a_server_that_can_not_start_is_a_sentence_and_no_address(
    port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StudyError, match="could not start \\(exit status 3\\)"):
        ui._serve(
            [sys.executable, "-c", "raise SystemExit(3)"], at=f"http://127.0.0.1:{port}", page="", charts=""
        )
    assert "Open" not in capfd.readouterr().out


def test_a_server_that_does_not_answer_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(StudyError, match="has not answered"):
        ui._serve(
            [sys.executable, "-c", "import time; time.sleep(60)"],
            at=f"http://127.0.0.1:{port}",
            page="",
            charts="",
        )


@pytest.mark.parametrize(("host", "words"), [("127.0.0.1", "already in use"), ("192.0.2.1", "assign")])
def test_an_address_that_is_taken_or_not_ours_is_refused(port: int, host: str, words: str) -> None:
    ui._refuse_taken("127.0.0.1", port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(StudyError, match=f"{words}.*--port"):
            ui._refuse_taken(host, port)
