"""Normalisation belongs to the start weights, and no cache mixes two of them up."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import models

from trainables import train
from trainables.classifier import load_classifier
from trainables.config import parse_config
from trainables.data import DataSource, PreparedData, cache_dir, prepare
from trainables.inputs.batches import image_batch
from trainables.networks.network import build_network
from trainables.networks.normalisation import Normalisation, as_setting, for_images, given_normalisation
from trainables.networks.trained_with import normalisation_for, trained_with
from trainables.networks.weights import load_weights
from trainables.networks.weights_files import WeightsError, save_weights
from trainables.run import start

IMAGENET = Normalisation(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
HALF = Normalisation(mean=(0.5,) * 3, std=(0.5,) * 3)
GREY = Normalisation(mean=(0.2,), std=(0.4,))
BASE: dict[str, Any] = {
    "recipe": "cosine", "epochs": 1, "lr": 0.05, "width": 4, "device": "cpu", "num_threads": 1,
}  # fmt: skip


@pytest.fixture
def colours(tmp_path: Path) -> PreparedData:
    """Eighteen RGB images of 32 px in two classes, of three means."""
    draws = np.random.default_rng(0)
    for split, count in (("train", 5), ("val", 2), ("test", 2)):
        for name in ("one", "two"):
            folder = tmp_path / "colours" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = draws.integers(0, (80, 160, 250), (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    return prepare(DataSource(folder=str(tmp_path / "colours")))


def source_file(
    path: Path, *, channels: int = 1, normalisation: Normalisation | None = GREY, **more: Any
) -> str:
    """Write weights of a small network as a training on a source writes them."""
    network = build_network(
        "small_resnet", num_classes=2, image_size=8, channels=channels, width=4, generator_seed=1
    )
    save_weights(network, path, architecture="small_resnet", width=4, normalisation=normalisation)
    return str(path)


def of_run(config: dict[str, Any]) -> Normalisation:
    fit = start(config)
    assert torch.allclose(fit.task.train.mean.flatten(), 255 * torch.tensor(fit.task.normalisation.mean))
    assert torch.allclose(fit.task.val.std.flatten(), 255 * torch.tensor(fit.task.normalisation.std))
    assert torch.equal(fit.task.open_test().mean, fit.task.train.mean)
    return fit.task.normalisation


@pytest.mark.parametrize(
    ("architecture", "weights", "expected"),
    [
        ("resnet18", "IMAGENET1K_V1", IMAGENET),
        ("resnet50", "DEFAULT", IMAGENET),
        ("googlenet", "IMAGENET1K_V1", IMAGENET),
        ("efficientnet_v2_l", "IMAGENET1K_V1", HALF),
        ("efficientnet_v2_l", "pretrained", HALF),
        ("vgg16", "IMAGENET1K_V1", IMAGENET),
        ("vgg16", "IMAGENET1K_FEATURES", Normalisation(mean=(0.48235, 0.45882, 0.40784), std=(1 / 255,) * 3)),
    ],
)
def test_torchvisions_weights_say_what_they_were_trained_with(
    architecture: str, weights: str, expected: Normalisation
) -> None:
    assert trained_with(weights, architecture=architecture) == expected


def test_timms_weights_say_it_tag_by_tag() -> None:
    timm = pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    assert trained_with("pretrained", architecture="timm/tf_efficientnet_lite0") == HALF
    assert trained_with("pretrained", architecture="timm/resnet18.a1_in1k") == IMAGENET
    clip = timm.get_pretrained_cfg("vit_base_patch16_clip_224.openai")
    found = trained_with("pretrained", architecture="timm/vit_base_patch16_clip_224.openai")
    assert found is not None
    assert found.values == (clip.mean, clip.std)
    assert found != trained_with("pretrained", architecture="timm/vit_base_patch16_224.augreg_in21k")


def test_a_plain_file_is_taken_for_weights_of_its_library(tmp_path: Path) -> None:
    file = str(tmp_path / "plain.pth")
    torch.save({"some.weight": torch.ones(2)}, file)
    assert trained_with(file, architecture="efficientnet_v2_l") == HALF
    assert trained_with(file, architecture="resnet18") == IMAGENET
    assert trained_with(file, architecture="small_resnet") is None


def test_a_file_of_ours_has_it_on_record_and_an_earlier_one_says_nothing(
    digits: PreparedData, tmp_path: Path
) -> None:
    file = source_file(tmp_path / "w.pt")
    assert of_run({**BASE, "data": digits.key, "weights": file}) == GREY
    content = torch.load(file)
    del content["normalisation"]
    torch.save({**content, "format": "lrstudy-weights-1"}, tmp_path / "old.pt")
    old = of_run({**BASE, "data": digits.key, "weights": str(tmp_path / "old.pt")})
    assert old.values == (digits.mean, digits.std)
    assert "old.pt does not say what it was trained with" in old.origin


def test_a_record_that_is_damaged_is_refused(tmp_path: Path) -> None:
    content = torch.load(source_file(tmp_path / "w.pt"))
    for recorded in (
        {"mean": 3},
        {"mean": [0.5, 0.5], "std": [0.1, 0.1]},
        {"mean": [float("nan")], "std": [0.1]},
        {"mean": ["a"], "std": [0.1]},
        {"mean": [0.5], "std": [0.0]},
    ):
        torch.save({**content, "normalisation": recorded}, tmp_path / "cut.pt")
        with pytest.raises(WeightsError, match=r"cut\.pt is damaged: its normalisation is"):
            trained_with(str(tmp_path / "cut.pt"), architecture="small_resnet")


def test_a_random_start_takes_the_images_own_and_a_setting_goes_over_the_weights(
    digits: PreparedData, tmp_path: Path
) -> None:
    common = {**BASE, "data": digits.key}
    file = source_file(tmp_path / "w.pt")
    own = (digits.mean, digits.std)
    assert of_run(common).values == own
    assert of_run({**common, "normalisation": "data", "weights": file}).values == own
    assert of_run({**common, "normalisation": "0.25/0.5", "weights": file}).values == ((0.25,), (0.5,))
    # an arm whose recipe starts at random, whatever the study's weights
    assert of_run({**common, "recipe": "from_scratch", "weights": file}).values == own


def test_what_a_run_writes_is_what_the_next_one_starts_with(digits: PreparedData, tmp_path: Path) -> None:
    file = str(tmp_path / "w.pt")
    list(train({**BASE, "data": digits.key, "save_weights": file}))
    found = trained_with(file, architecture="small_resnet")
    assert found is not None
    assert found.values == (digits.mean, digits.std)
    assert "w.pt" in found.origin


def test_the_exported_classifier_normalises_as_the_run_did(digits: PreparedData, tmp_path: Path) -> None:
    config = {**BASE, "data": digits.key, "normalisation": "0.1/0.9", "save_weights": str(tmp_path / "w.pt")}
    *_, last = train({**config, "measure_test": True})
    classifier = load_classifier(tmp_path / "w.pt", run=parse_config(config)[0], data=digits)
    assert classifier.mean.flatten().tolist() == pytest.approx([25.5])
    images = torch.from_numpy(digits.split("test").images).permute(0, 3, 1, 2)
    with torch.inference_mode():
        assert tuple(classifier(images).argmax(1).tolist()) == last.test_predictions
    content = torch.load(tmp_path / "w.pt")
    del content["normalisation"]
    torch.save({**content, "format": "lrstudy-weights-1"}, tmp_path / "old.pt")
    earlier = load_classifier(tmp_path / "old.pt", run=parse_config(config)[0], data=digits)
    assert earlier.mean.flatten().tolist() == pytest.approx([255 * digits.mean[0]])


def test_grey_images_become_three_channels_each_with_its_own_mean_in_torchvisions_networks(
    digits: PreparedData,
) -> None:
    found = normalisation_for("weights", weights="IMAGENET1K_V1", architecture="resnet18", data=digits)
    assert found == IMAGENET
    config = {
        **BASE,
        "architecture": "resnet18",
        "data": digits.key,
        "normalisation": as_setting(*IMAGENET.values),
    }
    train_split = start(config).task.train
    batch = image_batch(train_split, torch.arange(3))
    pixels = train_split.images[:3].permute(0, 3, 1, 2).float() / 255
    expected = (pixels - torch.tensor(IMAGENET.mean).view(3, 1, 1)) / torch.tensor(IMAGENET.std).view(3, 1, 1)
    assert batch.shape == (3, 3, 8, 8)
    torch.testing.assert_close(batch, expected)
    (record,) = train({**config, "save_weights": None})
    assert record.status == "finished"


def test_a_stem_for_grey_images_sees_what_three_equal_channels_would_give(tmp_path: Path) -> None:
    rgb = build_network("small_resnet", num_classes=2, image_size=8, channels=3, width=4, generator_seed=1)
    save_weights(rgb, tmp_path / "rgb.pt", architecture="small_resnet", width=4, normalisation=HALF)
    grey = build_network("small_resnet", num_classes=2, image_size=8, channels=1, width=4, generator_seed=2)
    load_weights(grey, str(tmp_path / "rgb.pt"), architecture="small_resnet")
    images = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(grey.body.eval()(images), rgb.body.eval()(images.expand(-1, 3, -1, -1)))
    found = trained_with(str(tmp_path / "rgb.pt"), architecture="small_resnet")
    assert found is not None
    assert for_images(found, channels=1, architecture="small_resnet").values == ((0.5,), (0.5,))
    averaged = for_images(IMAGENET, channels=1, architecture="timm/resnet18")
    assert averaged.mean == pytest.approx(((0.485 + 0.456 + 0.406) / 3,))
    assert averaged.std == pytest.approx(((0.229 + 0.224 + 0.225) / 3,))


def test_rgb_images_through_weights_of_a_grey_source_are_seen_by_their_mean(
    colours: PreparedData, tmp_path: Path
) -> None:
    file = source_file(tmp_path / "grey.pt")
    grey = build_network("small_resnet", num_classes=2, image_size=8, channels=1, width=4, generator_seed=1)
    rgb = build_network("small_resnet", num_classes=2, image_size=8, channels=3, width=4, generator_seed=2)
    load_weights(rgb, file, architecture="small_resnet")
    images = torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(rgb.body.eval()(images), grey.body.eval()(images.mean(1, keepdim=True)))
    found = of_run({**BASE, "data": colours.key, "weights": file})
    assert found.values == ((0.2,) * 3, (0.4,) * 3)


def test_timms_networks_take_grey_images_from_a_file_of_rgb_weights(tmp_path: Path) -> None:
    timm = pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    torch.manual_seed(0)
    state = timm.create_model("mobilenetv3_small_050").state_dict()
    torch.save(state, tmp_path / "rgb.pth")
    options: dict[str, Any] = {"num_classes": 2, "image_size": 32, "generator_seed": 0}
    grey = build_network("timm/mobilenetv3_small_050", channels=1, **options)
    rgb = build_network("timm/mobilenetv3_small_050", channels=3, **options)
    for network in (grey, rgb):
        load_weights(network, str(tmp_path / "rgb.pth"), architecture="timm/mobilenetv3_small_050")
    images = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        grey.body.eval()(images), rgb.body.eval()(images.expand(-1, 3, -1, -1)), rtol=1e-3, atol=1e-4
    )


def test_mean_and_deviation_survive_as_a_setting() -> None:
    assert given_normalisation(as_setting(*IMAGENET.values)) == IMAGENET
    assert as_setting([0.5], [0.25]) == "0.5/0.25"
    assert given_normalisation("weights") is given_normalisation("data") is None


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("imagenet", "weights, data or MEAN/STD, is allowed"),
        ("0.5", "weights, data or MEAN/STD, is allowed"),
        ("0.5/0.5/0.5", "weights, data or MEAN/STD, is allowed"),
        ("0.5,0.5/0.2,0.2", "2 means and 2 deviations: as many of both, 1 or 3, are allowed"),
        ("0.5/0.1,0.2,0.3", "1 means and 3 deviations"),
        ("127.5/0.5", "means 127.5: 0 to 1 is allowed"),
        ("nan/0.5", "means nan: 0 to 1 is allowed"),
        ("0.5/0", "deviations 0: 1e-06 to 1 is allowed"),
        ("0.5/1e-320", "deviations 9.99989e-321: 1e-06 to 1 is allowed"),
        ("0.5/inf", "deviations inf: 1e-06 to 1"),
    ],
)
def test_other_settings_are_refused_in_one_sentence(setting: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        parse_config({**BASE, "data": "d", "normalisation": setting})
    assert "\n" not in str(caught.value)


def test_three_means_for_one_channel_are_refused(digits: PreparedData) -> None:
    with pytest.raises(ValueError, match="has 3 means, but the images are grey, and small_resnet sees one"):
        start({**BASE, "data": digits.key, "normalisation": as_setting(*HALF.values)})


def losses(config: dict[str, Any]) -> list[float | None]:
    return [record.train_loss for record in train(config)]


@pytest.mark.parametrize(
    "more",
    [
        {"recipe": "feature_extraction"},
        {"recipe": "feature_extraction", "activation_views": 2, "augment": "crop"},
        {"lr": "auto", "range_test_repeats": 1},
        {
            "recipe": "head_restarts", "head_epochs": 0, "epochs": 4, "cycle_len": 1, "cycle_mult": 2.0,
            "last_cycle": "cut", "share_prefixes": "group",
        },
    ],
    ids=["activations", "views", "range tests", "prefixes"],
)  # fmt: skip
def test_two_settings_share_nothing(digits: PreparedData, tmp_path: Path, more: dict[str, Any]) -> None:
    """What a run gives with a cache that the other setting has filled is what it gives with an empty one."""
    shutil.rmtree(cache_dir() / "prefixes", ignore_errors=True)
    file = source_file(tmp_path / "w.pt")
    common = {**BASE, "data": digits.key, "weights": file, **more}
    for views in (1, 2):  # a prefix is kept where a second run comes to it
        list(train({**common, "normalisation": "data", "tta_views": views}))
    after = losses({**common, "normalisation": "weights"})
    data = prepare(
        DataSource(digits=True, classes=(5, 6, 7, 8, 9), train_per_class=40), cache=tmp_path / "empty"
    )
    alone = losses({**common, "data": data.key, "cache": str(tmp_path / "empty"), "normalisation": "weights"})
    assert after == alone
    assert after != losses({**common, "normalisation": "data"})


def test_a_state_of_another_normalisation_is_refused(digits: PreparedData) -> None:
    one, other = (start({**BASE, "data": digits.key, "normalisation": s}) for s in ("data", "0.5/0.5"))
    one.run_epoch()
    with pytest.raises(ValueError, match="another plan"):
        other.load_state_dict(one.state_dict())


def test_pretrained_is_torchvisions_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.manual_seed(3)
    state = models.squeezenet1_1().state_dict()
    torch.save(state, folder / models.SqueezeNet1_1_Weights.DEFAULT.url.rpartition("/")[2])
    network = build_network("squeezenet1_1", num_classes=2, image_size=32, channels=3, generator_seed=0)
    load_weights(network, "pretrained", architecture="squeezenet1_1")
    assert torch.equal(network.body.get_parameter("features.0.weight"), state["features.0.weight"])
