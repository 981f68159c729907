"""timm's models as networks: groups, heads, weights."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.support.networks import meta_network
from trainables.networks.depth_groups import decays, depth_groups
from trainables.networks.meta_weights import build_without_weights
from trainables.networks.network import Network, build_network, check_architecture
from trainables.networks.weights import load_weights
from trainables.networks.weights_files import WeightsError, save_weights

timm = pytest.importorskip("timm", reason="timm is not installed (extra timm)")

BLOCKS_AND_STAGES = {
    "convnext_tiny": (3 + 3 + 9 + 3 + 2, 4 + 2),
    "deit_tiny_distilled_patch16_224": (12 + 2, 12 + 2),
    "densenet161": (6 + 12 + 36 + 24 + 2, 4 + 2),
    "resmlp_12_224": (12 + 2, 12 + 2),
    "resnet34": (3 + 4 + 6 + 3 + 2, 4 + 2),
    "resnet50": (3 + 4 + 6 + 3 + 2, 4 + 2),
    "vit_small_patch16_224": (12 + 2, 12 + 2),
}

REFUSED = (
    "can't be in two depth groups",
    "no single head replaces",
    "has no classifier",
    "has no last layer",
    "has no depth groups",
)
"""Why a model can't be had: parameters under two names, heads of several widths, encoders without a head."""

TRAINED = {"mobilenetv3_small_050": 32, "resnet18": 32, "vit_tiny_patch16_224": 32}
"""Small models, with a small size of images."""


def build(architecture: str, *, image_size: int = 32, seed: int = 0, zero_gamma: bool = False) -> Network:
    return build_network(
        f"timm/{architecture}",
        num_classes=3,
        image_size=image_size,
        channels=3,
        generator_seed=seed,
        zero_gamma=zero_gamma,
    )


def check_groups(network: Network) -> None:
    for grouping in ("block", "stage"):
        groups = depth_groups(network, grouping)
        assert [n for g in groups for n in g.parameters] == [n for n, _ in network.named_parameters()]
        assert groups[-1].name == "head"
        assert groups[-1].parameters == tuple(f"head.{n}" for n, _ in network.head.named_parameters())
        assert len(groups) > 2


@pytest.mark.parametrize("architecture", BLOCKS_AND_STAGES)
def test_counts_of_groups(architecture: str) -> None:
    network = meta_network(f"timm/{architecture}")
    counts = tuple(len(depth_groups(network, grouping)) for grouping in ("block", "stage", "section"))
    assert counts == (*BLOCKS_AND_STAGES[architecture], 3)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(2))
def test_every_parameter_of_a_model_is_in_one_group_or_the_model_is_refused(first: int) -> None:
    """Every fourteenth model at the size that it is made for, in two parts; all of them were looked at once."""
    refused = []
    names = timm.list_models()[::14][first::2]
    for name in names:
        size = timm.get_pretrained_cfg(name).input_size[-1]
        try:
            network = build_without_weights(f"timm/{name}", num_classes=3, image_size=size, channels=3)
            check_groups(network)
        except ValueError as error:
            refused.append(f"{name}: {error}")
    assert len(names) > 40
    assert not [sentence for sentence in refused if not any(words in sentence for words in REFUSED)]
    assert len(refused) <= 0.1 * len(names)
    assert not any("\n" in sentence for sentence in refused)


def test_a_model_that_runs_a_part_of_itself_while_it_is_built_is_built_with_values() -> None:
    check_groups(
        build_without_weights("timm/vit_tiny_r_s16_p8_224", num_classes=3, image_size=224, channels=3)
    )


def test_biases_norms_tokens_and_positions_have_no_decay() -> None:
    network = meta_network("timm/vit_small_patch16_224")
    without = {n for n, p in network.named_parameters() if p.ndim > 1 and not decays(network, n)}
    assert without == {"body.cls_token", "body.pos_embed"}
    assert not any(decays(network, n) for n, p in network.named_parameters() if p.ndim == 1)


@pytest.mark.parametrize("architecture", TRAINED)
def test_a_models_body_and_a_new_head_train(architecture: str) -> None:
    network = build(architecture, image_size=TRAINED[architecture])
    draws = torch.Generator().manual_seed(0)
    images, labels = torch.randn(6, 3, 32, 32, generator=draws), torch.tensor([0, 1, 2, 0, 1, 2])
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(p.grad is not None for p in network.parameters())
    assert losses[-1] < losses[0]


def test_head_of_body_is_timms_model() -> None:
    model = timm.create_model("resnet18", num_classes=3).eval()
    network = build("resnet18").eval()
    network.body.load_state_dict({n: v for n, v in model.state_dict().items() if not n.startswith("fc.")})
    network.head.load_state_dict(model.fc.state_dict())
    images = torch.randn(2, 3, 64, 64)
    torch.testing.assert_close(network(images), model(images))


