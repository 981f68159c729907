"""Made-up photographs, each with a picture of its own, and folders of them that are spoilt in known ways."""

from pathlib import Path

import numpy as np
from PIL import Image

Turn = Image.Transpose


def photograph(seed: int, *, size: tuple[int, int] = (96, 72)) -> Image.Image:
    """A picture of coarse and fine shapes, of colours and edges that no other seed has."""
    draws = np.random.default_rng(seed)
    width, height = size
    layers = [
        np.asarray(
            Image.fromarray(draws.integers(0, 256, (side, side, 3), dtype=np.uint8)).resize(
                size, Image.Resampling.BICUBIC
            ),
            dtype=float,
        )
        for side in (3, 7, 19)
    ]
    mixed = 0.5 * layers[0] + 0.3 * layers[1] + 0.2 * layers[2] + draws.normal(0, 4, (height, width, 3))
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def write(image: Image.Image, path: Path, **options: object) -> None:
    """Save an image, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def sound_folder(root: Path, *, num: int = 12) -> Path:
    """Three splits of two classes in which nothing is wrong."""
    for number, split in enumerate(("train", "val", "test")):
        for label, name in enumerate(("cat", "dog")):
            for index in range(num):
                write(
                    photograph(1000 * number + 100 * label + index), root / split / name / f"{index:03}.png"
                )
    return root


def spoilt_folder(root: Path) -> Path:
    """A sound folder, and in it: pictures that repeat, a wrong label, a broken file, a blank and a blurred image."""
    sound_folder(root)
    write(photograph(0), root / "val" / "cat" / "again.png")
    write(photograph(1).transpose(Turn.FLIP_LEFT_RIGHT), root / "test" / "cat" / "mirrored.jpg", quality=60)
    write(photograph(2).crop((6, 4, 90, 67)), root / "test" / "cat" / "cropped.png")
    write(photograph(3).transpose(Turn.ROTATE_90), root / "train" / "dog" / "wrong_label.png")
    write(Image.new("RGB", (96, 72), (120, 130, 125)), root / "train" / "dog" / "blank.png")
    blurred = photograph(50).resize((6, 5)).resize((96, 72), Image.Resampling.BICUBIC)
    write(blurred, root / "train" / "cat" / "blurred.png")
    write(Image.eval(photograph(51), lambda level: level // 5), root / "train" / "cat" / "dark.png")
    (root / "train" / "cat" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    return root
