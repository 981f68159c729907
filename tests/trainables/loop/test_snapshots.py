"""An ensemble of the cycle ends' networks, and an average of their weights."""

import copy

import pytest
import torch
from torch import nn

from tests.support.plain_images import noisy
from trainables.inputs.inputs import ImageInputs, logits
from trainables.loop.snapshots import Snapshots
from trainables.networks.network import Network, build_network
from trainables.plan.training import Training


@pytest.fixture
def network() -> Network:
    return build_network(
        "small_resnet", num_classes=3, image_size=8, channels=3, width=4, generator_seed=0
    ).eval()


@pytest.fixture
def inputs() -> ImageInputs:
    return ImageInputs(data=noisy(20, 8, 3), how=Training(augment="none"), seed=0)


def shifted(network: Network, by: float) -> Network:
    """Return a copy with every weight moved, as if it had been trained on."""
    moved = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in moved.parameters():
            parameter.add_(by * torch.sign(parameter))
    return moved


def kept(*networks: nn.Module, limit: int = 3) -> Snapshots:
    snapshots = Snapshots(limit)
    for epoch, network in enumerate(networks, start=1):
        snapshots.add(network, epoch=epoch)
    return snapshots


def test_no_more_networks_are_kept_than_the_limit_and_the_oldest_goes(network: Network) -> None:
    members = [shifted(network, by) for by in (0.0, 0.1, 0.2, 0.3)]
    states = kept(*members, limit=2).state()
    assert len(states) == 2
    for state, member in zip(states, members[2:], strict=True):
        assert all(torch.equal(state["network"][name], value) for name, value in member.state_dict().items())


def test_what_is_kept_does_not_follow_the_network(network: Network) -> None:
    snapshots = kept(network)
    before = network.head.weight.clone()
    with torch.no_grad():
        network.head.weight.add_(1.0)
    assert torch.equal(snapshots.state()[0]["network"]["head.weight"], before)


def test_networks_of_epochs_that_the_run_went_back_from_are_forgotten(network: Network) -> None:
    snapshots = kept(*[network] * 4, limit=3)
    snapshots.forget_after(3)
    assert [state["epoch"] for state in snapshots.state()] == [2, 3]
    again = Snapshots(3)
    again.load(snapshots.state())
    again.add(network, epoch=4)
    assert [state["epoch"] for state in again.state()] == [2, 3, 4]


def test_nothing_is_kept_where_the_limit_is_0(network: Network) -> None:
    assert len(kept(network, limit=0)) == 0


def test_the_ensemble_is_the_mean_of_the_members_probabilities(network: Network, inputs: ImageInputs) -> None:
    members = [network, shifted(network, 0.2), shifted(network, -0.1)]
    last = shifted(network, 0.5)
    before = {name: value.clone() for name, value in last.state_dict().items()}
    found = kept(*members).probabilities(last, inputs)
    each = torch.stack([logits(member, inputs).softmax(1) for member in members])
    torch.testing.assert_close(found, each.mean(0))
    assert not torch.allclose(each[0], each[1])
    assert all(torch.equal(value, before[name]) for name, value in last.state_dict().items())


def test_the_average_has_the_mean_of_the_weights(network: Network, inputs: ImageInputs) -> None:
    members = [network, shifted(network, 0.2), shifted(network, 0.4)]
    averaged = kept(*members).average(network, inputs, batches=(torch.arange(20),))
    for name, value in averaged.named_parameters():
        mean = sum(dict(member.named_parameters())[name] for member in members) / 3
        torch.testing.assert_close(value, mean)


def test_the_average_has_statistics_of_its_own_over_all_batches(
    network: Network, inputs: ImageInputs
) -> None:
    """Of the stem's norm by hand: the mean over two batches of what its convolution gives."""
    batches = (torch.arange(12), torch.arange(12, 20))
    averaged = kept(network, shifted(network, 0.2)).average(network, inputs, batches=batches)
    convolution, norm = averaged.get_submodule("body.conv1"), averaged.get_submodule("body.bn1")
    with torch.no_grad():
        maps = [convolution(inputs.batch(index, training=True)) for index in batches]
    torch.testing.assert_close(norm.running_mean, sum(m.mean((0, 2, 3)) for m in maps) / 2)
    torch.testing.assert_close(norm.running_var, sum(m.var((0, 2, 3)) for m in maps) / 2)
    assert norm.momentum == 0.1
    assert not averaged.training


def test_norms_that_did_not_train_keep_their_statistics(network: Network, inputs: ImageInputs) -> None:
    for parameter in network.body.parameters():
        parameter.requires_grad_(False)
    averaged = kept(network, network).average(network, inputs, batches=(torch.arange(20),))
    norm, before = averaged.get_submodule("body.bn1"), network.get_submodule("body.bn1")
    assert torch.equal(norm.running_mean, before.running_mean)
    assert torch.equal(norm.running_var, before.running_var)