def test_heads_of_a_distilled_model_become_one() -> None:
    network = meta_network("timm/deit_tiny_distilled_patch16_224")
    assert network.head_names == ("head", "head_dist")
    assert [n for n, _ in network.head.named_parameters()] == ["weight", "bias"]
    assert not any(n.startswith(("body.head.", "body.head_dist.")) for n, _ in network.named_parameters())


def test_unknown_names_are_answered_with_close_ones() -> None:
    with pytest.raises(ValueError, match=r"'timm/resnet19' is unknown; did you mean timm/resnet"):
        check_architecture("timm/resnet19", image_size=32)


def test_images_that_a_model_cannot_take_are_refused() -> None:
    check_architecture("timm/resnet18", image_size=32)
    with pytest.raises(ValueError, match=r"image_size 1 does not fit timm/vgg11: "):
        check_architecture("timm/vgg11", image_size=1)


def test_without_timm_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ValueError, match=r"'timm/resnet18' needs timm: pip install 'lrstudy\[timm\]'"):
        check_architecture("timm/resnet18", image_size=32)


def test_other_networks_do_not_import_timm() -> None:
    code = (
        "import sys; from trainables.networks.network import build_network; "
        "build_network('resnet18', num_classes=2, image_size=32, channels=3, generator_seed=0); "
        "print('timm' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def norms_at_block_ends(network: Network) -> Iterator[torch.Tensor]:
    for block in network.body.modules():
        if type(block).__name__ == "BasicBlock":
            yield block.get_parameter("bn2.weight")


def test_blocks_of_timms_resnets_start_as_the_identity_only_where_that_is_asked_for() -> None:
    """timm itself starts them so by default."""
    assert all(torch.all(weight == 1) for weight in norms_at_block_ends(build("resnet18")))
    zeroed = list(norms_at_block_ends(build("resnet18", zero_gamma=True)))
    assert len(zeroed) == 8
    assert all(torch.all(weight == 0) for weight in zeroed)
    with pytest.raises(
        ValueError, match="zero_gamma is true, but architecture is 'timm/vit_tiny_patch16_224'"
    ):
        build("vit_tiny_patch16_224", zero_gamma=True)


def test_the_seed_decides_all_weights() -> None:
    def values(seed: int) -> list[torch.Tensor]:
        return list(build("resnet18", seed=seed).state_dict().values())

    assert all(torch.equal(a, b) for a, b in zip(values(1), values(1), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(values(1), values(2), strict=True))


def test_weights_are_written_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "weights.pt"
    first, second = build("resnet18", seed=1), build("resnet18", seed=2)
    head = second.head.weight.clone()
    save_weights(first, file, architecture="timm/resnet18", width=0)
    report = load_weights(second, str(file), architecture="timm/resnet18")
    assert report.loaded == len(first.body.state_dict())
    ours, theirs = second.body.state_dict(), first.body.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert torch.equal(second.head.weight, head)
    with pytest.raises(WeightsError, match="timm/resnet18"):
        load_weights(build("mobilenetv3_small_050"), str(file), architecture="timm/mobilenetv3_small_050")


def use_file(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Have timm take the weights of its ResNet-18 from a file instead of from the hub."""
    real = timm.create_model

    def from_file(name: str, *, pretrained: bool = False, **options: object) -> nn.Module:
        overlay = {"pretrained_cfg_overlay": {"file": str(file)}} if pretrained else {}
        model: nn.Module = real(name, pretrained=pretrained, **overlay, **options)
        return model

    monkeypatch.setattr(timm, "create_model", from_file)


def test_pretrained_weights_fill_the_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(7)
    state = timm.create_model("resnet18").state_dict()
    torch.save(state, tmp_path / "resnet18.pth")
    use_file(monkeypatch, tmp_path / "resnet18.pth")
    network = build("resnet18")
    head = network.head.weight.clone()
    report = load_weights(network, "pretrained", architecture="timm/resnet18")
    assert report.reinitialised == ()
    assert all(torch.equal(value, state[name]) for name, value in network.body.state_dict().items())
    assert torch.equal(network.head.weight, head)


@pytest.mark.parametrize("name", ["missing.pth", "truncated.pth"])
def test_pretrained_weights_that_cannot_be_had_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    torch.save(timm.create_model("resnet18").state_dict(), tmp_path / "whole.pth")
    whole = (tmp_path / "whole.pth").read_bytes()
    (tmp_path / "truncated.pth").write_bytes(whole[: len(whole) // 2])
    use_file(monkeypatch, tmp_path / name)
    with pytest.raises(WeightsError, match=r"weights pretrained of timm/resnet18 could not be had") as caught:
        load_weights(build("resnet18"), "pretrained", architecture="timm/resnet18")
    assert "\n" not in str(caught.value)
