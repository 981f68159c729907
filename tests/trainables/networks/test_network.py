import copy
import pickle
import subprocess
import sys

import pytest
import torch
from torch import nn
from torchvision import models

from tests.support.networks import meta_network
from trainables.networks.architectures import minimum_size, size_multiple
from trainables.networks.network import architectures, build_network, check_architecture


def build(architecture="small_resnet", *, num_classes=3, image_size=8, channels=1, width=8, seed=0):
    return build_network(
        architecture,
        num_classes=num_classes,
        image_size=image_size,
        channels=channels,
        width=width,
        generator_seed=seed,
    )


def images(size, channels=3, count=2):
    return torch.randn(count, channels, size, size, generator=torch.Generator().manual_seed(1))


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(a == b and torch.equal(x, y) for (a, x), (b, y) in pairs)


def test_architectures_are_torchvisions_and_ours():
    names = architectures()
    assert len(names) == len(set(names)) >= 81
    assert {"resnet34", "densenet161", "vit_b_16", "regnet_y_128gf", "small_resnet"} <= set(names)
    assert not {"fcn_resnet50", "fasterrcnn_resnet50_fpn", "quantized_resnet18", "r3d_18"} & set(names)


def test_unknown_name_is_answered_with_close_matches():
    with pytest.raises(ValueError, match=r"'resnet35' is unknown; did you mean (resnet\d+, ){2}resnet\d+\?"):
        check_architecture("resnet35", image_size=64)


def test_name_like_nothing_is_answered_with_all_names():
    with pytest.raises(
        ValueError, match=r"'#' is unknown; it must be one of alexnet, .*small_resnet, or timm/NAME"
    ):
        check_architecture("#", image_size=64)


@pytest.mark.parametrize(
    ("architecture", "minimum"),
    [("alexnet", 63), ("vgg16_bn", 32), ("inception_v3", 75), ("densenet121", 8), ("small_resnet", 1)],
)
def test_images_under_the_minimum_are_refused(architecture, minimum):
    check_architecture(architecture, image_size=minimum)
    with pytest.raises(ValueError, match=f"image_size {minimum - 1} is too small .* at least {minimum}"):
        check_architecture(architecture, image_size=minimum - 1)


@pytest.mark.parametrize(
    ("architecture", "refused", "multiple", "suggested"),
    [
        ("vit_b_16", 40, 16, 48),
        ("vit_l_32", 48, 32, 64),
        ("vit_h_14", 15, 14, 28),
        ("maxvit_t", 225, 224, 448),
    ],
)
def test_networks_with_fixed_grids_take_multiples(architecture, refused, multiple, suggested):
    check_architecture(architecture, image_size=suggested)
    with pytest.raises(
        ValueError, match=rf"image_size {refused} .* multiple of {multiple}, such as {suggested}\."
    ):
        check_architecture(architecture, image_size=refused)


