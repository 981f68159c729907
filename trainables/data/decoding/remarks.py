"""Remarks on what was done to single images, said once for the whole set with their number."""

from collections.abc import Iterable

from trainables.text import counted

TRANSPARENT = "transparent"
FIRST_PAGE = "first page"
FIRST_OF_MPO = "first of MPO"
CHANNELS_LEFT_OUT = "channels left out"
PROFILE_CONVERTED = "profile converted"
PROFILE_IGNORED = "profile ignored"
INK_WITHOUT_PROFILE = "ink without profile"
OTHER_GAMMA = "other gamma"
OWN_WINDOW = "own window"

_SENTENCES = {
    TRANSPARENT: (
        "{counted} transparent parts, which show the colour of data.background ({background})",
        ("image", "has", "have"),
    ),
    FIRST_PAGE: ("of {counted} with several pages or frames the first is taken (pages: first)", ("file",)),
    FIRST_OF_MPO: (
        "{counted} further pictures (previews, depth, a second eye; MPO): the first is taken",
        ("JPEG", "holds", "hold"),
    ),
    CHANNELS_LEFT_OUT: (
        "{counted} channels beside the colours (infrared, masks), which are not read",
        ("TIFF", "holds", "hold"),
    ),
    PROFILE_CONVERTED: (
        "{counted} converted to sRGB from the colour profile within",
        ("image", "was", "were"),
    ),
    PROFILE_IGNORED: (
        "{counted} a colour profile that cannot be used: taken for sRGB",
        ("image", "carries", "carry"),
    ),
    INK_WITHOUT_PROFILE: (
        "{counted} CMYK without a colour profile, converted by the plain formula",
        ("image", "is", "are"),
    ),
    OWN_WINDOW: (
        "{counted} a window (DICOM), which is not applied: one window holds for the whole set",
        ("file", "states", "state"),
    ),
    OTHER_GAMMA: ("{counted} another gamma than sRGB's, which is not applied", ("PNG", "states", "state")),
}
"""What is said, and of what with which verb, see `counted`."""


def remark_notes(remarks: Iterable[frozenset[str]], *, background: object) -> list[str]:
    """Return one sentence for each remark that any image has.

    Args:
        remarks: Of every image.
        background: The setting, as the user wrote it or its default.
    """
    every = [remark for each in remarks for remark in each]
    return [
        sentence.format(counted=counted(every.count(remark), *words), background=background)
        for remark, (sentence, words) in _SENTENCES.items()
        if remark in every
    ]
