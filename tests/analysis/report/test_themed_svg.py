"""Figures within the page."""

import pytest

from analysis.figures.style import new_figure
from analysis.report.themed_svg import themed_svg


def svg_of(colour, *, pixels=False, text="a < b"):
    figure = new_figure(height_inches=1, width_inches=2)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=colour)
    axes.set_title(text)
    if pixels:
        axes.imshow([[0.0, 1.0]])
    return themed_svg(figure, name="own", label='says "so"')


def test_known_colours_become_the_pages_and_text_stays_text():
    svg = svg_of("#0072B2")
    assert "var(--figure-blue)" in svg
    assert "#0072b2" not in svg
    assert "a &lt; b</text>" in svg
    assert svg.startswith('<svg class="figure" viewBox="')
    assert 'role="img" aria-label="says &quot;so&quot;"' in svg
    assert "<style" not in svg


@pytest.mark.parametrize("options", [{"colour": "#123456"}, {"colour": "#0072B2", "pixels": True}])
def test_a_colour_that_the_page_has_not_and_pixels_stay_on_white(options):
    svg = svg_of(**options)
    assert svg.startswith('<svg class="figure on-white"')
    assert "var(--figure" not in svg


def test_ids_are_the_figures_own():
    svg = svg_of("#0072B2")
    ids = [part.partition('"')[0] for part in svg.split(' id="')[1:]]
    assert ids
    assert all(each.startswith("own-") for each in ids)
    assert svg == svg_of("#0072B2")
