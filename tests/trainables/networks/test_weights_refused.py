"""Files of weights that are cut off, others', or of another network: refused by name."""

from pathlib import Path

import pytest
import torch

from tests.support.networks import small_network
from trainables.networks.weights import load_weights
from trainables.networks.weights_files import WeightsError, save_weights

DIGITS_NET = "small_resnet"


@pytest.mark.parametrize("kept_fraction", [0.0, 0.3, 0.9])
def test_truncated_file_is_refused_by_name(tmp_path, kept_fraction):
    file = tmp_path / "source.pt"
    save_weights(small_network(), file, architecture=DIGITS_NET, width=8)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept_fraction)])
    with pytest.raises(WeightsError, match=r"source\.pt is truncated, or is not a file of weights"):
        load_weights(small_network(), str(file), architecture=DIGITS_NET)


@pytest.mark.parametrize("content", [b"some text", b"\x89PNG\r\n\x1a\n", b"\x80\x02cos\nsystem\n."])
def test_foreign_file_is_refused_by_name(tmp_path, content):
    (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(WeightsError, match=r"notes\.txt is truncated, or is not a file of weights"):
        load_weights(small_network(), str(tmp_path / "notes.txt"), architecture=DIGITS_NET)


def test_folder_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="can't be read: Is a directory"):
        load_weights(small_network(), str(tmp_path), architecture=DIGITS_NET)


@pytest.mark.parametrize("content", [[1, 2], {}, {"model": {"fc.weight": torch.ones(2)}, "epoch": 3}])
def test_other_contents_are_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(
        WeightsError, match=r"other\.pt holds neither weights of lrstudy nor a plain state_dict"
    ):
        load_weights(small_network(), str(tmp_path / "other.pt"), architecture=DIGITS_NET)


def test_later_formats_are_refused(tmp_path):
    torch.save({"format": "lrstudy-weights-3"}, tmp_path / "later.pt")
    with pytest.raises(WeightsError, match="has format 'lrstudy-weights-3'; it must be 'lrstudy-weights-2'"):
        load_weights(small_network(), str(tmp_path / "later.pt"), architecture=DIGITS_NET)


def test_own_format_without_its_parts_is_refused(tmp_path):
    torch.save({"format": "lrstudy-weights-1", "architecture": DIGITS_NET}, tmp_path / "part.pt")
    with pytest.raises(WeightsError, match=r"part\.pt is damaged"):
        load_weights(small_network(), str(tmp_path / "part.pt"), architecture=DIGITS_NET)


def refusal(tmp_path: Path, state: dict[str, torch.Tensor]) -> str:
    file = tmp_path / "plain.pth"
    torch.save(state, file)
    with pytest.raises(WeightsError, match=r"plain\.pth does not fit the network") as error:
        load_weights(small_network(), str(file), architecture=DIGITS_NET)
    return str(error.value)


def test_missing_tensors_are_named(tmp_path):
    state = small_network().body.state_dict()
    del state["layer2.conv1.weight"], state["conv1.weight"]
    assert refusal(tmp_path, state).endswith("tensors are missing: conv1.weight, layer2.conv1.weight.")


def test_unexpected_tensors_are_named(tmp_path):
    state = small_network().body.state_dict()
    state |= {f"extra{i}": torch.ones(1) for i in range(5)}
    assert refusal(tmp_path, state).endswith("unexpected: extra0, extra1, extra2 and 2 more.")


def test_tensors_of_another_shape_are_named(tmp_path):
    state = small_network().body.state_dict()
    state["layer2.conv1.weight"] = torch.ones(1, 2, 3, 4)
    assert refusal(tmp_path, state).endswith("shapes differ: layer2.conv1.weight.")


def test_another_number_of_image_channels_is_refused(tmp_path):
    assert refusal(tmp_path, small_network(channels=1).body.state_dict()).endswith(
        "shapes differ: conv1.weight."
    )
