"""The window that a set's images of more than 8 bits are looked at through: the stated one, or all that they use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainables.data.decoding.decode import Reading, decode
from trainables.data.decoding.deep_pixels import DeepSummary, is_deep
from trainables.data.decoding.window import Window, needs_stating, used_window
from trainables.data.sources.pool import RawImage
from trainables.data.sources.threads import map_in_threads

_STAND_IN_SIDE = 8


@dataclass(frozen=True, kw_only=True)
class DeepImages:
    """What is known of a set's deep images before they are looked at.

    Attributes:
        window: Of all of them; None where there are none.
        hashes: Hash of each one's own values, by id.
    """

    window: Window | None
    hashes: Mapping[str, str]


def deep_images(
    images: Sequence[RawImage], *, reading: Reading, stated: tuple[float, float] | None
) -> DeepImages:
    """Return the window and the hashes of the images of more than 8 bits; those that cannot be read are left out.

    Where no one can guess what is black and white, and nothing is stated, it is the least and the greatest value:
    good enough for a look, and a study will ask.
    """

    def one(raw: RawImage) -> tuple[str, DeepSummary, str] | None:
        try:
            with raw.open() as image:
                if not is_deep(image):
                    return None
            square = np.empty((_STAND_IN_SIDE, _STAND_IN_SIDE, 3), dtype=np.uint8)
            decoded = decode(raw, out=square, reading=reading)
        except Exception:  # broken bytes raise nearly anything; measuring names them to the user
            return None
        return None if decoded.deep is None else (raw.id, decoded.deep, decoded.pixels_hash)

    found = [each for each in map_in_threads(one, images) if each is not None]
    hashes = {name: pixels_hash for name, _, pixels_hash in found}
    return DeepImages(window=_window([summary for _, summary, _ in found], stated), hashes=hashes)


def _window(summaries: Sequence[DeepSummary], stated: tuple[float, float] | None) -> Window | None:
    if not summaries:
        return None
    if stated is not None:
        return Window(low=stated[0], high=stated[1], why="stated")
    if not any(map(needs_stating, summaries)):
        return used_window(summaries)
    low, high = min(each.low for each in summaries), max(each.high for each in summaries)
    return Window(low=low, high=max(high, low + 1), why="all values")
