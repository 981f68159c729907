"""What metadata tell of the class in real sets, and which blur is found.

    python -m benchmarks.experiments.metadata_and_blur FOLDER... [--images 2000] [--blurred 200]

Sets in which nothing was spoilt should show no leak, and hardly a blurred image.
"""

import argparse
import io
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from study.look.measured_image import MeasuredImage, measure
from study.look.metadata_model import LabelledImages, metadata_scores
from study.look.unusual_images import BLUR_FACTOR, unusual_images
from trainables.data.building import read_pool
from trainables.data.decoding.decode import Reading
from trainables.data.sources.pool import RawImage
from trainables.data.sources.source import DataSource


def main() -> None:
    """Print both for every folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--blurred", type=int, default=200)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        report(folder, num=arguments.images, num_blurred=arguments.blurred)


def report(folder: Path, *, num: int, num_blurred: int) -> None:
    """Print the scores of metadata, and the shares of blurred copies that are found."""
    pool = read_pool(DataSource(folder=str(folder), image_size=32))
    places = np.random.default_rng(0).permutation(len(pool.images))[:num]
    raws = [pool.images[place] for place in places]
    images = [measure(raw, reading=Reading()) for raw in raws]
    labelled = LabelledImages(
        images=images,
        labels=[raw.label for raw in raws],
        splits=[raw.split or "" for raw in raws] if raws[0].split else None,
        units=range(len(raws)),
    )
    print(f"\n{folder.name}: {len(raws)} images, {len(pool.classes)} classes")
    for score in metadata_scores(labelled):
        says = "leak" if score.leaks else "above chance" if score.beats_chance else "nothing shown"
        print(
            f"  {score.name}: {score.accuracy:.2f} ({score.low:.2f} to {score.high:.2f}), "
            f"chance {score.chance:.2f}: {says}"
        )
    found = {name: len(where) for name, where in unusual_images(images, image_size=None).items()}
    print(f"  unusual as they are: {found}")
    typical = float(np.median([image.sharpness for image in images]))
    for radius in (1, 2, 4, 8):
        copies = [_blurred(raw, radius) for raw in raws[:num_blurred]]
        share = np.mean([copy.sharpness * BLUR_FACTOR < typical for copy in copies])
        print(f"  Gaussian blur of {radius} px: {share:.2f} of {len(copies)} found")


def _blurred(raw: RawImage, radius: int) -> MeasuredImage:
    with raw.open() as image:
        file = io.BytesIO()
        image.convert("RGB").filter(ImageFilter.GaussianBlur(radius)).save(file, "JPEG", quality=85)
    opens = partial(Image.open, file)
    return measure(RawImage(id=raw.id, open=opens, content="", label=raw.label), reading=Reading())


if __name__ == "__main__":
    main()
