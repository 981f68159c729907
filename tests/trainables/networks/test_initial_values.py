"""Start values that a run may choose."""

import math

import pytest
import torch

from trainables.networks.network import Network, build_network

LAST_NORMS = {"small_resnet": ("bn2", 3), "resnet18": ("bn2", 8), "resnet50": ("bn3", 16)}
"""Name of the last norm of a residual block, and the number of blocks."""


def build(architecture: str = "small_resnet", **more: object) -> Network:
    common = {"num_classes": 10, "image_size": 32, "channels": 3, "generator_seed": 0}
    return build_network(architecture, **{**common, **more})  # type: ignore[arg-type]


def test_a_xavier_head_fills_its_bounds_evenly_and_has_no_bias() -> None:
    head = build(width=64, head_init="xavier").head
    bound = math.sqrt(6 / (256 + 10))
    weight = head.weight.detach().flatten()
    assert weight.abs().max() <= bound
    shares = torch.histc(weight, bins=4, min=-bound, max=bound) / len(weight)
    assert torch.allclose(shares, torch.full((4,), 0.25), atol=0.04)
    assert torch.equal(head.bias, torch.zeros(10))


def test_the_heads_start_moves_no_other_weight() -> None:
    plain, xavier = build().state_dict(), build(head_init="xavier").state_dict()
    assert {name for name in plain if not torch.equal(plain[name], xavier[name])} == {
        "head.weight",
        "head.bias",
    }


@pytest.mark.parametrize("architecture", LAST_NORMS)
def test_zero_gamma_zeroes_the_last_norm_of_every_block_and_nothing_else(architecture: str) -> None:
    last, num_blocks = LAST_NORMS[architecture]
    plain, zeroed = build(architecture).state_dict(), build(architecture, zero_gamma=True).state_dict()
    changed = {name for name in plain if not torch.equal(plain[name], zeroed[name])}
    assert changed == {name for name in plain if name.endswith(f".{last}.weight")}
    assert len(changed) == num_blocks
    assert all(torch.all(zeroed[name] == 0) for name in changed)


def test_blocks_start_as_the_identity() -> None:
    block = build("resnet18", zero_gamma=True).body.get_submodule("layer1.0").eval()
    maps = torch.rand(2, 64, 8, 8)
    assert torch.equal(block(maps), maps)


@pytest.mark.parametrize("architecture", ["densenet121", "vgg11", "mobilenet_v2"])
def test_networks_whose_blocks_do_not_end_in_a_norm_are_refused(architecture: str) -> None:
    with pytest.raises(ValueError, match=f"zero_gamma is true, but architecture is '{architecture}'"):
        build(architecture, zero_gamma=True)
