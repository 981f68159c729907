"""Registration: the part of one image that another shows, to a fraction of a pixel, and how well the two agree."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from study.look.similarity.squares import Squares

LEAST_SIDE, MOST_SIDE = 0.72, 1.02
"""Sides of the part, as fractions of the whole image's."""
MOST_OUTSIDE = 0.01
"""How far the part may reach beyond the image, as a fraction of its edge."""
LONGEST_STEP = 0.08
DAMPING = 1e-3

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What registration found for each pair.

    Attributes:
        agreement: Correlation of grey levels, in [-1, 1]: 1 where the first is the part of the second but for
            brightness and contrast.
        part: Left, top, width and height of the part, as fractions of the second image's edges, shape (n, 4).
    """

    agreement: Floats
    part: Floats


def register(shown: Squares, whole: Squares, start: Floats, *, num_steps: int) -> Registered:
    """Fit each image of `shown` into its image of `whole`: Gauss-Newton steps on their correlation.

    Args:
        shown: Grey images, shape (n, k, k).
        whole: As many, of at least that side.
        start: Where each part is first looked for, shape (n, 4).
        num_steps: Steps at most; the best of all is kept.

    Source: Evangelidis & Psarakis (2008), "Parametric image alignment using enhanced correlation coefficient
    maximization", with four parameters (two of place, two of scale) instead of an affine map.
    """
    side = shown.shape[-1]
    wanted = _unit(shown.reshape(len(shown), -1))[0]
    slopes = np.gradient(whole, axis=(1, 2))
    middles = ((np.arange(side) + 0.5) / side).astype(np.float32)
    down, right = (axis.ravel() for axis in np.meshgrid(middles, middles, indexing="ij"))
    part = start.astype(np.float32).copy()
    best = Registered(agreement=np.full(len(shown), -1, dtype=np.float32), part=part.copy())
    for step in range(num_steps + 1):
        places = (
            part[:, :1] + part[:, 2:3] * right,
            part[:, 1:2] + part[:, 3:] * down,
        )
        seen, length = _unit(_sampled(whole, *places))
        agreement = (seen * wanted).sum(axis=1)
        better = agreement > best.agreement
        best.agreement[better] = agreement[better]
        best.part[better] = part[better]
        if step == num_steps:
            break
        scale = whole.shape[-1] / length
        along, below = (_sampled(each, *places) * scale for each in (slopes[1], slopes[0]))
        change = np.stack([along, below, along * right, below * down], axis=1)
        part = _kept_inside(part + _step(change, seen, wanted - seen))
    return best


def _unit(rows: Floats) -> tuple[Floats, Floats]:
    """Return rows less their means at length 1, and their lengths before, shape (n, 1)."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.maximum(np.sqrt((rows**2).sum(axis=1, keepdims=True)), 1e-3)
    return rows / length, length


def _sampled(images: Squares, across: Floats, down: Floats) -> Floats:
    """Return values between pixels by straight lines, at places that are fractions of the edges, shape (n, m)."""
    side = images.shape[-1]
    column, row = (np.clip(each * side - 0.5, 0, side - 1.001) for each in (across, down))
    left, top = column.astype(np.int32), row.astype(np.int32)
    column, row = column - left, row - top
    flat = images.reshape(-1)
    at = top * side + left + (np.arange(len(images), dtype=np.int32) * side * side)[:, np.newaxis]
    upper = flat[at] * (1 - column) + flat[at + 1] * column
    lower = flat[at + side] * (1 - column) + flat[at + side + 1] * column
    sampled: Floats = upper * (1 - row) + lower * row
    return sampled


def _step(change: Floats, seen: Floats, missing: Floats) -> Floats:
    """Return the step of each pair, shape (n, 4), from how the picture changes with each parameter, (n, 4, m)."""
    change = change - change.mean(axis=2, keepdims=True)
    change -= seen[:, np.newaxis] * (change @ seen[..., np.newaxis])
    square = change @ change.transpose(0, 2, 1)
    steepest = np.trace(square, axis1=1, axis2=2)[:, np.newaxis, np.newaxis]
    damped = square + np.eye(4, dtype=np.float32) * (DAMPING * steepest + 1e-9)
    step = np.linalg.solve(damped, change @ missing[..., np.newaxis])[..., 0]
    return np.clip(step, -LONGEST_STEP, LONGEST_STEP).astype(np.float32)


def _kept_inside(part: Floats) -> Floats:
    sides = np.clip(part[:, 2:], LEAST_SIDE, MOST_SIDE)
    corner = np.clip(part[:, :2], -MOST_OUTSIDE, 1 + MOST_OUTSIDE - sides)
    return np.concatenate([corner, sides], axis=1)
