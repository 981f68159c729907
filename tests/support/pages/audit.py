"""What axe, a page's console and its width say against a page, at every size, light and dark."""

from pathlib import Path
from typing import Any

from tests.support.pages.browser import SCHEMES, SIZES, opened

OPEN_ALL = "for (const each of document.querySelectorAll('details')) each.open = true"


def faults(browser: Any, path: Path) -> list[object]:
    """Return axe's violations, what the console says, and widths that do not fit; none of a page that is well."""
    from axe_playwright_python.sync_playwright import Axe

    found: list[object] = []
    for size in SIZES:
        for scheme in SCHEMES:
            with opened(browser, path, size=size, scheme=scheme) as (page, said):
                page.evaluate(OPEN_ALL)
                page.wait_for_timeout(200)
                violations = Axe().run(page).response["violations"]
                found += [(size, scheme, each["id"], each["nodes"][0]["html"]) for each in violations]
                found += [(size, scheme, text) for text in said]
                width = page.evaluate("document.documentElement.scrollWidth")
                found += [(size, scheme, f"{width} px wide")] if width != size[0] else []
    return found
