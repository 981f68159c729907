"""Remarks on what was done to single images, said once for the whole set with their number."""

from collections.abc import Iterable

TRANSPARENT = "transparent"
FIRST_PAGE = "first page"
FIRST_OF_MPO = "first of MPO"
CHANNELS_LEFT_OUT = "channels left out"
PROFILE_CONVERTED = "profile converted"
PROFILE_IGNORED = "profile ignored"
INK_WITHOUT_PROFILE = "ink without profile"
OTHER_GAMMA = "other gamma"

_SENTENCES = {
    TRANSPARENT: "{num} images have transparent parts, which show the colour of data.background ({background})",
    FIRST_PAGE: "of {num} files with several pages or frames the first is taken (pages: first)",
    FIRST_OF_MPO: "{num} JPEGs hold further pictures (previews, depth, a second eye; MPO): the first is taken",
    CHANNELS_LEFT_OUT: "{num} TIFFs hold channels beside their colours (infrared, masks), which are not read",
    PROFILE_CONVERTED: "{num} images were converted to sRGB from the colour profile that they carry",
    PROFILE_IGNORED: "{num} images carry a colour profile that cannot be used, and are taken for sRGB",
    INK_WITHOUT_PROFILE: "{num} images are CMYK without a colour profile, and were converted by the plain formula",
    OTHER_GAMMA: "{num} PNGs state another gamma than sRGB's, which is not applied",
}


def remark_notes(remarks: Iterable[frozenset[str]], *, background: object) -> list[str]:
    """Return one sentence for each remark that any image has.

    Args:
        remarks: Of every image.
        background: The setting, as the user wrote it or its default.
    """
    every = [remark for each in remarks for remark in each]
    return [
        sentence.format(num=every.count(remark), background=background)
        for remark, sentence in _SENTENCES.items()
        if remark in every
    ]
