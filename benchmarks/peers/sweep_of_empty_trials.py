"""A sweep of trials of a second with plain Ray Tune; prints what it took as a JSON object on the last line."""

import argparse
import json
import tempfile
import time

import ray
from ray import tune


def train(config: dict) -> None:
    """Train a small network on a small random set, and report every epoch."""
    import torch
    import torch.nn.functional as F
    import torchvision  # noqa: F401 - as every script that reads images with it

    torch.manual_seed(0)
    images, labels = torch.randn(60, 1, 8, 8), torch.arange(60) % 3
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, config["width"], 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.LazyLinear(3)
    )
    network(images[:1])
    optimizer = torch.optim.SGD(network.parameters(), lr=config["lr"], momentum=0.9)
    for epoch in range(config["epochs"]):
        begun = time.perf_counter()
        for index in torch.randperm(60).split(32):
            optimizer.zero_grad()
            F.cross_entropy(network(images[index]), labels[index]).backward()
            optimizer.step()
        with torch.no_grad():
            accuracy = (network(images).argmax(1) == labels).float().mean().item()
        tune.report({"accuracy": accuracy, "epoch": epoch, "training_seconds": time.perf_counter() - begun})


def main() -> None:
    """Run the sweep, the clock on from before Ray starts to the last trial's end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--width", type=int, default=4)
    parser.add_argument("--reuse-actors", action="store_true")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    ray.init(include_dashboard=False, log_to_driver=False)
    concurrent = int(ray.cluster_resources()["CPU"])
    with tempfile.TemporaryDirectory() as folder:
        tuner = tune.Tuner(
            tune.with_resources(train, {"cpu": 1}),
            param_space={
                "lr": tune.loguniform(0.01, 0.3),
                "epochs": arguments.epochs,
                "width": arguments.width,
            },
            tune_config=tune.TuneConfig(
                metric="accuracy",
                mode="max",
                num_samples=arguments.trials,
                reuse_actors=arguments.reuse_actors,
            ),
            run_config=tune.RunConfig(storage_path=folder, verbose=0),
        )
        results = tuner.fit()
        seconds = time.perf_counter() - begun
        trained = sum(float(result.metrics_dataframe["training_seconds"].sum()) for result in results)
    print(json.dumps({"seconds": seconds, "training_seconds": trained, "concurrent_trials": concurrent}))


if __name__ == "__main__":
    main()
