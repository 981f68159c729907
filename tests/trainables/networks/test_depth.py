from collections import Counter

import pytest
import torch
from torch import nn

from tests.support.networks import meta_network
from trainables.networks.depth_groups import decays, depth_groups
from trainables.networks.network import Network, architectures

BLOCKS_AND_STAGES = {
    "alexnet": (5 + 2 + 1, 5 + 2 + 1),
    "convnext_tiny": (3 + 3 + 9 + 3 + 2, 4 + 2),
    "densenet121": (6 + 12 + 24 + 16 + 2, 4 + 2),
    "densenet161": (6 + 12 + 36 + 24 + 2, 4 + 2),
    "efficientnet_b0": (1 + 2 + 2 + 3 + 3 + 4 + 1 + 2, 7 + 2),
    "efficientnet_v2_s": (2 + 4 + 4 + 6 + 9 + 15 + 2, 6 + 2),
    "googlenet": (2 + 5 + 2 + 2, 9 + 2),
    "inception_v3": (3 + 5 + 3 + 2, 11 + 2),
    "maxvit_t": (2 + 2 + 5 + 2 + 2, 4 + 2),
    "mnasnet1_0": (3 + 3 + 3 + 2 + 4 + 1 + 2, 6 + 2),
    "mobilenet_v2": (1 + 2 + 3 + 4 + 3 + 3 + 1 + 2, 17 + 2),
    "mobilenet_v3_large": (15 + 2, 15 + 2),
    "mobilenet_v3_small": (11 + 2, 11 + 2),
    "regnet_x_400mf": (1 + 2 + 7 + 12 + 2, 4 + 2),
    "regnet_y_400mf": (1 + 3 + 6 + 6 + 2, 4 + 2),
    "resnet18": (2 + 2 + 2 + 2 + 2, 4 + 2),
    "resnet34": (3 + 4 + 6 + 3 + 2, 4 + 2),
    "resnet50": (3 + 4 + 6 + 3 + 2, 4 + 2),
    "resnext50_32x4d": (3 + 4 + 6 + 3 + 2, 4 + 2),
    "shufflenet_v2_x1_0": (4 + 8 + 4 + 2, 3 + 2),
    "small_resnet": (3 + 2, 3 + 2),
    "squeezenet1_0": (8 + 2, 8 + 2),
    "swin_t": (2 + 2 + 6 + 2 + 2, 4 + 2),
    "swin_v2_s": (2 + 2 + 18 + 2 + 2, 4 + 2),
    "vgg11": (8 + 2 + 1, 8 + 2 + 1),
    "vgg16_bn": (13 + 2 + 1, 13 + 2 + 1),
    "vit_b_16": (12 + 2, 12 + 2),
    "wide_resnet101_2": (3 + 4 + 23 + 3 + 2, 4 + 2),
}


def members(network: nn.Module, grouping: str, name: str) -> tuple[str, ...]:
    (group,) = [group for group in depth_groups(network, grouping) if group.name == name]
    return group.parameters


@pytest.mark.parametrize("architecture", BLOCKS_AND_STAGES)
def test_counts_of_groups(architecture):
    network = meta_network(architecture)
    counts = tuple(len(depth_groups(network, grouping)) for grouping in ("block", "stage", "section"))
    assert counts == (*BLOCKS_AND_STAGES[architecture], 3)


@pytest.mark.parametrize("architecture", architectures())
def test_every_parameter_is_in_one_group_from_stem_to_head(architecture):
    network = meta_network(architecture)
    for grouping in ("block", "stage", "section"):
        groups = depth_groups(network, grouping)
        assert [n for g in groups for n in g.parameters] == [n for n, _ in network.named_parameters()]
        assert groups[-1].name == "head"
        assert groups[-1].parameters == tuple(f"head.{n}" for n, _ in network.head.named_parameters())
        assert max(Counter(group.name for group in groups).values()) == 1
        assert len(groups) > 2
        assert all(group.parameters for group in groups)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", architectures())
def test_images_pass_the_groups_in_their_order(architecture):
    network = meta_network(architecture)
    place = {n: i for i, g in enumerate(depth_groups(network, "block")) for n in g.parameters}
    visited = []
    for name, module in network.named_modules():
        for parameter, _ in module.named_parameters(recurse=False):
            at = place[f"{name}.{parameter}" if name else parameter]
            module.register_forward_pre_hook(lambda _m, _i, at=at: visited.append(at))
    network(torch.empty(2, 3, 224, 224, device="meta"))
    assert visited == sorted(visited)
    assert set(visited) == set(place.values())


