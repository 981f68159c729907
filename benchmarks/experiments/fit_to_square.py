"""Which way of making squares loses least: crop, pad or squash, on frozen features of an ImageNet network.

    python -m benchmarks.experiments.fit_to_square FOLDER --weights FILE [--draws 5] [--finetune SEEDS]

FOLDER has a folder a class below `train` and `test`. Its images are made into sets whose shape matters:
`window`, a random window of 3:2 or 2:3 of every image, and `edge`, the image whole at one end of a canvas of 2:1 or
1:2 whose rest is a blurred, dimmed copy of another image; each drawn `--draws` times. A logistic regression on the
features of `timm/tf_efficientnet_lite0` is fitted on `train` and measured on `test`; intervals are over draws and
images, crossed. `--finetune` trains the network, too, through `trainables.train`, paired by seed.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter

from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate
from analysis.statistics.paired import paired_t
from trainables import train
from trainables.data.decoding.fitting import to_square
from trainables.data.sources.source import FITS, FitToSquare
from trainables.networks.network import build_network
from trainables.networks.weights import load_weights

ARCHITECTURE = "timm/tf_efficientnet_lite0"
SIZE = 96
BATCH = 64
GREY = (128, 128, 128)
BARS = (255, 255, 255)


def window(image: Image.Image, _: Image.Image, draws: np.random.Generator) -> Image.Image:
    """Return a window of 3:2 or 2:3 from anywhere in the image."""
    long, short = min(image.size), round(min(image.size) * 2 / 3)
    width, height = (long, short) if draws.random() < 0.5 else (short, long)
    left = draws.integers(image.width - width + 1)
    top = draws.integers(image.height - height + 1)
    return image.crop((int(left), int(top), int(left) + width, int(top) + height))


def edge(image: Image.Image, other: Image.Image, draws: np.random.Generator) -> Image.Image:
    """Return the image at one end of a canvas twice as long."""
    behind = other.resize(image.size).filter(ImageFilter.GaussianBlur(12)).point(lambda level: level * 0.7)
    wide, last = draws.random() < 0.5, draws.random() < 0.5
    canvas = Image.new(
        "RGB", (2 * image.width, image.height) if wide else (image.width, 2 * image.height), GREY
    )
    ends = ((0, 0), (image.width, 0) if wide else (0, image.height))
    canvas.paste(image, ends[last])
    canvas.paste(behind, ends[not last])
    return canvas


SHAPES = {"window": window, "edge": edge}


def shaped(folder: Path, shape: str, seed: int = 0) -> Iterator[tuple[str, str, str, Image.Image]]:
    """Yield split, class, name and reshaped image; the same ones for the same seed."""
    files = sorted(file for split in ("train", "test") for file in (folder / split).glob("*/*"))
    draws = np.random.default_rng(seed)
    others = draws.permutation(len(files))
    for file, other in zip(files, others, strict=True):
        with Image.open(file) as image, Image.open(files[other]) as second:
            changed = SHAPES[shape](image.convert("RGB"), second.convert("RGB"), draws)
        yield file.parent.parent.name, file.parent.name, file.stem, changed


def body_of(weights: Path) -> torch.nn.Module:
    """Return the frozen body of the ImageNet network."""
    network = build_network(
        ARCHITECTURE, num_classes=2, image_size=SIZE, channels=3, width=16, generator_seed=0
    )
    load_weights(network, str(weights), architecture=ARCHITECTURE)
    return network.body.eval()


@torch.inference_mode()
def features(body: torch.nn.Module, images: list[Image.Image], fit: FitToSquare) -> np.ndarray:
    """Return the body's outputs (N, F) for images made square."""
    squares = np.stack([np.asarray(to_square(image, size=SIZE, fit=fit, colour=BARS)) for image in images])
    batches = torch.from_numpy(squares).permute(0, 3, 1, 2).split(BATCH)
    return torch.cat([body((batch.float() / 255 - 0.5) / 0.5) for batch in batches]).flatten(1).numpy()


