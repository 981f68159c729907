import multiprocessing
import time
from pathlib import Path

import pytest

from trainables.sharing.cached import Cached, get_or_build


def take_text(folder: Path, text: str) -> Cached[str]:
    return get_or_build(
        folder,
        build=lambda: text,
        save=lambda f, value: (f / "text").write_text(value) and None,
        load=lambda f: (f / "text").read_text(),
    )


def build_slowly(folder: str, out: str) -> None:
    def build() -> str:
        with Path(out).open("a") as file:
            file.write("built\n")
        time.sleep(0.5)
        return "value"

    cached = get_or_build(
        Path(folder),
        build=build,
        save=lambda f, value: (f / "text").write_text(value) and None,
        load=lambda f: (f / "text").read_text(),
    )
    assert cached.value == "value"


def test_the_second_taker_gets_the_firsts_and_its_price(tmp_path: Path) -> None:
    first, second = take_text(tmp_path / "k", "a"), take_text(tmp_path / "k", "b")
    assert second.value == "a"
    assert second.shared_seconds == first.own_seconds
    assert second.own_seconds == 0


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> str:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        get_or_build(tmp_path / "k", build=fail, save=lambda f, v: None, load=lambda f: "")
    assert take_text(tmp_path / "k", "a").value == "a"


@pytest.mark.parametrize("damaged", ["text", "price.json"])
@pytest.mark.parametrize("content", [None, "", "{"])
def test_what_cannot_be_read_back_is_built_anew(tmp_path: Path, damaged: str, content: str | None) -> None:
    take_number(tmp_path / "k", 3)
    file = tmp_path / "k" / damaged
    file.unlink() if content is None else file.write_text(content)
    again = take_number(tmp_path / "k", 4)
    assert again.value == 4
    assert again.shared_seconds == 0
    assert take_number(tmp_path / "k", 5).value == 4


def take_number(folder: Path, number: int) -> Cached[int]:
    return get_or_build(
        folder,
        build=lambda: number,
        save=lambda f, value: (f / "text").write_text(str(value)) and None,
        load=lambda f: int((f / "text").read_text()),
    )


def test_processes_that_ask_at_once_build_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=build_slowly, args=(str(tmp_path / "k"), str(tmp_path / "log")))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "built\n"