def test_resnet_groups_are_stem_blocks_and_head():
    network = meta_network("resnet18")
    names = [group.name for group in depth_groups(network, "block")]
    blocks = [f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1)]
    assert names == ["stem", *blocks, "head"]
    assert members(network, "block", "stem") == ("body.conv1.weight", "body.bn1.weight", "body.bn1.bias")
    assert "body.layer2.0.downsample.0.weight" in members(network, "block", "layer2.0")
    assert members(network, "block", "head") == ("head.weight", "head.bias")


def test_transitions_go_with_the_block_that_follows_and_the_last_norm_with_the_last():
    network = meta_network("densenet121")
    transition = "body.features.transition1.conv.weight"
    assert transition in members(network, "block", "features.denseblock2.denselayer1")
    assert transition in members(network, "stage", "features.denseblock2")
    assert "body.features.norm5.bias" in members(network, "block", "features.denseblock4.denselayer16")


def test_vit_token_and_positions_are_in_the_stem():
    network = meta_network("vit_b_16")
    assert members(network, "block", "stem") == (
        "body.class_token",
        "body.conv_proj.weight",
        "body.conv_proj.bias",
        "body.encoder.pos_embedding",
    )
    assert "body.encoder.ln.weight" in members(network, "block", "encoder.layers.encoder_layer_11")


def test_layers_of_vgg_keep_their_norms():
    network = meta_network("vgg11_bn")
    expected = ("features.0.weight", "features.0.bias", "features.1.weight", "features.1.bias")
    assert members(network, "block", "features.0") == tuple(f"body.{name}" for name in expected)


def test_sections_divide_the_stages_and_keep_the_stem_early():
    network = meta_network("resnet18")
    early, late = members(network, "section", "early"), members(network, "section", "late")
    assert {name.split(".")[1] for name in early} == {"conv1", "bn1", "layer1", "layer2"}
    assert {name.split(".")[1] for name in late} == {"layer3", "layer4"}


def test_the_early_section_is_the_larger_of_an_odd_number():
    early = members(meta_network("small_resnet"), "section", "early")
    assert {name.split(".")[1] for name in early} == {"conv1", "bn1", "layer1", "layer2"}


def test_one_stage_makes_no_sections():
    network = Network(nn.Linear(4, 2), nn.Linear(2, 2))
    assert [group.name for group in depth_groups(network, "stage")] == ["body", "head"]
    with pytest.raises(ValueError, match="two stages or more, this one has 1"):
        depth_groups(network, "section")


def test_shared_parameters_are_refused():
    network = Network(nn.Linear(2, 2), nn.Linear(2, 2))
    network.head.weight = network.body.weight
    with pytest.raises(ValueError, match=r"head\.weight is also body\.weight"):
        depth_groups(network, "block")


def test_parameters_outside_of_body_and_head_are_refused():
    network = Network(nn.Linear(2, 2), nn.Linear(2, 2))
    network.scale = nn.Parameter(torch.ones(()))
    with pytest.raises(ValueError, match="scale is neither in the network's body nor in its head"):
        depth_groups(network, "block")


def test_a_head_without_parameters_is_refused():
    with pytest.raises(ValueError, match="head has no parameters"):
        depth_groups(Network(nn.Linear(2, 2), nn.Identity()), "block")


@pytest.mark.parametrize(
    ("architecture", "name", "expected"),
    [
        ("resnet18", "body.conv1.weight", True),
        ("resnet18", "body.bn1.weight", False),
        ("resnet18", "head.weight", True),
        ("resnet18", "head.bias", False),
        ("vit_b_16", "body.class_token", False),
        ("vit_b_16", "body.encoder.pos_embedding", False),
        ("vit_b_16", "body.encoder.layers.encoder_layer_0.self_attention.in_proj_weight", True),
        ("vit_b_16", "body.encoder.layers.encoder_layer_0.ln_1.weight", False),
        ("swin_t", "body.features.1.0.attn.relative_position_bias_table", False),
        ("swin_v2_t", "body.features.1.0.attn.cpb_mlp.0.weight", False),
        ("swin_v2_t", "body.features.1.0.attn.logit_scale", False),
        ("swin_v2_t", "body.features.1.0.attn.qkv.weight", True),
        ("convnext_tiny", "body.features.1.0.layer_scale", False),
    ],
)
def test_weights_decay_but_not_biases_norms_and_positions(architecture, name, expected):
    assert decays(meta_network(architecture), name) is expected
