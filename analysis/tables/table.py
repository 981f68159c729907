"""A table of text, and the labels of its rows."""

from dataclasses import dataclass

from analysis.findings.contrasts.contrast import Contrast


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of text: one header, rows of the same length, the first column a label."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def contrast_label(contrast: Contrast) -> str:
    """Return a short name of a contrast."""
    pairing = contrast.pairing
    within = "" if pairing.architecture is None else f" ({pairing.architecture})"
    return f"{pairing.arm} \N{MINUS SIGN} {pairing.reference}{within}"
