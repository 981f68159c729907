from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models
from torchvision.models import ResNet18_Weights, SqueezeNet1_1_Weights, VisionTransformer

from trainables.networks.network import Network, build_network
from trainables.networks.weights import LoadReport, load_weights
from trainables.networks.weights_files import WeightsError, save_weights

DIGITS_NET = "small_resnet"


def build(architecture=DIGITS_NET, *, image_size=32, channels=3, width=8, num_classes=3, seed=0):
    return build_network(
        architecture,
        num_classes=num_classes,
        image_size=image_size,
        channels=channels,
        width=width,
        generator_seed=seed,
    )


def torchvision_state(architecture, **options):
    return models.get_model(architecture, weights=None, **options).state_dict()


def snapshot(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def equal(module: nn.Module, state: dict[str, torch.Tensor]) -> bool:
    own = module.state_dict()
    return own.keys() == state.keys() and all(torch.equal(own[name], state[name]) for name in own)


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Path:
    """An empty folder of torchvision's downloads, and no way to download."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def put(hub: Path, weights, state) -> None:
    torch.save(state, hub / weights.url.rpartition("/")[2])


def test_none_changes_nothing():
    network = build()
    before = snapshot(network)
    assert load_weights(network, "none", architecture=DIGITS_NET) == LoadReport(loaded=0, reinitialised=())
    assert equal(network, before)


def test_source_is_refused_outside_of_a_study():
    with pytest.raises(WeightsError, match=r"weights 'source' stands for .* give the file"):
        load_weights(build(), "source", architecture=DIGITS_NET)


@pytest.mark.parametrize("name", ["IMAGENET1K_V1", "DEFAULT"])
def test_torchvision_weights_fill_the_body_and_leave_the_head(hub, name):
    state = torchvision_state("squeezenet1_1")
    put(hub, SqueezeNet1_1_Weights.IMAGENET1K_V1, state)
    network = build("squeezenet1_1")
    head = snapshot(network.head)
    report = load_weights(network, name, architecture="squeezenet1_1")
    assert report == LoadReport(loaded=2 * (1 + 8 * 3), reinitialised=())
    assert equal(network.body, {n: v for n, v in state.items() if n.startswith("features.")})
    assert equal(network.head, head)


def test_small_stem_keeps_its_fresh_weight_and_is_reported(hub):
    state = torchvision_state("resnet18")
    put(hub, ResNet18_Weights.IMAGENET1K_V1, state)
    network = build("resnet18", image_size=32)
    stem = network.body.conv1.weight.clone()
    report = load_weights(network, "IMAGENET1K_V1", architecture="resnet18")
    num_tensors = 20 * (1 + 5)
    assert report == LoadReport(loaded=num_tensors - 1, reinitialised=("body.conv1.weight",))
    assert torch.equal(network.body.conv1.weight, stem)
    assert torch.equal(network.body.layer1[0].conv1.weight, state["layer1.0.conv1.weight"])


def test_stem_for_another_number_of_channels_is_refused(tmp_path):
    state = torchvision_state("resnet18")
    state["conv1.weight"] = torch.ones(64, 4, 7, 7)
    torch.save(state, tmp_path / "four.pth")
    with pytest.raises(WeightsError, match=r"shapes differ: conv1\.weight"):
        load_weights(build("resnet18"), str(tmp_path / "four.pth"), architecture="resnet18")


def test_failed_download_names_file_address_and_folder(hub):
    with pytest.raises(WeightsError) as error:
        load_weights(build("squeezenet1_1"), "IMAGENET1K_V1", architecture="squeezenet1_1")
    assert "weights IMAGENET1K_V1 of squeezenet1_1 could not be downloaded" in str(error.value)
    url = SqueezeNet1_1_Weights.IMAGENET1K_V1.url
    told = (
        f"get {url.rpartition('/')[2]} from {url} and put it into {hub}, or start at random (weights: none)."
    )
    assert told in str(error.value)
    assert list(hub.iterdir()) == []


def test_download_with_another_hash_is_refused(hub, tmp_path, monkeypatch):
    served = tmp_path / "squeezenet1_1-b8a52dc0.pth"
    torch.save(torchvision_state("squeezenet1_1"), served)
    weights = models.get_model_weights("squeezenet1_1")["IMAGENET1K_V1"]
    monkeypatch.setattr(type(weights), "url", served.as_uri(), raising=False)
    with pytest.raises(WeightsError, match=r"could not be downloaded \(invalid hash value"):
        load_weights(build("squeezenet1_1"), "IMAGENET1K_V1", architecture="squeezenet1_1")
    assert list(hub.iterdir()) == []


def test_unknown_name_is_answered_with_what_there_is():
    message = (
        r"'IMAGENET' is neither a file nor known for resnet50; "
        r"it must be none, IMAGENET1K_V1, IMAGENET1K_V2, DEFAULT, or a file\."
    )
    with pytest.raises(WeightsError, match=message):
        load_weights(Network(nn.Identity(), nn.Identity()), "IMAGENET", architecture="resnet50")


def test_small_resnet_has_no_weights_by_name():
    with pytest.raises(WeightsError, match=r"known for small_resnet; it must be none, or a file\."):
        load_weights(build(), "DEFAULT", architecture=DIGITS_NET)


def test_own_file_fills_the_body_and_leaves_the_head(tmp_path):
    source = build(num_classes=7, seed=1)
    save_weights(source, tmp_path / "source.pt", architecture=DIGITS_NET, width=8)
    network = build(num_classes=3, seed=2)
    head = snapshot(network.head)
    report = load_weights(network, str(tmp_path / "source.pt"), architecture=DIGITS_NET)
    assert report == LoadReport(loaded=len(source.body.state_dict()), reinitialised=())
    assert equal(network.body, snapshot(source.body))
    assert equal(network.head, head)


def test_own_file_of_a_versioned_network_is_read(tmp_path):
    """MNASNet refuses a state without the version that torch keeps beside the tensors."""
    source = build("mnasnet0_5", seed=1)
    save_weights(source, tmp_path / "source.pt", architecture="mnasnet0_5", width=16)
    network = build("mnasnet0_5", seed=2)
    load_weights(network, str(tmp_path / "source.pt"), architecture="mnasnet0_5")
    assert equal(network.body, snapshot(source.body))


def test_own_file_with_a_small_stem_fits_large_images_but_for_the_stem(tmp_path):
    source = build("resnet18", image_size=32, seed=1)
    save_weights(source, tmp_path / "source.pt", architecture="resnet18", width=16)
    network = build("resnet18", image_size=64, seed=2)
    report = load_weights(network, str(tmp_path / "source.pt"), architecture="resnet18")
    assert report.reinitialised == ("body.conv1.weight",)
    assert network.body.conv1.weight.shape == (64, 3, 7, 7)
    assert torch.equal(network.body.bn1.running_mean, source.body.bn1.running_mean)


def test_saving_replaces_the_file_at_once_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "source.pt"
    save_weights(build(seed=1), file, architecture=DIGITS_NET, width=8)
    before = file.read_bytes()

    def full_disk(_content, beside):
        Path(beside).write_bytes(before[:100])
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_weights(build(seed=2), file, architecture=DIGITS_NET, width=8)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_own_file_of_another_architecture_is_refused(tmp_path):
    save_weights(build(), tmp_path / "source.pt", architecture=DIGITS_NET, width=8)
    with pytest.raises(WeightsError, match=r"source\.pt is for small_resnet, not for squeezenet1_1"):
        load_weights(build("squeezenet1_1"), str(tmp_path / "source.pt"), architecture="squeezenet1_1")


def test_own_file_of_another_width_is_refused(tmp_path):
    save_weights(build(), tmp_path / "source.pt", architecture=DIGITS_NET, width=8)
    with pytest.raises(WeightsError, match=r"source\.pt is for width 8, not for 16"):
        load_weights(build(width=16), str(tmp_path / "source.pt"), architecture=DIGITS_NET)


def test_plain_state_dict_fills_the_body(tmp_path):
    state = torchvision_state("mobilenet_v3_small")
    torch.save(state, tmp_path / "plain.pth")
    network = build("mobilenet_v3_small")
    report = load_weights(network, str(tmp_path / "plain.pth"), architecture="mobilenet_v3_small")
    body = {n: v for n, v in state.items() if not n.startswith("classifier.3.")}
    assert report == LoadReport(loaded=len(body), reinitialised=())
    assert equal(network.body, body)


@pytest.mark.parametrize("name", ["w.safetensors", "W.SAFETENSORS", "w.bin", "blob"])
def test_safetensors_are_told_by_their_content(tmp_path, name):
    save_file = pytest.importorskip("safetensors.torch", reason="safetensors is not installed").save_file
    state = build("squeezenet1_1", seed=1).body.state_dict()
    save_file(state, tmp_path / name)
    network = build("squeezenet1_1")
    load_weights(network, str(tmp_path / name), architecture="squeezenet1_1")
    assert equal(network.body, state)


def test_old_names_of_densenet_files_are_read(tmp_path):
    state = torchvision_state("densenet121")
    for kind in ("norm", "relu", "conv"):
        for number in "12":
            old = f".{kind}.{number}."
            state = OrderedDict((n.replace(f".{kind}{number}.", old), v) for n, v in state.items())
    assert "features.denseblock1.denselayer1.norm.1.weight" in state
    torch.save(state, tmp_path / "old.pth")
    network = build("densenet121", image_size=64)
    report = load_weights(network, str(tmp_path / "old.pth"), architecture="densenet121")
    assert report.reinitialised == ()
    weight = network.body.features.denseblock1.denselayer1.norm1.weight
    assert torch.equal(weight, state["features.denseblock1.denselayer1.norm.1.weight"])


def test_auxiliary_heads_are_left_in_the_file(tmp_path):
    state = torchvision_state("googlenet", init_weights=False)
    assert "aux1.fc1.weight" in state
    torch.save(state, tmp_path / "googlenet.pth")
    network = build("googlenet")
    load_weights(network, str(tmp_path / "googlenet.pth"), architecture="googlenet")
    assert torch.equal(network.body.conv1.conv.weight, state["conv1.conv.weight"])


def vit(image_size: int) -> Network:
    options = {"patch_size": 16, "num_layers": 1, "num_heads": 1, "hidden_dim": 8, "mlp_dim": 8}
    body = VisionTransformer(image_size=image_size, **options)
    body.heads.head = nn.Identity()
    return Network(body, nn.Linear(8, 3), head_names=("heads.head",))


def test_position_embeddings_are_interpolated_to_other_image_sizes(tmp_path):
    source, network = vit(image_size=32), vit(image_size=64)
    nn.init.constant_(source.body.encoder.pos_embedding, 2.0)
    nn.init.constant_(source.body.encoder.pos_embedding[:, 0], 5.0)
    save_weights(source, tmp_path / "vit.pt", architecture="vit_b_16", width=16)
    report = load_weights(network, str(tmp_path / "vit.pt"), architecture="vit_b_16")
    positions = network.body.encoder.pos_embedding
    assert positions.shape == (1, 1 + 4 * 4, 8)
    assert torch.all(positions[:, 0] == 5.0)
    torch.testing.assert_close(positions[:, 1:], torch.full((1, 16, 8), 2.0))
    assert report.reinitialised == ()
