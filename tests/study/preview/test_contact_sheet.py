from pathlib import Path

import numpy as np
from PIL import Image

from study.preview.contact_sheet import draw_contact_sheet
from trainables.data.views import View


def view(label: str, size: tuple[int, int], kept: tuple[float, float, float, float]) -> View:
    return View(
        split="train",
        label=label,
        id="0",
        original=Image.new("L", size, 30),
        kept=kept,
        stored=np.full((8, 8, 1), 30, dtype=np.uint8),
    )


def test_a_sheet_shades_what_is_cut_and_takes_any_class_name(tmp_path: Path) -> None:
    hostile = r"$\frac{$ <b>" + "x" * 100
    sheet = tmp_path / "sheet.png"
    draw_contact_sheet([view(hostile, (40, 10), (15, 0, 25, 10))], sheet, fit="crop")
    draw_contact_sheet([view("a", (40, 10), (0, 0, 40, 10))], tmp_path / "whole.png", fit="squash")
    cut, whole = (np.asarray(Image.open(path).convert("L")) for path in (sheet, tmp_path / "whole.png"))
    # the dark image is drawn whole on the left in both; two thirds of it are shaded in the first
    assert (cut < 60).sum() < (whole < 60).sum()


def test_a_name_without_glyphs_is_drawn_as_its_escape_in_the_file_that_was_named(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet"
    draw_contact_sheet(
        [view("猫\N{CAT FACE}", (8, 8), (0, 0, 8, 8))], sheet, fit="crop"
    )  # no warning of glyphs
    assert sheet.read_bytes().startswith(b"\x89PNG")
