"""The page of several studies and its forest plot."""

from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from analysis.several.forest import EDGE, WIDTH, forest_of
from analysis.several.page import check_folder, write_page
from analysis.several.pooling import Several, put_together
from analysis.several.studies import open_studies
from tests.support.synthetic_study import write_named


class Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Several:
    folder = tmp_path_factory.mktemp("several")
    names = {"=a<b>&": 25, "plain": 5}
    return put_together(
        open_studies([write_named(folder, name, test_gain=gain) for name, gain in names.items()])
    )


def test_the_page_needs_nothing_else_and_holds_every_number(several: Several, tmp_path: Path):
    page = write_page(several, tmp_path / "out")
    text = page.read_text(encoding="utf-8")
    addresses = Addresses()
    addresses.feed(text)
    assert addresses.found
    assert all(address.startswith("data:") for address in addresses.found)
    assert "=a&lt;b&gt;&amp;" in text
    assert "<b>" not in text
    assert "Not decided yet between adapted and fixed" in text
    differences = pd.read_csv(tmp_path / "out" / "differences.csv")
    assert differences["study"].tolist() == ["'=a<b>&", "plain", "all data sets"]
    assert len(pd.read_csv(tmp_path / "out" / "studies.csv")) == 2


def test_the_forest_plot_is_a_picture_with_its_numbers_in_words(several: Several, tmp_path: Path):
    write_page(several, tmp_path)
    root = ElementTree.parse(tmp_path / "forest_1.svg").getroot()
    assert root.get("role") == "img"
    assert "plain +0.0" in root.get("aria-label", "")
    names = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{names}circle")) == 2


def test_a_forest_plot_draws_to_scale_and_marks_what_goes_beyond(several: Several):
    forest = forest_of(several.shared[0], several, number=1)
    assert forest is not None
    assert [row.pooled for row in forest.rows] == [False, False, True]
    whole = forest.rows[-1]
    assert whole.beyond == (True, True)
    assert (whole.left, whole.right) == (EDGE, WIDTH - EDGE)
    assert whole.middle == pytest.approx((forest.rows[0].middle + forest.rows[1].middle) / 2, abs=0.1)
    first, last = forest.ticks[0], forest.ticks[-1]
    scale = (last[0] - first[0]) / (float(last[1]) - float(first[1].replace("\N{MINUS SIGN}", "-")))
    assert forest.band[1] == pytest.approx(0.02 * scale, abs=0.2)


def test_a_folder_with_other_things_is_not_written_into(several: Several, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ValueError, match="something other than a comparison"):
        check_folder(tmp_path)
    with pytest.raises(ValueError, match="is a file"):
        check_folder(tmp_path / "mine.txt")
    write_page(several, tmp_path / "out")
    check_folder(tmp_path / "out")
