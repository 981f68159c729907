"""The order of the tests: the longest files first, so that pytest's processes end at about the same time."""

from collections.abc import Sequence

import pytest

STUDIES = ("faults", "end_to_end")
"""Folders of tests that run whole studies, in processes of their own; the longest of all first."""


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with those of whole studies first, then the other files that hold a slow one, then the rest.

    Files stay whole, and in the order of before among those alike.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item: pytest.Item) -> tuple[bool, int]:
        folder = item.path.parent.name
        return item.path not in slow, STUDIES.index(folder) if folder in STUDIES else len(STUDIES)

    return sorted(items, key=place)