def test_checking_small_resnet_imports_no_torch():
    code = (
        "import sys; from trainables.networks.architectures import check_architecture as check;"
        "check('small_resnet', image_size=8); sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_build_refuses_what_check_refuses():
    with pytest.raises(ValueError, match="too small for alexnet"):
        build("alexnet", image_size=62)


@pytest.mark.parametrize("field", ["num_classes", "channels", "width"])
def test_counts_below_one_are_refused(field):
    with pytest.raises(ValueError, match=f"{field} must be at least 1, got 0"):
        build(**{field: 0})


def test_torchvision_networks_refuse_two_channels():
    with pytest.raises(ValueError, match="channels must be 1 or 3 for resnet18, got 2"):
        build("resnet18", channels=2)


def test_seed_decides_all_weights():
    assert same(build(seed=1), build(seed=1))
    one, two = build(seed=1), build(seed=2)
    assert not torch.equal(one.head.weight, two.head.weight)
    assert not torch.equal(one.body.conv1.weight, two.body.conv1.weight)


def test_building_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    build()
    assert torch.equal(torch.get_rng_state(), before)


def test_head_depends_on_seed_and_shape_alone():
    ours = build(width=128, seed=7).head
    theirs = build("resnet18", image_size=32, channels=3, seed=7).head
    assert ours.weight.shape == (3, 512)
    assert same(ours, theirs)


@pytest.mark.parametrize(("architecture", "size"), [("small_resnet", 8), ("resnet18", 32)])
def test_body_does_not_depend_on_the_number_of_classes(architecture, size):
    two, ten = (build(architecture, image_size=size, num_classes=count) for count in (2, 10))
    assert same(two.body, ten.body)


FAST_MODELS = [
    ("densenet121", 64),
    ("googlenet", 32),
    ("mobilenet_v3_small", 32),
    ("resnet18", 64),
    ("shufflenet_v2_x0_5", 32),
    ("squeezenet1_1", 40),
]
SLOW_MODELS = [
    ("alexnet", 63),
    ("convnext_tiny", 32),
    ("efficientnet_b0", 32),
    ("inception_v3", 75),
    ("maxvit_t", 224),
    ("mnasnet0_5", 32),
    ("mobilenet_v2", 32),
    ("regnet_y_400mf", 32),
    ("swin_t", 32),
    ("swin_v2_t", 32),
    ("vgg11_bn", 32),
    ("vit_b_32", 64),
]


@pytest.mark.parametrize(
    ("architecture", "size"), FAST_MODELS + [pytest.param(*m, marks=pytest.mark.slow) for m in SLOW_MODELS]
)
def test_head_of_body_is_torchvisions_model(architecture, size):
    network = build(architecture, image_size=size, channels=3).eval()
    (head_name,) = network.head_names
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # SqueezeNet's ReLU makes all logits 0 for about one draw in thirty
        original = torchvision_model(architecture, size).eval()
        last = original.get_submodule(head_name)
        for parameter in last.parameters():
            nn.init.uniform_(parameter, -1, 1)
    copied = network.body.load_state_dict(original.state_dict(), strict=False)
    assert copied.missing_keys == []
    assert all(name.startswith(f"{head_name}.") for name in copied.unexpected_keys)
    (getattr(network.head, "conv", network.head)).load_state_dict(last.state_dict())
    with torch.no_grad():
        expected, got = original(images(size)), network(images(size))
    assert expected.std() > 1e-4
    torch.testing.assert_close(got, expected)


def torchvision_model(architecture, size):
    options = {}
    if architecture in ("googlenet", "inception_v3"):
        options = {"aux_logits": False, "init_weights": False, "transform_input": True}
    if architecture.startswith("vit"):
        options = {"image_size": size}
    return models.get_model(architecture, weights=None, num_classes=3, **options)


@pytest.mark.parametrize(("size", "maps"), [(32, 32), (63, 63), (64, 16)])
def test_resnets_keep_the_size_of_small_images(size, maps):
    body = build("resnet18", image_size=size, channels=3).body
    seen = []
    body.layer1.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape[1:])))
    body(images(size))
    assert seen == [(64, maps, maps)]


@pytest.mark.parametrize(("size", "maps"), [(32, 32), (64, 16)])
def test_densenets_keep_the_size_of_small_images(size, maps):
    body = build("densenet121", image_size=size, channels=3).body
    seen = []
    body.features.denseblock1.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape[1:])))
    body(images(size))
    assert seen == [(256, maps, maps)]


def test_grey_images_are_repeated_in_the_body():
    grey = build("squeezenet1_1", image_size=32, channels=1).eval()
    colour = build("squeezenet1_1", image_size=32, channels=3).eval()
    one = images(32, channels=1)
    assert torch.equal(grey.body(one), colour.body(one.repeat(1, 3, 1, 1)))


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_copies_of_grey_networks_take_grey_images(clone):
    network = build("squeezenet1_1", image_size=32).eval()
    one = images(32, channels=1)
    assert torch.equal(clone(network)(one), network(one))


def test_squeezenet_trains_only_its_head_on_features():
    network = build("squeezenet1_1", image_size=40, channels=3)
    with torch.no_grad():
        features = network.eval().body(images(40))
    assert features.shape == (2, 512 * 2 * 2)
    network.head(features).sum().backward()
    assert network.head.conv.weight.grad.abs().sum() > 0
    assert all(p.grad is None for p in network.body.parameters())


def test_googlenet_has_no_auxiliary_heads_in_training():
    logits = build("googlenet", image_size=15, channels=3).train()(images(15))
    assert logits.shape == (2, 3)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", architectures())
def test_smallest_images_train_and_smaller_ones_cannot(architecture):
    multiple = size_multiple(architecture)
    size = max(minimum_size(architecture), multiple)
    network = meta_network(architecture, size).train()
    features = network.body(torch.empty(2, 3, size, size, device="meta"))
    assert features.ndim == 2
    assert network.head(features).shape == (2, 3)
    smaller = size - 1 if multiple == 1 else size - 4  # MaxViT's convolutions round the last three up
    if smaller > 0:
        with pytest.raises((RuntimeError, ValueError, AssertionError)):
            network(torch.empty(2, 3, smaller, smaller, device="meta"))