def correct(inputs: np.ndarray, labels: np.ndarray, is_train: np.ndarray) -> np.ndarray:
    """Return which test images (1.0 or 0.0) a logistic regression on the training images' features gets right."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=300))
    model.fit(inputs[is_train], labels[is_train])
    return np.asarray(model.predict(inputs[~is_train]) == labels[~is_train], dtype=float)


def frozen(folder: Path, shape: str, weights: Path, num_draws: int) -> dict[FitToSquare, np.ndarray]:
    """Return, by fit, which test images are right, (draws, images)."""
    body = body_of(weights)
    found: dict[FitToSquare, list[np.ndarray]] = {fit: [] for fit in FITS}
    for draw in range(num_draws):
        rows = list(shaped(folder, shape, draw))
        labels = np.unique([label for _, label, _, _ in rows], return_inverse=True)[1]
        is_train = np.array([split == "train" for split, *_ in rows])
        for fit in FITS:
            found[fit].append(correct(features(body, [image for *_, image in rows], fit), labels, is_train))
    return {fit: np.stack(one) for fit, one in found.items()}


def finetuned(tree: Path, fit: FitToSquare, seed: int, weights: Path, cache: Path) -> float:
    """Return the test accuracy of the network trained whole, one cosine of six epochs."""
    config = {
        "recipe": "cosine",
        "data": str(tree),
        "image_size": SIZE,
        "fit": fit,
        "architecture": ARCHITECTURE,
        "weights": str(weights),
        "epochs": 6,
        "lr": 0.05,
        "augment": "crop_flip",
        "seed": seed,
        "num_threads": 1,
        "measure_test": True,
        "cache": str(cache),
    }
    *_, last = train(config)
    assert last.test_accuracy is not None
    return last.test_accuracy


def tell(name: str, means: dict[FitToSquare, float], minus_crop: dict[FitToSquare, Estimate | None]) -> None:
    """Print each way's mean accuracy, and its difference from crop."""
    row: dict[str, object] = {"set": name, **means}
    for fit, estimate in minus_crop.items():
        if estimate is not None:
            row[f"{fit} - crop"] = [estimate.mean, estimate.low, estimate.high, estimate.num_pairs]
    print(json.dumps(row), flush=True)


def tell_frozen(folder: Path, shape: str, weights: Path, num_draws: int) -> None:
    """Measure frozen features on one set."""
    right = frozen(folder, shape, weights, num_draws)
    others: tuple[FitToSquare, ...] = ("pad", "squash")
    tell(
        f"{shape}, frozen features",
        {fit: float(values.mean()) for fit, values in right.items()},
        {fit: crossed_estimate(right[fit] - right["crop"], confidence=0.95) for fit in others},
    )


def tell_finetuned(folder: Path, shape: str, weights: Path, num_seeds: int) -> None:
    """Measure fine-tuning on one set."""
    with tempfile.TemporaryDirectory() as beside:
        tree = Path(beside, "images")
        for split, label, stem, image in shaped(folder, shape):
            (tree / split / label).mkdir(parents=True, exist_ok=True)
            image.save(tree / split / label / f"{stem}.png")
        cache = Path(beside, "cache")
        found = {
            fit: [finetuned(tree, fit, seed, weights, cache) for seed in range(num_seeds)] for fit in FITS
        }
    others: tuple[FitToSquare, ...] = ("pad", "squash")
    pairs = {fit: np.subtract(found[fit], found["crop"]).tolist() for fit in others}
    tell(
        f"{shape}, fine-tuned",
        {fit: float(np.mean(values)) for fit, values in found.items()},
        {fit: paired_t(values, confidence=0.95) for fit, values in pairs.items()},
    )


def main() -> None:
    """Measure both sets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--finetune", type=int, default=0, metavar="SEEDS")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for shape in SHAPES:
        tell_frozen(arguments.folder, shape, arguments.weights, arguments.draws)
        if arguments.finetune:
            tell_finetuned(arguments.folder, shape, arguments.weights, arguments.finetune)


if __name__ == "__main__":
    main()
