"""ICC profiles put together by hand: of RGB by primaries and gamma, of grey by gamma, of CMYK by a small table."""

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)
BRADFORD_TO_D50 = np.array(
    [
        [1.0478112, 0.0228866, -0.0501270],
        [0.0295424, 0.9904844, -0.0170491],
        [-0.0092345, 0.0150436, 0.7521316],
    ]
)
"""From D65 to D50 (Lindbloom)."""
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
DISPLAY_P3 = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
_D65 = np.array([0.95047, 1.0, 1.08883])


def to_xyz(primaries):
    """Return the matrix from linear RGB to XYZ (D65)."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in primaries]).T
    return columns * np.linalg.solve(columns, _D65)


def srgb_of(colours, primaries, gamma):
    """Return the sRGB levels, unrounded and clipped, of colours of 0 ... 255 in another space, shape (..., 3)."""
    linear = (np.asarray(colours) / 255) ** gamma
    ours = np.clip(linear @ np.linalg.solve(to_xyz(SRGB), to_xyz(primaries)).T, 0, 1)
    return 255 * np.where(ours <= 0.0031308, 12.92 * ours, 1.055 * ours ** (1 / 2.4) - 0.055)


def rgb_profile(primaries, *, gamma: float) -> bytes:
    """Return a profile of RGB by primaries, as in SRGB, and a plain gamma."""
    colorants = BRADFORD_TO_D50 @ to_xyz(primaries)
    tags = {f"{name}XYZ".encode(): _xyz(colorants[:, i]) for i, name in enumerate("rgb")}
    tags |= {f"{name}TRC".encode(): _gamma(gamma) for name in "rgb"}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(*, gamma: float) -> bytes:
    """Return a profile of grey by a plain gamma."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(gamma)})


def cmyk_profile(lab_of) -> bytes:
    """Return a profile whose table holds `lab_of(c, m, y, k)` at inks of 0 and 1; linear between."""
    table = bytearray()
    for corner in range(16):
        lightness, a, b = lab_of(*(corner >> bit & 1 for bit in (3, 2, 1, 0)))
        table += bytes((round(lightness * 2.55), a + 128, b + 128))
    line = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    a_to_b = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + line * 4 + bytes(table) + line * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": a_to_b, b"A2B1": a_to_b})


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    text = b"by hand"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(79),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(D50),
        **tags,
    }
    start = 132 + 12 * len(tags)
    entries, body = b"", b""
    for name, content in tags.items():
        entries += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s",
        start + len(body),
        b"lcms",
        0x02400000,
        device,
        space,
        connection,
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0),
        b"acsp",
    )
    header += bytes(68 - len(header)) + b"".join(map(_fixed, D50))
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + entries + body
