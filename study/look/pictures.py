"""Small pictures of a set's images, as JPEG in a page."""

import base64
import io
from collections.abc import Iterable, Mapping

from study.look.looking import Looked
from study.look.set_window import deep_images
from trainables.data.decoding.decode import Reading, whole_image
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.threads import map_in_threads

SIDE = 112
"""Longer side of a picture, in pixels."""
_QUALITY = 72


def pictures(looked: Looked, ids: Iterable[str]) -> Mapping[str, str]:
    """Return `data:` addresses of pictures by id; images that have gone since are left out."""
    wanted = set(ids)
    raws = [raw for raw in looked.pool.images if raw.id in wanted]
    reading = Reading.of(looked.source)
    window = deep_images(raws, reading=reading, stated=looked.source.window).window

    def one(index: int) -> str | None:
        try:
            image = whole_image(raws[index], reading=reading, window=window)
        except UnreadableError:
            return None
        small = image.convert("RGB")
        small.thumbnail((SIDE, SIDE), reducing_gap=3.0)
        file = io.BytesIO()
        small.save(file, "JPEG", quality=_QUALITY)
        return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"

    drawn = map_in_threads(one, range(len(raws)))
    return {raw.id: address for raw, address in zip(raws, drawn, strict=True) if address is not None}
