"""An axis of a searched setting: its coordinates labelled with its values."""

import math

from matplotlib.axis import Axis

from analysis.figures.drawn_text import drawn
from analysis.findings.configurations import shown
from analysis.findings.searching.settings_space import SettingsSpace


def label_setting(axis: Axis, space: SettingsSpace, name: str) -> None:
    """Label an axis of a setting's coordinates with its values, at powers of ten where it was drawn on a log scale."""
    searched = space.axes[name]
    if searched.scale == "choice":
        values = list(searched.values)
    elif searched.scale == "log":
        low, high = searched.values
        powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
        values = [10.0**power for power in powers]
        values = values if len(values) > 1 else [low, high]
    else:
        values = [space.value_at(name, share) for share in (0, 0.25, 0.5, 0.75, 1)]
    places = [float(space.coordinate(name, value)) for value in values]
    axis.set_ticks(places, [drawn(shown(value)) for value in values])
    axis.set_label_text(drawn(name))
