"""Near duplicates among small grey copies of images: candidates by coarse patterns, then registration."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from study.look.similarity.candidates import WHOLE, WINDOWS, Candidates, candidates
from study.look.similarity.registration import Registered, register
from study.look.similarity.squares import Squares, apply_symmetry, shrunk
from trainables.data.sources.threads import map_in_threads

SIDE = 64
"""Side of the copies, in pixels."""
AGREEMENT, SMALL_AGREEMENT = 0.96, 0.98
"""Correlation from which two images count as the same picture, and where one of them has under SMALL pixels a side:
drawn characters resemble one another. docs/evidence.md has what is found and missed."""
SMALL, TOO_SMALL = 32, 16
"""Shorter side in pixels below which more agreement is asked for, and below which images are not compared."""
FLAT_DEVIATION = 6.0
"""Copies whose grey levels vary by less are too plain to tell apart and are not compared."""
MOST_FOR_CROPS = 12_000
MOST = 60_000
"""Images up to which crops, and near duplicates at all, are looked for: the time grows with their square."""
_FIRST_LOOK, _PROMISING, _CHUNK = 16, 0.9, 128


@dataclass(frozen=True, kw_only=True)
class NearPair:
    """Two images that show the same.

    Attributes:
        first: Position of the one that shows no more than the other.
        second: Position of the other.
        agreement: Correlation of the two once they are laid over one another.
        symmetry: Number of the symmetry of the first that fits.
        area: Share of the second's area that the first shows, about; 1 for all of it.
    """

    first: int
    second: int
    agreement: float
    symmetry: int
    area: float


def near_pairs(
    copies: npt.NDArray[np.uint8],
    sides: npt.NDArray[np.int64],
    *,
    progress: Callable[[float], None] | None = None,
) -> tuple[NearPair, ...]:
    """Return pairs that show the same, each once, the surest first; of many that are alike not every pair is named.

    Args:
        copies: Small grey copies, the whole image squeezed into each, shape (n, SIDE, SIDE).
        sides: Shorter side of every image, in pixels.
        progress: Told the share that is done.
    """
    told = progress if progress is not None else _ignore
    deviation = copies.reshape(len(copies), -1).std(axis=1)
    positions = np.flatnonzero((deviation >= FLAT_DEVIATION) & (sides >= TOO_SMALL))
    if not 2 <= len(positions) <= MOST:
        return ()
    squares = copies[positions].astype(np.float32)
    windows = WINDOWS if len(positions) <= MOST_FOR_CROPS else (WHOLE,)
    likely = candidates(squares, windows=windows)
    told(0.5)
    found = _registered(squares, likely, np.array(windows, dtype=np.float32))
    told(1.0)
    small = sides[positions] < SMALL
    asked = np.where(small[likely.first] | small[likely.second], SMALL_AGREEMENT, AGREEMENT)
    rows = np.flatnonzero(found.agreement >= asked)
    return _each_once(positions, likely, found, rows[np.argsort(-found.agreement[rows], kind="stable")])


def _ignore(share: float) -> None:
    pass


def _registered(squares: Squares, likely: Candidates, windows: npt.NDArray[np.float32]) -> Registered:
    """Look at all candidates from afar, and at those that promise something closely."""

    def one(start: int) -> Registered:
        rows = slice(start, start + _CHUNK)
        shown = np.empty((len(likely.first[rows]), SIDE, SIDE), dtype=np.float32)
        for number in np.unique(likely.symmetry[rows]):
            these = likely.symmetry[rows] == number
            shown[these] = apply_symmetry(squares[likely.first[rows][these]], int(number))
        return _closely(shown, squares[likely.second[rows]], windows[likely.window[rows]][:, [0, 1, 2, 2]])

    chunks = map_in_threads(one, range(0, len(likely.first), _CHUNK), chunk=1)
    if not chunks:
        return Registered(agreement=np.zeros(0, dtype=np.float32), part=np.zeros((0, 4), dtype=np.float32))
    return Registered(
        agreement=np.concatenate([each.agreement for each in chunks]),
        part=np.concatenate([each.part for each in chunks]),
    )


def _closely(shown: Squares, whole: Squares, start: npt.NDArray[np.float32]) -> Registered:
    afar = register(shrunk(shown, _FIRST_LOOK), shrunk(whole, 2 * _FIRST_LOOK), start, num_steps=6)
    promising = np.flatnonzero(afar.agreement >= _PROMISING)
    if len(promising):
        close = register(
            shrunk(shown[promising], SIDE // 2), whole[promising], afar.part[promising], num_steps=5
        )
        afar.agreement[promising] = close.agreement
        afar.part[promising] = close.part
    else:
        afar.agreement[:] = np.minimum(afar.agreement, _PROMISING)
    return afar


def _each_once(
    positions: npt.NDArray[np.int64], likely: Candidates, found: Registered, rows: npt.NDArray[np.int64]
) -> tuple[NearPair, ...]:
    pairs: dict[tuple[int, int], NearPair] = {}
    for row in rows:
        first, second = (int(positions[each[row]]) for each in (likely.first, likely.second))
        pair = NearPair(
            first=first,
            second=second,
            agreement=float(found.agreement[row]),
            symmetry=int(likely.symmetry[row]),
            area=min(1.0, float(found.part[row, 2] * found.part[row, 3])),
        )
        pairs.setdefault((min(first, second), max(first, second)), pair)
    return tuple(pairs.values())
