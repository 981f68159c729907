"""The page of `lrstudy try` in a real browser: for every reader, at both widths, light and dark, by every way in."""

import shutil

import pytest

from study.models.trying.server import serving
from tests.support.models.fixed_answers import SHOWN, FixedAnswers
from tests.support.pages.browser import SCHEMES, SIZES, chromium, visited

pytest.importorskip("axe_playwright_python", reason="needs the extra dev")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium"),
    # Playwright leaves its loop's sockets to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

DROP = """([name, way]) => {
    const data = new DataTransfer();
    data.items.add(new File(["bad"], name));
    const event = way === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address():
    with serving(FixedAnswers(), SHOWN, port=0, most_bytes=2000) as found:
        yield found


def chosen(page, *contents):
    files = [
        {"name": f"{at}.png", "mimeType": "image/png", "buffer": content}
        for at, content in enumerate(contents)
    ]
    page.set_input_files("#files", files)
    words = "1 picture answered." if len(files) == 1 else f"{len(files)} pictures answered."
    page.get_by_text(words).wait_for()


def test_axe_finds_nothing_at_any_width_light_or_dark(browser, address):
    from axe_playwright_python.sync_playwright import Axe

    for size in SIZES:
        for scheme in SCHEMES:
            # axe is put into the page as text, which the page's own policy forbids
            with visited(browser, address, size=size, scheme=scheme, bypass_csp=True) as (page, said):
                chosen(page, b"good", b"bad")
                page.get_by_text("1 more class").click()
                found = Axe().run(page).response
                assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
                assert page.evaluate("document.documentElement.scrollWidth") == size[0]
                assert said == []


def test_classes_stand_with_bars_in_order_and_errors_in_a_sentence(browser, address):
    with visited(browser, address, size=SIZES[1], scheme="light") as (page, said):
        chosen(page, b"good", b"bad", b"x" * 2001)
        cards = page.locator(".card")
        assert cards.locator("h2").all_inner_texts() == ["0.png", "1.png", "2.png"]
        assert cards.locator(".verdict").all_inner_texts() == [
            "pear & <b>plum</b>, 60.0%",
            "No answer: it is <i>broken</i>",
            "No answer: the file is too large; up to 0 MB are taken.",
        ]
        first = cards.first
        assert first.locator(".name").all_text_contents() == [
            "pear & <b>plum</b>", "cherry", "apple", "quince", "grape", "melon",
        ]  # fmt: skip
        assert first.locator(".value").all_text_contents() == [
            "60.0%",
            "15.0%",
            "10.0%",
            "10.0%",
            "5.0%",
            "< 0.1%",
        ]
        assert first.locator(".chosen .name").all_text_contents() == ["pear & <b>plum</b>"]
        whole, part = (first.locator(".chosen " + each).bounding_box()["width"] for each in ("svg", "rect"))
        assert part / whole == pytest.approx(0.6, abs=0.01)
        assert not first.get_by_text("melon").is_visible()
        assert said == []


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_files_are_dropped_and_pasted(browser, address, way):
    with visited(browser, address, size=SIZES[0], scheme="light") as (page, said):
        page.evaluate(DROP, ["from elsewhere.png", way])
        page.get_by_text("1 picture answered.").wait_for()
        assert page.locator(".card h2").all_inner_texts() == ["from elsewhere.png"]
        assert said == []


def test_a_program_that_has_ended_is_said(browser):
    with serving(FixedAnswers(), SHOWN, port=0) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
    chosen(page, b"good")
    assert page.locator(".verdict").inner_text() == (
        "No answer: the program that answers has ended; start lrstudy try again."
    )
    context.close()
