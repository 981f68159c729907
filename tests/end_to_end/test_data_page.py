"""The page of `lrstudy data` in a real browser, made by the real command of a spoilt folder."""

import json
import shutil

import pytest

from tests.support.pages.audit import faults
from tests.support.pages.browser import SIZES, chromium, opened
from tests.support.sets.photographs import sound_folder, spoilt_folder
from tests.support.tiny_study import lrstudy

pytest.importorskip("axe_playwright_python", reason="needs the extra dev")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium"),
    # Playwright leaves its loop's sockets to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MAX_BYTES = 3_000_000
STUDY = """
name: good
data: {target: {folder: sound, image_size: 32}}
arms: {cosine: {recipe: cosine}, fixed: {recipe: fixed_rate}}
budget: {trials: 2, epochs: 4}
compare: {reference: fixed}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The command's output and page, of a spoilt folder and of a study of a sound one."""
    folder = tmp_path_factory.mktemp("looked_at")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LRSTUDY_CACHE", str(folder / "cache"))
        spoilt_folder(folder / "spoilt")
        sound_folder(folder / "sound")
        (folder / "good.yaml").write_text(STUDY)
        yield {
            "spoilt": (lrstudy(folder, "data", "spoilt"), folder / "spoilt_data.html"),
            "good": (lrstudy(folder, "data", "good.yaml", "--json"), folder / "good_data.html"),
        }


def test_the_pages_are_well_and_their_first_screen_holds_the_verdict(pages):
    answer = json.loads(pages["good"][0].stdout)
    assert answer["verdict"] == "Nothing found in 72 images of 2 classes that would spoil a study."
    assert (answer["concerns"], answer["page"]) == ([], str(pages["good"][1]))
    said = pages["spoilt"][0].stdout.splitlines()
    assert said[0] == "7 things to see to in 79 images of 2 classes before a study."
    assert pages["spoilt"][0].returncode == 0
    with chromium() as browser:
        for name, (_, path) in pages.items():
            assert path.stat().st_size < MAX_BYTES
            assert faults(browser, path) == [], name
        for size in SIZES:
            with opened(browser, pages["spoilt"][1], size=size, scheme="light") as (page, _):
                assert page.locator(".concerns li").count() == 5
                box = page.locator(".first").bounding_box()
                assert box["y"] + box["height"] <= size[1]
                page.get_by_role("link", name="See the pairs across splits").click()
                pairs = page.locator("#across .pairs li")
                assert pairs.count() == 3
                assert "nearly equal (1.00): mirrored" in page.locator("#across").inner_text()
                for picture in page.locator("#across img").all():
                    assert picture.evaluate("image => image.complete && image.naturalWidth") in (84, 96)
