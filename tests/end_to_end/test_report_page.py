"""The report in a real browser: whole without a network, for every reader, at both widths, light and dark."""

import re
import shutil
from dataclasses import replace

import pytest

from analysis import write_report
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.pages.audit import OPEN_ALL, faults
from tests.support.pages.browser import SCHEMES, SIZES, chromium, opened
from tests.support.synthetic_study import default_metadata, two_arm_runs

pytest.importorskip("axe_playwright_python", reason="needs the extra dev")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium"),
    # Playwright leaves its loop's sockets to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Reports of a study of two arms, of one of seventeen, and of one that was interrupted."""
    folder = tmp_path_factory.mktemp("pages")
    studies = {
        "two": compared(two_arm_runs(5)),
        "many": compared(many_arm_runs(), spec=many_arm_spec(), metadata=many_arm_metadata()),
        "interrupted": compared(two_arm_runs(2), metadata=replace(default_metadata(), ended=None)),
    }
    return {name: write_report(study, folder / name).html for name, study in studies.items()}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.mark.parametrize("study", ["two", "many", "interrupted"])
def test_axe_finds_nothing_at_any_width_light_or_dark(browser, pages, study):
    assert faults(browser, pages[study]) == []


def test_the_audit_finds_what_is_wrong(browser, pages, tmp_path):
    broken = tmp_path / "broken.html"
    broken.write_text(pages["two"].read_text().replace("--faint: #55606a", "--faint: #c0c4c8"))
    assert "color-contrast" in {each[2] for each in faults(browser, broken)}


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_holds_verdict_picture_configuration_cost_and_warnings(browser, pages, size):
    with opened(browser, pages["two"], size=size, scheme="light") as (page, _):
        below = page.locator(".first").bounding_box()
        assert below["y"] + below["height"] <= size[1]
        for part in (".verdict", ".forest", ".use", ".cost", ".beware"):
            assert page.locator(part).is_visible()
        assert not page.locator(".section .inside").first.is_visible()


def test_a_table_sorts_by_number_and_back_from_the_keyboard(browser, pages):
    with opened(browser, pages["many"], size=SIZES[1], scheme="light") as (page, _):
        page.evaluate(OPEN_ALL)
        table = page.locator("#confirmation table.sortable").first
        head = table.locator("thead th", has_text="test").first
        column = head.evaluate("head => head.cellIndex")

        def values():
            return [
                float(row.locator("td, th").nth(column).inner_text())
                for row in table.locator("tbody tr").all()
            ]

        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        assert values() == sorted(values(), reverse=True)
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        assert values() == sorted(values())
        assert table.locator("[aria-sort]").count() == 1


def test_learning_curves_say_run_and_configuration_and_switch_to_epochs(browser, pages):
    with opened(browser, pages["two"], size=SIZES[1], scheme="light") as (page, said):
        page.evaluate(OPEN_ALL)
        plot = page.locator(".plot")
        plot.focus()
        page.keyboard.press("ArrowRight")
        assert page.locator(".readout").inner_text() == (
            "adapted-confirm-0 (lr 0.01): 0.700 at epoch 2, 1 s, end of a cycle"
        )
        page.get_by_label("epochs").check()
        assert "epochs; upwards: validation accuracy" in plot.text_content()
        box = plot.bounding_box()
        page.mouse.move(box["x"] + box["width"] - 14, box["y"] + box["height"] / 2)
        assert "at epoch 4" in page.locator(".readout").inner_text()
        assert said == []


def test_a_link_of_the_contents_opens_its_section(browser, pages):
    with opened(browser, pages["two"], size=SIZES[0], scheme="dark") as (page, _):
        assert not page.locator("#ledger .inside").is_visible()
        page.get_by_role("link", name="Ledger").click()
        assert page.locator("#ledger .inside").is_visible()


def test_the_page_is_whole_without_scripts(browser, pages):
    with opened(browser, pages["two"], size=SIZES[1], scheme="light", java_script_enabled=False) as (
        page,
        said,
    ):
        page.locator("#confirmation > summary").click()
        assert page.locator("#figure-learning_curves svg.figure").is_visible()
        assert not page.locator(".curves").is_visible()
        assert said == []


def test_pictures_follow_light_and_dark(browser, pages):
    colours = {}
    for scheme in SCHEMES:
        with opened(browser, pages["two"], size=SIZES[1], scheme=scheme) as (page, _):
            colours[scheme] = page.evaluate(
                "[document.body, document.querySelector('svg.figure text')].map("
                "(each, at) => getComputedStyle(each)[at ? 'fill' : 'backgroundColor'])"
            )
    assert colours["light"] == ["rgb(255, 255, 255)", "rgb(34, 34, 34)"]
    assert colours["dark"] == ["rgb(20, 23, 26)", "rgb(223, 227, 231)"]


def test_it_prints_on_a4_with_every_section_open(browser, pages, tmp_path):
    with opened(browser, pages["two"], size=SIZES[1], scheme="dark") as (page, _):
        page.emulate_media(media="print")
        assert page.locator("#ledger .inside").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        written = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", written).groups())
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((210, 297), abs=1)


def test_the_file_is_small(pages):
    assert {
        name: path.stat().st_size for name, path in pages.items() if path.stat().st_size > MAX_BYTES
    } == {}
