"""The server of `lrstudy try`: the standard library's, on the loopback alone, for one model."""

import base64
import contextlib
import http.client
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from study.errors import StudyError
from study.models.opening import Model
from study.models.trying.page import ShownModel, page_of

LOOPBACK = "127.0.0.1"
OWN_NAMES = (LOOPBACK, "localhost", "[::1]")
"""A browser that was led here by another site's name (DNS rebinding) says that name."""
MOST_BYTES = 64 * 1024 * 1024
"""Of an image; the largest photographs of telephones and cameras have half of it."""
ANSWER = "/answer"
WAIT_SECONDS = 30.0
"""A browser that stops in the middle of a request is waited for so long."""


@contextlib.contextmanager
def serving(model: Model, shown: ShownModel, *, port: int, most_bytes: int = MOST_BYTES) -> Iterator[str]:
    """Serve a model until the body ends; yield the page's address once it answers.

    Args:
        model: Is asked, by one request at a time.
        shown: What the page says of it.
        port: To listen on; 0 takes a free one.
        most_bytes: Larger images are refused.

    Raises:
        StudyError: If nothing can listen there.
    """
    nonce = secrets.token_urlsafe(16)
    page = page_of(shown, nonce=nonce, most_bytes=most_bytes).encode()
    handler = _handler(_asking(model), page, nonce=nonce, most_bytes=most_bytes)
    try:
        server = ThreadingHTTPServer((LOOPBACK, port), handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StudyError(
            f"nothing can be served at {LOOPBACK}:{port} ({why}); choose another --port"
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="try", daemon=True)
    thread.start()
    try:
        _see_it_answer(server.server_port)
        yield f"http://{LOOPBACK}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asking(model: Model) -> Callable[[bytes], dict[str, Any]]:
    lock = threading.Lock()

    def ask(content: bytes) -> dict[str, Any]:
        with lock:
            (row,) = model.answers([base64.b64encode(content).decode()])
        values = dict(zip(model.columns, row, strict=True))
        probabilities = [value for name, value in values.items() if name.startswith("p_")]
        return {
            "class": values["class"],
            "probability": values["probability"],
            "probabilities": probabilities,
            "error": values["error"],
        }

    return ask


def _see_it_answer(port: int) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=WAIT_SECONDS)
    connection.request("GET", "/")
    assert connection.getresponse().status == HTTPStatus.OK
    connection.close()


def _handler(
    ask: Callable[[bytes], dict[str, Any]], page: bytes, *, nonce: str, most_bytes: int
) -> type[BaseHTTPRequestHandler]:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src blob: data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

    class Handler(BaseHTTPRequestHandler):
        """Gives the page, and an answer to each image."""

        timeout = WAIT_SECONDS
        server_version = "lrstudy"
        sys_version = ""

        def do_GET(self) -> None:
            if not self._is_from_here():
                return
            if self.path == "/":
                self._send(HTTPStatus.OK, page, "text/html; charset=utf-8")
            elif self.path == "/favicon.ico":
                self._send(HTTPStatus.NO_CONTENT, b"", "image/x-icon")
            else:
                self._say(HTTPStatus.NOT_FOUND, "There is nothing here but the page at /.")

        def do_POST(self) -> None:
            if not self._is_from_here():
                return
            if self.path != ANSWER:
                self._say(HTTPStatus.NOT_FOUND, f"Images are taken at {ANSWER}.")
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal():
                self._say(HTTPStatus.LENGTH_REQUIRED, "The length of the image is not said.")
            elif int(length) > most_bytes:
                self._say(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"The file is too large: up to {most_bytes / 2**20:.0f} MB are taken.",
                )
            else:
                self._answer(self.rfile.read(int(length)))

        def _answer(self, content: bytes) -> None:
            values = json.dumps(ask(content), ensure_ascii=False).encode()
            self._send(HTTPStatus.OK, values, "application/json")

        def _is_from_here(self) -> bool:
            """Refuse what a page of another site sends, under its own name or under ours."""
            own = [f"{name}:{self.connection.getsockname()[1]}" for name in OWN_NAMES]
            origin = self.headers.get("Origin")
            if self.headers.get("Host") in own and origin in (None, *(f"http://{name}" for name in own)):
                return True
            self._say(HTTPStatus.FORBIDDEN, "Only this machine's own page may ask.")
            return False

        def _say(self, status: HTTPStatus, sentence: str) -> None:
            self.close_connection = True  # what was sent has not been read
            self._send(status, json.dumps({"error": sentence}).encode(), "application/json")

        def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", policy)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
            """Say nothing: the terminal has the address alone."""

    return Handler
