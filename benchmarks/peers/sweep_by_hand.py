"""The search of both arms as one would write it by hand: Ray Tune, DataLoader, MLflowLoggerCallback.

Each trial trains the same network as lrstudy's by the same method: `fixed_rate` at one rate; `adaptation` the head
alone for an epoch, then all layers at rates that fall towards the stem, along cosine cycles that grow. Prints what it
took as a JSON object on the last line.
"""

import time

BEGUN = time.perf_counter()

import argparse  # noqa: E402 - the clock runs from before the imports, as it does for lrstudy's command
import json  # noqa: E402
import math  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
from pathlib import Path  # noqa: E402

PEERS = Path(__file__).resolve().parent
os.environ["PYTHONPATH"] = f"{PEERS.parents[1]}:{PEERS}"  # where Ray's workers find the network and this file

import ray  # noqa: E402
from ray import tune  # noqa: E402
from ray.air.integrations.mlflow import MLflowLoggerCallback  # noqa: E402


def cycle_lengths(num_epochs: int, first: float, growth: float) -> list[float]:
    """Return the lengths of the cycles, stretched so that a whole number of them fills the epochs."""
    lengths = [first]
    while sum(lengths) + lengths[-1] * growth <= num_epochs + 1e-9:
        lengths.append(lengths[-1] * growth)
    return [length * num_epochs / sum(lengths) for length in lengths]


def cosine(progress: float, lengths: list[float]) -> float:
    """Return the factor of the rate after so many epochs of a phase."""
    for length in lengths:
        if progress < length:
            return 0.5 * (1 + math.cos(math.pi * progress / length))
        progress -= length
    return 0.0


def train(config: dict) -> None:
    """Train a trial and report every epoch."""
    import torch
    import torch.nn.functional as F
    from torch.utils.data import DataLoader
    from torchvision.datasets import ImageFolder
    from torchvision.transforms import v2

    from trainables.networks.small_resnet import SmallResNet

    torch.manual_seed(config.get("seed", 0))
    ending = [v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.48, 0.47, 0.42], [0.24, 0.24, 0.26])]
    augmented = v2.Compose([v2.ToImage(), v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(), *ending])
    images = ImageFolder(f"{config['images']}/train", augmented)
    loader = DataLoader(images, batch_size=config["batch_size"], shuffle=True)
    val = DataLoader(
        ImageFolder(f"{config['images']}/val", v2.Compose([v2.ToImage(), *ending])), batch_size=256
    )
    network = SmallResNet(num_classes=len(images.classes), channels=3, width=config["width"])

    adapted = config["recipe"] == "adaptation"
    stages = [
        [network.conv1, network.bn1], [network.layer1], [network.layer2], [network.layer3], [network.fc],
    ]  # fmt: skip
    ratio = config.get("stem_to_head", 1.0) if adapted else 1.0
    groups = [
        {
            "params": [parameter for module in stage for parameter in module.parameters()],
            "initial_lr": config["lr"] * ratio ** (1 - depth / (len(stages) - 1)),
        }
        for depth, stage in enumerate(stages)
    ]
    options = {"lr": config["lr"], "momentum": 0.9, "weight_decay": 5e-4}
    head_epochs = 1 if adapted else 0
    rest = config["epochs"] - head_epochs
    lengths = cycle_lengths(rest, config.get("cycle_len", 1), config.get("cycle_mult", 2))
    body = [parameter for group in groups[:-1] for parameter in group["params"]]
    for parameter in body:
        parameter.requires_grad_(not adapted)
    optimizer = torch.optim.SGD(network.fc.parameters() if adapted else groups, **options)

    for epoch in range(config["epochs"]):
        if adapted and epoch == head_epochs:
            for parameter in body:
                parameter.requires_grad_(True)
            optimizer = torch.optim.SGD(groups, **options)
        network.train()
        if adapted and epoch < head_epochs:
            network.eval()
        for step, (batch, labels) in enumerate(loader):
            if adapted:
                for group in optimizer.param_groups:
                    if epoch < head_epochs:
                        group["lr"] = 0.01 * cosine(epoch + step / len(loader), [head_epochs])
                    else:
                        group["lr"] = group["initial_lr"] * cosine(
                            epoch - head_epochs + step / len(loader), lengths
                        )
            optimizer.zero_grad()
            F.cross_entropy(network(batch), labels).backward()
            optimizer.step()
        network.eval()
        right, loss = 0, 0.0
        with torch.no_grad():
            for batch, labels in val:
                outputs = network(batch)
                loss += F.cross_entropy(outputs, labels, reduction="sum").item()
                right += (outputs.argmax(1) == labels).sum().item()
        tune.report(
            {"accuracy": right / len(val.dataset), "val_loss": loss / len(val.dataset), "epoch": epoch}
        )


def run_trials(space: dict, *, folder: Path, num_samples: int = 1, seed: int = 0) -> tune.ResultGrid:
    """Run a Tuner over the space of `train`'s configuration; a grid in it is run `num_samples` times."""
    tuner = tune.Tuner(
        tune.with_resources(lambda config: train(config["trial"]), {"cpu": 1}),
        param_space={"trial": space},
        tune_config=tune.TuneConfig(
            metric="accuracy",
            mode="max",
            num_samples=num_samples,
            search_alg=tune.search.BasicVariantGenerator(random_state=seed),
        ),
        run_config=tune.RunConfig(
            storage_path=str(folder),
            verbose=0,
            callbacks=[
                MLflowLoggerCallback(tracking_uri=f"sqlite:///{folder}/mlflow.db", experiment_name="by-hand")
            ],
        ),
    )
    return tuner.fit()


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of what every trial has in common."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--folder", type=Path, required=True)
    return parser


def common_of(arguments: argparse.Namespace) -> dict:
    """Return the part of a trial's configuration that all have in common, and empty the folder."""
    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    return {
        "images": str(arguments.images.resolve()),
        "epochs": arguments.epochs,
        "width": arguments.width,
        "batch_size": arguments.batch_size,
    }


def main() -> None:
    """Run the sweep over configurations that are given."""
    parser = parser_of(__doc__)
    parser.add_argument("--configurations", type=Path, required=True)
    arguments = parser.parse_args()
    common = common_of(arguments)
    configurations = [{**common, **each} for each in json.loads(arguments.configurations.read_text())]
    ray.init(include_dashboard=False, log_to_driver=False)
    results = run_trials(tune.grid_search(configurations), folder=arguments.folder)
    best = max((r.metrics_dataframe["accuracy"].iloc[-1], r.config["trial"]["recipe"]) for r in results)
    ray.shutdown()
    wall = time.perf_counter() - BEGUN
    print(
        json.dumps(
            {"wall_seconds": wall, "trials": len(results), "errors": len(results.errors), "best": best}
        )
    )


if __name__ == "__main__":
    main()
