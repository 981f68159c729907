"""Recall and false pairs of ways to find repeated pictures, on real images that are changed in known ways.

    python -m benchmarks.experiments.near_duplicates FOLDER... [--images 867]

Of every folder some images are drawn. Pairs among them are false (or real repetitions of the set: the closest are
printed by name). Then each image is changed in one way, and it counts as found where the pair of the two is.
"""

import argparse
import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance
from scipy.fft import dctn

from study.look.similarity.near_duplicates import SIDE, NearPair, near_pairs
from study.look.similarity.squares import SYMMETRIES, apply_symmetry, shrunk

Copies = npt.NDArray[np.uint8]
Turn = Image.Transpose
HASH_BITS = 6
"""Bits of 64 in which perceptual hashes of the same picture may differ."""
CORRELATION = 0.95
"""Of 16 x 16 grey levels: the rule of `trainables/data/duplicates.py`, which has 0.98, under all symmetries."""


def main() -> None:
    """Print a table of every folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--images", type=int, default=867)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        report(folder, num=arguments.images)


def report(folder: Path, *, num: int) -> None:
    """Print what each way finds among images of one folder."""
    draws = np.random.default_rng(0)
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".png"))
    files = [files[place] for place in draws.permutation(len(files))[:num]]
    images = [Image.open(file).convert("RGB") for file in files]
    plain = copies_of(images)
    sides = np.array([min(image.size) for image in images])
    ours = near_pairs(plain, sides)
    print(f"\n{folder.name}: {len(images)} images")
    for pair in ours[:5]:
        names = (str(files[each].relative_to(folder)) for each in (pair.first, pair.second))
        print(f"  {' ~ '.join(names)} {pair.agreement:.3f}")
    per_thousand = 1000 / len(images)
    false = [len(ours), *(int(np.triu(way(plain, plain), 1).sum()) for way in (same_hash, correlated))]
    print("| change | found | by hash | by correlation |\n|---|---:|---:|---:|")
    print(
        "| none: pairs per 1,000 images | "
        + " | ".join(f"{each * per_thousand:.1f}" for each in false)
        + " |"
    )
    for name, change in changes(draws).items():
        changed = copies_of(map(change, images))
        begun = time.process_time()
        pairs = near_pairs(np.concatenate([plain, changed]), np.concatenate([sides, sides]))
        seconds = time.process_time() - begun
        shares = [
            found(pairs, len(images)),
            *(np.diag(way(plain, changed)).mean() for way in (same_hash, correlated)),
        ]
        print(
            f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + f" | ({seconds:.0f} s of CPU)"
        )


def changes(draws: np.random.Generator) -> dict[str, Callable[[Image.Image], Image.Image]]:
    """Return the ways in which an image is changed, by name."""

    def cropped(share: float) -> Callable[[Image.Image], Image.Image]:
        def change(image: Image.Image) -> Image.Image:
            width, height = (round(side * share) for side in image.size)
            left = int(draws.integers(0, image.width - width + 1))
            top = int(draws.integers(0, image.height - height + 1))
            return image.crop((left, top, left + width, top + height))

        return change

    return {
        "mirrored": lambda image: image.transpose(Turn.FLIP_LEFT_RIGHT),
        "turned by 90 degrees": lambda image: image.transpose(Turn.ROTATE_90),
        "turned by 180 degrees": lambda image: image.transpose(Turn.ROTATE_180),
        **{f"cropped to {share:.0%} of its sides": cropped(share) for share in (0.95, 0.9, 0.85, 0.8)},
        "cropped to 90% and mirrored": lambda image: cropped(0.9)(image).transpose(Turn.FLIP_LEFT_RIGHT),
        "JPEG of quality 50": lambda image: saved(image, 50),
        "half the size, JPEG of quality 75": lambda image: saved(
            image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC), 75
        ),
        "1.3 times as bright": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
        "0.7 times as bright": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
        "turned by 5 degrees": lambda image: image.rotate(5, Image.Resampling.BICUBIC),
    }


def saved(image: Image.Image, quality: int) -> Image.Image:
    """Return an image after it was saved as JPEG."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def copies_of(images: Iterable[Image.Image]) -> Copies:
    """Return the small grey copies that `lrstudy data` compares."""
    return np.stack(
        [np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)) for image in images]
    )


def found(pairs: tuple[NearPair, ...], num: int) -> float:
    """Return the share of images whose changed copy, `num` places behind, was found."""
    return sum(abs(pair.first - pair.second) == num for pair in pairs) / num


def same_hash(ours: Copies, theirs: Copies) -> npt.NDArray[np.bool_]:
    """Say which images are the same by perceptual hashes of 64 bits, under any symmetry."""
    known = _hashes(theirs.astype(np.float32))
    turned = (_hashes(apply_symmetry(ours.astype(np.float32), each)) for each in range(len(SYMMETRIES)))
    return np.any([each @ known.T >= 64 - 2 * HASH_BITS for each in turned], axis=0)


def _hashes(squares: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    waves = dctn(shrunk(squares, 32), axes=(1, 2))[:, :8, :8].reshape(-1, 64)
    return np.where(waves > np.median(waves[:, 1:], axis=1, keepdims=True), 1, -1).astype(np.float32)


def correlated(ours: Copies, theirs: Copies) -> npt.NDArray[np.bool_]:
    """Say which images are the same by the correlation of 16 x 16 grey levels, under any symmetry."""
    known = _rows(theirs.astype(np.float32))
    turned = (_rows(apply_symmetry(ours.astype(np.float32), each)) for each in range(len(SYMMETRIES)))
    return np.any([each @ known.T >= CORRELATION for each in turned], axis=0)


def _rows(squares: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    rows = shrunk(squares, 16).reshape(len(squares), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    lengths: npt.NDArray[np.float32] = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-3)
    return rows / lengths


if __name__ == "__main__":
    main()
