"""Debian's chromium, driven by Playwright: a page without a network, at a width, light or dark."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIZES = ((390, 844), (1280, 800))
SCHEMES = ("light", "dark")


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield the browser; no browser is downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Any, path: Path, *, size: tuple[int, int], scheme: str, **options: Any
) -> Iterator[tuple[Any, list[str]]]:
    """Yield a file's page that reaches no network, and the list of what its console says, errors and warnings."""
    address = path.absolute().as_uri()
    with visited(browser, address, size=size, scheme=scheme, offline=True, **options) as found:
        yield found


@contextmanager
def visited(
    browser: Any, address: str, *, size: tuple[int, int], scheme: str, **options: Any
) -> Iterator[tuple[Any, list[str]]]:
    """Yield the page at an address, and the list of what its console says, errors and warnings."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(address)
    yield page, said
    context.close()
