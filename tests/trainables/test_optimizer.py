import pytest
import torch

from trainables.config import RunConfig
from trainables.network import Network, build_network
from trainables.optimizer import freeze, make_optimizer, rated_groups, set_rates, training_mode
from trainables.phases import LayerRates, Phase
from trainables.schedules import Constant


def network() -> Network:
    return build_network("small_resnet", num_classes=3, image_size=8, channels=1, width=4, generator_seed=0)


def phase(first_group: int = 0, **layers: object) -> Phase:
    rates = LayerRates(**layers)  # type: ignore[arg-type]
    return Phase(name="p", num_epochs=1, lr=0.1, schedule=Constant(), layers=rates, first_group=first_group)


def test_shares_fall_evenly_from_the_head_to_the_stem() -> None:
    groups = rated_groups(network(), phase(stem_to_head=0.0016))
    assert [g.group.name for g in groups] == ["stem", "layer1", "layer2", "layer3", "head"]
    # four steps of a fourth root of 0.0016: 0.2 each
    assert [g.share for g in groups] == pytest.approx([0.0016, 0.008, 0.04, 0.2, 1.0])


def test_the_optimizer_has_every_parameter_once_and_decays_weights_alone() -> None:
    net = network()
    config = RunConfig(recipe="x", data="x", epochs=1, weight_decay=0.01)
    optimizer = make_optimizer(
        dict(net.named_parameters()), rated_groups(net, phase()), lr=0.1, config=config
    )
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in net.parameters())
    for group in optimizer.param_groups:
        assert all((p.ndim > 1) is (group["weight_decay"] == 0.01) for p in group["params"])
    set_rates(optimizer, 0.5)
    assert {group["lr"] for group in optimizer.param_groups} == {0.05}


def test_frozen_groups_neither_learn_nor_keep_new_statistics() -> None:
    """Running statistics move without gradients, and `train()` undoes `eval()`: both are held off."""
    net = network()
    groups = rated_groups(net, phase(first_group=3))
    freeze(net, groups)
    config = RunConfig(recipe="x", data="x", epochs=1)
    optimizer = make_optimizer(dict(net.named_parameters()), groups, lr=0.1, config=config)
    before = {k: v.clone() for k, v in net.state_dict().items()}
    for _ in range(2):
        training_mode(net)
        net(torch.randn(8, 1, 8, 8)).square().sum().backward()
        optimizer.step()
    changed = {k.split(".")[1] for k, v in net.state_dict().items() if not torch.equal(v, before[k])}
    assert changed == {"layer3", "weight", "bias"}, "the last block, statistics included, and the head"
    statistics = [k for k in before if "running_mean" in k and "layer3" in k]
    assert statistics
    assert all(not torch.equal(net.state_dict()[k], before[k]) for k in statistics)
