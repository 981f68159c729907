"""The line `gpu_step` on a CPU, with a tiny network and a few images."""

import torch

from benchmarks.harness.many_images import many_images
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import Settings
from benchmarks.lines import gpu_step
from trainables.run import start

CPU = torch.device("cpu")


def test_both_sides_take_an_epochs_steps_in_every_turn(few_images: Settings, rates: list[float]) -> None:
    found = gpu_step.measure(few_images, device=CPU, architecture="small_resnet", width=16, batch_size=64)
    turns, sides, steps = 2, 2, 320 // 64
    assert len(rates) == turns * sides * steps
    assert found.n == 1, "one of the two turns warms up"


def test_the_bare_side_trains_a_network_in_the_trials_precision_and_layout(few_images: Settings) -> None:
    config = run_config(
        few_images,
        data=str(many_images(few_images)),
        device="cpu",
        width=16,
        batch_size=64,
        precision="bfloat16",
        channels_last=True,
    )
    bare = gpu_step.make_bare(start(config))
    seen: list[torch.Tensor] = []
    bare.network.register_forward_hook(lambda module, inputs, outputs: seen.append(outputs))
    before = [parameter.clone() for parameter in bare.network.parameters()]
    bare.steps(2)
    assert [len(outputs) for outputs in seen] == [64, 64]
    assert all(outputs.dtype == torch.bfloat16 for outputs in seen)
    assert bare.images.is_contiguous(memory_format=torch.channels_last)
    assert all(not torch.equal(a, b) for a, b in zip(before, bare.network.parameters(), strict=True))
