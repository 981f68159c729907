"""Giving the deep images of a set their 8 bits: all by one window, which is found, stated or refused here."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainables.data.decoding.decode import Decoded, Reading, Squares, decode_deep
from trainables.data.decoding.deep_pixels import DeepSummary
from trainables.data.decoding.window import Window, needs_stating, shown, used_window
from trainables.data.sources.errors import Problems, UnreadableError
from trainables.data.sources.pool import RawImage, and_more
from trainables.data.sources.source import DataSource
from trainables.data.sources.threads import map_in_threads
from trainables.text import counted

_DEPTH = "depth of pixels"


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What became of a set's deep images.

    Attributes:
        window: Their common window; None where there are none, or where it has to be stated.
        notes: Sentences for the user.
    """

    window: Window | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Deep:
    """A deep image and its place among the images that could be decoded."""

    position: int
    image: RawImage
    summary: DeepSummary


def map_deep_images(
    images: Sequence[RawImage],
    decoded: list[Decoded],
    squares: Squares,
    *,
    training: Sequence[int],
    source: DataSource,
    problems: Problems,
) -> Mapped:
    """Decode the deep images of a set again, by one window for all of them.

    The window is the stated one, or the range that the training images use. Images of 8 bits beside them stay as they
    are; that is allowed where a window is stated, or where the range is all of 16 bits.

    Args:
        images: The images that could be decoded.
        decoded: What is kept of each; entries of deep images are replaced.
        squares: Takes the squares of the deep images, and whether they are grey.
        training: Places of the training images.
        source: The settings.
        problems: Takes images whose window nobody can guess, and mixed depths.
    """
    deep = [
        _Deep(position=position, image=image, summary=each.deep)
        for position, (image, each) in enumerate(zip(images, decoded, strict=True))
        if each.deep is not None
    ]
    if not deep:
        if source.window is not None and images:
            problems.add(
                _DEPTH, f"window = {list(source.window)}, but no image has more than 8 bits: leave it out"
            )
        return Mapped()
    window = _window_of(deep, training=training, num_images=len(images), source=source, problems=problems)
    if window is None:
        return Mapped()
    _decode_again(deep, decoded, squares, window=window, source=source, problems=problems)
    return Mapped(window=window, notes=tuple(_notes(deep, decoded, window, training=training)))


def _window_of(
    deep: Sequence[_Deep],
    *,
    training: Sequence[int],
    num_images: int,
    source: DataSource,
    problems: Problems,
) -> Window | None:
    """Return the window of the set; None, and problems, where it has to be stated."""
    if source.window is not None:
        low, high = source.window
        return Window(low=low, high=high, why=f"stated; over the whole set there are {_range_of(deep)}")
    unclear = [each for each in deep if needs_stating(each.summary)]
    if unclear:
        problems.add(_DEPTH, _unclear(unclear))
        return None
    in_training = set(training)
    drawn = [each.summary for each in deep if each.position in in_training]
    # Of deep images that are all in val or test there is no better knowledge, and it is said.
    window = used_window(drawn) if drawn else used_window([each.summary for each in deep], whose="they")
    if len(deep) < num_images and not window.is_full:
        problems.add(_DEPTH, _mixed(deep, num_images - len(deep)))
        return None
    return window


def _unclear(deep: Sequence[_Deep]) -> str:
    what = (
        "floating-point values"
        if any(each.summary.floating for each in deep)
        else "values of more than 16 bits"
    )
    return (
        f"{counted(len(deep), 'image', 'holds', 'hold')} {what}, {_range_of(deep)} over the whole set "
        f"({_names(deep)}): state which become black and white, window: [low, high]"
    )


def _mixed(deep: Sequence[_Deep], num_others: int) -> str:
    return (
        f"{counted(len(deep), 'image', 'has', 'have')} more than 8 bits, of values {_range_of(deep)} "
        f"({_names(deep)}), and {num_others} {'has' if num_others == 1 else 'have'} 8 bits: "
        "state which values are black and white beside those, window: [low, high]"
    )


def _range_of(deep: Sequence[_Deep]) -> str:
    return shown(min(each.summary.low for each in deep), max(each.summary.high for each in deep))


def _names(deep: Sequence[_Deep]) -> str:
    return and_more([each.image.id for each in deep])


def _decode_again(
    deep: Sequence[_Deep],
    decoded: list[Decoded],
    squares: Squares,
    *,
    window: Window,
    source: DataSource,
    problems: Problems,
) -> None:
    reading = Reading.of(source)

    def one(each: _Deep) -> Decoded | UnreadableError:
        out = squares.pixels[each.position]
        try:
            return decode_deep(each.image, out=out, reading=reading, window=window)
        except UnreadableError as error:
            return error

    for each, result in zip(deep, map_in_threads(one, deep), strict=True):
        if isinstance(result, UnreadableError):
            problems.add("cannot be decoded", f"{each.image.id}: {result}")
        else:
            decoded[each.position] = result
            squares.grey[each.position] = result.grey


def _notes(
    deep: Sequence[_Deep], decoded: Sequence[Decoded], window: Window, *, training: Sequence[int]
) -> list[str]:
    notes = [
        f"{counted(len(deep), 'image', 'has', 'have')} more than 8 bits: values {window} become 0 ... 255, "
        f"the same for every image ({window.why})"
    ]
    if len(deep) < len(decoded):
        rest = counted(len(decoded) - len(deep), "other image", "has", "have")
        notes.append(f"{rest} 8 bits, unchanged")
    in_training = set(training)
    clipped = [each.position for each in deep if decoded[each.position].num_clipped]
    for what, positions in (
        ("training image", [position for position in clipped if position in in_training]),
        ("other image", [position for position in clipped if position not in in_training]),
    ):
        if positions:
            num = sum(decoded[position].num_clipped for position in positions)
            values, images = counted(num, "value"), counted(len(positions), what)
            notes.append(f"outside of that, and clipped: {values} of {images}")
    return notes
