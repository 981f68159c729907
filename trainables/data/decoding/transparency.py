"""Transparent parts of images, put on a background: what lies under them was never meant to be seen."""

from PIL import Image

from trainables.data.decoding.remarks import TRANSPARENT
from trainables.data.decoding.unpacking import raw_mode
from trainables.data.sources.source import Background

_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0)}
_WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")


def colour_of(background: Background) -> tuple[int, int, int]:
    """Return a background as red, green and blue, 0 ... 255."""
    return _NAMED[background] if isinstance(background, str) else background


def widen_clear_level(image: Image.Image) -> None:
    """Widen the transparent level of an opened PNG of 2 or 4 bits, as Pillow (13) does with the pixels alone."""
    most = {"L;2": 3, "L;4": 15}.get(raw_mode(image))
    level = image.info.get("transparency")
    if most is not None and isinstance(level, int) and level <= most:
        image.info["transparency"] = level * 255 // most


def split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return an image's colours (L, RGB, CMYK) and its opacity (L); None where every pixel is opaque."""
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode not in _WITH_ALPHA and "transparency" not in image.info:
        return _colours(image), None
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    is_grey = image.mode in ("1", "L", "LA")
    colours = rgba.getchannel("R") if is_grey else _opaque(rgba)
    lowest, _ = alpha.getextrema()
    return colours, alpha if lowest != 255 else None


def on_background(
    colours: Image.Image, alpha: Image.Image | None, background: Background
) -> tuple[Image.Image, frozenset[str]]:
    """Return an image without transparent parts, in L or RGB, and remarks."""
    if alpha is None:
        return colours, frozenset()
    behind = Image.new("RGB", colours.size, colour_of(background))
    return Image.composite(colours.convert("RGB"), behind, alpha), frozenset((TRANSPARENT,))


def _colours(image: Image.Image) -> Image.Image:
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _opaque(rgba: Image.Image) -> Image.Image:
    return Image.merge("RGB", rgba.split()[:3])
