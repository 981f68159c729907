"""The server of `lrstudy try`: answers its own page, and nobody whom a browser brings from elsewhere."""

import http.client
import json
import socket
import urllib.parse
from collections.abc import Iterator, Mapping

import pytest

from study.errors import StudyError
from study.models.trying.server import serving
from tests.support.models.fixed_answers import CLASSES, PROBABILITIES, SHOWN, FixedAnswers

Asked = tuple[int, Mapping[str, str], str]


@pytest.fixture
def model() -> FixedAnswers:
    return FixedAnswers()


@pytest.fixture
def port(model: FixedAnswers) -> Iterator[int]:
    with serving(model, SHOWN, port=0, most_bytes=1000) as address:
        found = urllib.parse.urlsplit(address)
        assert found.hostname == "127.0.0.1"
        assert found.port
        yield found.port


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Asked:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    found = response.status, dict(response.getheaders()), response.read().decode()
    connection.close()
    return found


def test_an_image_gets_its_probabilities_and_a_broken_one_a_sentence(port: int, model: FixedAnswers) -> None:
    status, _, body = ask(port, "POST", "/answer", b"\xff\xd8 a photograph")
    assert status == 200
    assert json.loads(body) == {
        "class": CLASSES[1], "probability": 0.6, "probabilities": list(PROBABILITIES), "error": None,
    }  # fmt: skip
    status, _, body = ask(port, "POST", "/answer", b"bad")
    assert (status, json.loads(body)["error"], json.loads(body)["class"]) == (
        200,
        "it is <i>broken</i>",
        None,
    )
    assert model.asked == [b"\xff\xd8 a photograph", b"bad"]


def test_names_of_classes_are_text_and_scripts_are_the_pages_own(port: int) -> None:
    status, headers, page = ask(port, "GET", "/")
    assert status == 200
    assert "<b>plum" not in page
    assert "fruit &amp; &lt;more&gt;" in page
    policy = headers["Content-Security-Policy"]
    nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
    assert page.count(f'nonce="{nonce}"') == 2
    assert "unsafe" not in policy
    with serving(FixedAnswers(), SHOWN, port=0) as other:
        assert nonce not in ask(urllib.parse.urlsplit(other).port or 0, "GET", "/")[2]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_host_that_is_not_this_machine_is_refused(port: int, model: FixedAnswers, host: str) -> None:
    for method, path in (("GET", "/"), ("POST", "/answer")):
        status, _, body = ask(port, method, path, b"x", Host=host.format(port=port))
        assert status == 403
        assert "Only this machine" in body
    assert model.asked == []


def test_a_page_of_another_site_is_refused_and_our_own_is_not(port: int, model: FixedAnswers) -> None:
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{port}", "http://localhost:1"):
        assert ask(port, "POST", "/answer", b"x", Origin=origin)[0] == 403
    assert model.asked == []
    own = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    assert ask(port, "POST", "/answer", b"x", **own)[0] == 200


def test_what_is_too_large_is_refused_before_it_is_read(port: int, model: FixedAnswers) -> None:
    assert ask(port, "POST", "/answer", b"x" * 1000)[0] == 200
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        head = f"POST /answer HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1001\r\n\r\n"
        asking.sendall(head.encode())  # of the body nothing
        assert asking.recv(100).startswith(b"HTTP/1.0 413")
    assert ask(port, "POST", "/answer", None, **{"Content-Length": "-5"})[0] == 411
    assert len(model.asked) == 1


def test_there_is_nothing_else(port: int) -> None:
    assert ask(port, "GET", "/../etc/passwd")[0] == 404
    assert ask(port, "POST", "/", b"x")[0] == 404
    assert ask(port, "GET", "/favicon.ico")[0] == 204
    assert ask(port, "PUT", "/", b"x")[0] == 501


def test_a_port_that_is_taken_or_none_is_said(port: int) -> None:
    for wrong in (port, 70_000):
        with (
            pytest.raises(
                StudyError, match=rf"nothing can be served at 127.0.0.1:{wrong} \(.*another --port"
            ),
            serving(FixedAnswers(), SHOWN, port=wrong),
        ):
            pass
