import pytest
import torch

from trainables.compute.precision import gradient_scaler
from trainables.networks.network import Network, build_network
from trainables.optim.optimizer import (
    freeze,
    lr_groups,
    make_optimizer,
    set_rates,
    training_mode,
)
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.schedules import Constant


def network() -> Network:
    return build_network("small_resnet", num_classes=3, image_size=8, channels=1, width=4, generator_seed=0)


def phase(first_group: int = 0, last_group: int = -1, **layers: object) -> Phase:
    return Phase(
        name="p",
        num_epochs=1,
        lr=0.1,
        schedule=Constant(),
        layers=LayerRates(**layers),  # type: ignore[arg-type]
        first_group=first_group,
        last_group=last_group,
    )


def test_shares_fall_evenly_from_the_head_to_the_stem() -> None:
    groups = lr_groups(network(), phase(stem_to_head=0.0016))
    assert [g.group.name for g in groups] == ["stem", "layer1", "layer2", "layer3", "head"]
    # four steps of a fourth root of 0.0016: 0.2 each
    assert [g.lr_scale for g in groups] == pytest.approx([0.0016, 0.008, 0.04, 0.2, 1.0])


@pytest.mark.parametrize(
    ("first", "last", "lr_scales"),
    [
        (0, -1, [0.0016, 0.008, 0.04, 0.2, 1.0]),
        (-2, -1, [0, 0, 0, 0.2, 1.0]),
        (-9, -1, [0.0016, 0.008, 0.04, 0.2, 1.0]),
        (1, 2, [0, 0.2, 1.0, 0, 0]),
        (0, 0, [1.0, 0, 0, 0, 0]),
        (-9, -9, [1.0, 0, 0, 0, 0]),
    ],
)
def test_a_phase_names_its_groups_as_a_slice_does(first: int, last: int, lr_scales: list[float]) -> None:
    """The rate is that of the last group that trains; what lies before the stem is the stem."""
    groups = lr_groups(network(), phase(first, last, stem_to_head=0.0016))
    assert [g.lr_scale for g in groups] == pytest.approx(lr_scales)


def test_a_group_past_the_head_does_not_exist() -> None:
    with pytest.raises(ValueError, match="depth group 5 does not exist: the network has 5"):
        lr_groups(network(), phase(5))


def test_the_optimizer_has_every_parameter_once_and_decays_weights_alone() -> None:
    net = network()
    training = Training(weight_decay=0.01)
    optimizer = make_optimizer(
        dict(net.named_parameters()), lr_groups(net, phase()), lr=0.1, training=training
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
    groups = lr_groups(net, phase(first_group=3))
    freeze(net, groups)
    optimizer = make_optimizer(dict(net.named_parameters()), groups, lr=0.1, training=Training())
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


def test_norms_of_frozen_groups_follow_the_batches_where_that_is_asked_for() -> None:
    net = network()
    groups = lr_groups(net, phase(first_group=-1))
    freeze(net, groups)
    before = {k: v.clone() for k, v in net.state_dict().items()}
    training_mode(net, batch_norm="update")
    net(torch.randn(8, 1, 8, 8))
    moved = {k for k, v in net.state_dict().items() if not torch.equal(v, before[k])}
    assert moved == {k for k in before if "running_" in k or "num_batches" in k}


def test_what_draws_in_a_frozen_block_stands_still_and_in_one_that_trains_does_not() -> None:
    """Stochastic depth has no parameters of its own: the block around it decides."""
    net = build_network("efficientnet_b0", num_classes=3, image_size=32, channels=3, generator_seed=0)
    groups = lr_groups(net, phase(first_group=-3, grouping="stage"))
    freeze(net, groups)
    training_mode(net)
    draws = {name: m.training for name, m in net.named_modules() if type(m).__name__ == "StochasticDepth"}
    trains = {lr_group.group.name for lr_group in groups if lr_group.lr_scale}
    assert any(draws.values())
    assert not all(draws.values())
    for name, training in draws.items():
        assert training == any(name.startswith(f"body.{group}.") for group in trains)
    freeze(net, lr_groups(net, phase(first_group=-1)))
    training_mode(net)
    assert not any(module.training for module in net.body.modules())
    assert net.head.training
    assert net.dropout.training


def trained(steps: int = 3, **settings: object) -> dict[str, torch.Tensor]:
    """Weights after some steps on random images."""
    net, training = network(), Training(weight_decay=0.1, **settings)  # type: ignore[arg-type]
    parameters = dict(net.named_parameters())
    optimizer = make_optimizer(parameters, lr_groups(net, phase()), lr=0.05, training=training)
    draws = torch.Generator().manual_seed(0)
    for _ in range(steps):
        optimizer.zero_grad()
        net(torch.randn(8, 1, 8, 8, generator=draws)).square().mean().backward()
        optimizer.step()
    return {name: value.detach() for name, value in parameters.items()}


def test_every_optimizer_and_kind_of_decay_trains_differently() -> None:
    names = ("sgd", "momentum", "nag", "adagrad", "adadelta", "adam", "adamw")
    found = [trained(optimizer=name)["body.conv1.weight"] for name in names]
    found += [trained(optimizer=name, decay="decoupled")["body.conv1.weight"] for name in names[:5]]
    for index, one in enumerate(found):
        assert all(not torch.equal(one, other) for other in found[:index])


def test_our_decoupled_decay_is_pytorchs() -> None:
    """Adam with our shrinking equals AdamW."""
    ours, theirs = trained(optimizer="adam", decay="decoupled"), trained(optimizer="adamw")
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name])


def test_decoupled_decay_multiplies_weights_and_leaves_norms_alone() -> None:
    net = network()
    training = Training(optimizer="sgd", weight_decay=0.1, decay="decoupled")
    parameters = dict(net.named_parameters())
    optimizer = make_optimizer(parameters, lr_groups(net, phase()), lr=0.5, training=training)
    before = {name: value.detach().clone() for name, value in parameters.items()}
    set_rates(optimizer, 0.5)
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    # the rate is 0.25: weights fall by 0.25 * 0.1
    torch.testing.assert_close(parameters["head.weight"].detach(), before["head.weight"] * 0.975)
    assert torch.equal(parameters["body.bn1.weight"], before["body.bn1.weight"])


def test_a_step_that_float16_skips_shrinks_no_weight() -> None:
    net = network()
    training = Training(optimizer="sgd", weight_decay=0.5, decay="decoupled", precision="float16")
    optimizer = make_optimizer(
        dict(net.named_parameters()), lr_groups(net, phase()), lr=0.1, training=training
    )
    scaler = gradient_scaler("float16", torch.device("cpu"))
    before = net.head.weight.detach().clone()
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, float("inf"))
    scaler.scale(torch.ones(()))  # makes the scale, as a loss would
    scaler.step(optimizer)
    assert torch.equal(net.head.weight.detach(), before)
