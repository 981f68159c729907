"""Heads by their gradient's closed form, against PyTorch's loop of forward, backward and optimizer."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from trainables import many_heads, train, train_many_heads
from trainables import run as run_module
from trainables.data import PreparedData
from trainables.inputs.images import ImageTensors, to_tensors
from trainables.loop import fit as fit_module
from trainables.loop import head_epoch
from trainables.loop.epoch import train_epoch
from trainables.networks.depth_groups import DepthGroup
from trainables.optim.linear_heads import HeadInTraining, train_heads
from trainables.optim.losses import TrainingLoss
from trainables.optim.optimizer import LrGroup, make_optimizer, set_rates
from trainables.plan.training import Training
from trainables.run import start

NUM_FEATURES, NUM_CLASSES = 5, 3

hows = st.builds(
    Training,
    optimizer=st.sampled_from(["sgd", "momentum", "nag"]),
    momentum=st.sampled_from([0.5, 0.9]),
    weight_decay=st.sampled_from([0.0, 0.1]),
    decay=st.sampled_from(["l2", "decoupled"]),
)
losses = st.builds(
    TrainingLoss,
    kind=st.sampled_from(["cross_entropy", "bce"]),
    label_smoothing=st.sampled_from([0.0, 0.2]),
    weights=st.sampled_from([None, torch.tensor([0.5, 1.0, 1.5])]),
)


def head_in_training(
    how: Training, *, seed: int, lr: float, bias: bool, factors: list[float]
) -> HeadInTraining:

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        head = nn.Linear(NUM_FEATURES, NUM_CLASSES, bias=bias)
    parameters = dict(head.named_parameters())
    group = LrGroup(
        group=DepthGroup(name="head", parameters=tuple(parameters)),
        lr_scale=1.0,
        decayed=frozenset({"weight"}),
    )
    optimizer = make_optimizer(parameters, (group,), lr=lr, training=how)
    return HeadInTraining(head=head, optimizer=optimizer, factors=factors)


def by_autograd(
    each: HeadInTraining, features: torch.Tensor, labels: torch.Tensor, sizes: list[int], loss: TrainingLoss
) -> torch.Tensor:
    found = []
    parts = zip(features.split(sizes), labels.split(sizes), each.factors, strict=True)
    for batch, of_batch, factor in parts:
        set_rates(each.optimizer, factor)
        each.optimizer.zero_grad()
        logits = each.head(batch)
        loss(logits, of_batch).backward()
        each.optimizer.step()
        found.append(logits.detach())
    return torch.cat(found)


def kept(each: HeadInTraining) -> list[torch.Tensor]:
    """Return weights and momentum."""
    state = each.optimizer.state_dict()["state"].values()
    buffers = [values["momentum_buffer"] for values in state if values.get("momentum_buffer") is not None]
    return [*(p.detach() for p in each.head.parameters()), *buffers]


@settings(deadline=None, max_examples=60)
@given(
    how=hows,
    loss=losses,
    bias=st.booleans(),
    num_heads=st.sampled_from([1, 2, 16]),
    sizes=st.lists(st.integers(2, 7), min_size=1, max_size=4),
    seed=st.integers(0, 10**6),
)
def test_two_epochs_of_many_heads_are_those_of_each_by_autograd(
    how: Training, loss: TrainingLoss, bias: bool, num_heads: int, sizes: list[int], seed: int
) -> None:
    """Weights, momentum and outputs; every head has another start, another rate and another decay."""
    draws = torch.Generator().manual_seed(seed)
    features = torch.randn(sum(sizes), NUM_FEATURES, generator=draws)
    labels = torch.randint(NUM_CLASSES, (sum(sizes),), generator=draws)

    def heads() -> list[HeadInTraining]:
        return [
            head_in_training(
                Training(
                    optimizer=how.optimizer, momentum=how.momentum, decay=how.decay,
                    weight_decay=how.weight_decay * number,
                ),
                seed=seed + number, lr=0.1 * (1 + number % 4), bias=bias,
                factors=[0.9 ** (step + number) for step in range(len(sizes))],
            )
            for number in range(num_heads)
        ]  # fmt: skip

    at_once, alone = heads(), heads()
    for _ in range(2):
        logits = train_heads(at_once, features, labels, sizes=sizes, loss=loss)
        expected = [by_autograd(each, features, labels, sizes, loss) for each in alone]
        torch.testing.assert_close(logits, torch.stack(expected, 1).permute(2, 1, 0), rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(at_once, alone, strict=True):
        assert [g["lr"] for g in ours.optimizer.param_groups] == [
            g["lr"] for g in theirs.optimizer.param_groups
        ]
        torch.testing.assert_close(kept(ours), kept(theirs), rtol=1e-4, atol=1e-5)


@settings(max_examples=200)
@given(
    shape=st.tuples(st.integers(1, 300), st.integers(1, 3), st.integers(1, 4)),
    num_values=st.integers(1, 5),
    seed=st.integers(0, 10**6),
)
def test_the_largest_logit_is_the_first_of_equal_ones(
    shape: tuple[int, int, int], num_values: int, seed: int
) -> None:
    """As in NumPy, which defines it; few values, so that many are equal."""
    draws = torch.Generator().manual_seed(seed)
    logits = torch.randint(num_values, shape, generator=draws).float() - 2
    assert head_epoch.first_largest(logits).numpy().tolist() == logits.numpy().argmax(0).tolist()


def test_the_largest_of_logits_that_are_not_numbers_is_a_class() -> None:
    """A run that has diverged still has predictions to count."""
    logits = torch.full((3, 1, 3), torch.nan)
    logits[:, 0, 1] = torch.tensor([0.0, torch.inf, 1.0])
    logits[:, 0, 2] = torch.tensor([5.0, torch.nan, 1.0])
    assert head_epoch.first_largest(logits).tolist() == [[2, 1, 2]]


RUNS: dict[str, dict[str, Any]] = {
    "plain": {},
    "weighted and smoothed": {"class_weights": "balanced", "label_smoothing": 0.1},
    "steps of three batches": {"accumulate": 3},
    "views of the images": {"activation_views": 3},
    "adaptation": {"recipe": "adaptation"},
}


@pytest.mark.parametrize("more", RUNS.values(), ids=RUNS)
def test_a_run_is_that_of_the_loop_by_autograd(
    uneven: PreparedData, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    config = {
        "recipe": "feature_extraction", "data": uneven.key, "epochs": 3, "width": 4, "device": "cpu", "lr": 0.05,
        "weight_decay": 0.01, **more,
    }  # fmt: skip
    ours = list(train(config))
    used = []

    def by_the_loop(*args: Any, **options: Any) -> Any:
        used.append(args)
        return train_epoch(*args, **options)

    monkeypatch.setattr(fit_module, "train_head_epoch", by_the_loop)
    theirs = list(train(config))
    assert used, "no epoch was the closed form's"
    for name in ("train_loss", "train_objective", "val_loss"):
        assert [getattr(r, name) for r in ours] == pytest.approx([getattr(r, name) for r in theirs], rel=1e-3)
    for name in ("rates", "num_steps", "cycle_ended", "judged", "phase"):
        assert [getattr(r, name) for r in ours] == [getattr(r, name) for r in theirs]


@pytest.mark.parametrize(
    "more",
    [{"optimizer": "adam"}, {"dropout": 0.5}, {"clip_norm": 1.0}, {"precision": "bfloat16"}],
    ids=str,
)
def test_what_has_no_closed_form_here_trains_by_autograd(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    def refused(*args: Any, **options: Any) -> Any:
        raise AssertionError("the closed form was taken")

    monkeypatch.setattr(fit_module, "train_head_epoch", refused)
    config = {
        "recipe": "feature_extraction",
        "data": digits.key,
        "epochs": 1,
        "width": 4,
        "device": "cpu",
        "lr": 0.01,
    }
    assert start({**config, **more}).run_epoch().status == "finished"
    with pytest.raises(AssertionError, match="closed form"):
        start(config).run_epoch()


MANY = [
    {"lr": 0.3 * 0.7**number, "weight_decay": 0.01 * number, "momentum": 0.5 + 0.05 * number}
    for number in range(6)
]


def many(data: PreparedData) -> list[dict[str, Any]]:
    common = {"recipe": "feature_extraction", "data": data.key, "epochs": 3, "width": 4, "device": "cpu"}
    return [{**common, **each} for each in MANY]


def test_runs_side_by_side_are_those_one_after_another(digits: PreparedData) -> None:
    epochs = list(train_many_heads(many(digits)))
    assert len(epochs) == 3
    for number, config in enumerate(many(digits)):
        for ours, alone in zip([records[number] for records in epochs], train(config), strict=True):
            assert (ours.status, ours.epoch, ours.num_steps) == (alone.status, alone.epoch, alone.num_steps)
            assert ours.rates == pytest.approx(alone.rates)
            assert (ours.train_loss, ours.val_loss) == pytest.approx(
                (alone.train_loss, alone.val_loss), rel=1e-4
            )


@pytest.mark.parametrize(("limit", "value"), [("GATHERED", 3 * 32 * 16), ("LARGEST", 2 * 5 * 17)])
def test_parts_that_do_not_fit_at_once_are_trained_one_after_another(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """Three steps' features at a time; two of the six heads, of 5 classes and 16 features and a bias, as one matrix."""
    whole = [[record.val_loss for record in records] for records in train_many_heads(many(digits))]
    sizes: list[tuple[int, int]] = []
    heads = head_epoch.train_heads

    def watched(*args: Any, **options: Any) -> torch.Tensor:
        sizes.append((len(args[0]), len(options["sizes"])))
        return heads(*args, **options)

    monkeypatch.setattr(head_epoch, "train_heads", watched)
    for module in (head_epoch, many_heads):
        monkeypatch.setattr(module, limit, value, raising=False)
    parts = [[record.val_loss for record in records] for records in train_many_heads(many(digits))]
    for ours, theirs in zip(parts, whole, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4)
    expected = {(6, 3), (6, 1)} if limit == "GATHERED" else {(2, 7)}
    assert set(sizes) == expected


def test_images_are_in_memory_once(digits: PreparedData, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of six runs: training and validation images."""
    opened = []

    def watched(*args: Any, **kwargs: Any) -> ImageTensors:
        opened.append(args)
        return to_tensors(*args, **kwargs)

    monkeypatch.setattr(run_module, "to_tensors", watched)
    list(train_many_heads(many(digits)))
    assert len(opened) == 2


def test_one_that_diverges_leaves_the_others_as_they_are(digits: PreparedData) -> None:
    configs = many(digits)
    configs[2]["lr"] = 1e12
    last = list(train_many_heads(configs))[-1]
    assert [record.status for record in last] == [*2 * ["finished"], "diverged", *3 * ["finished"]]
    assert last[3].val_loss == pytest.approx(list(train(configs[3]))[-1].val_loss, rel=1e-4)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"seed": 1}, r"configs\[1\].seed is 1, but configs\[0\] has 0: the same is allowed"),
        ({"label_smoothing": 0.1}, r"configs\[1\].label_smoothing is 0.1, but configs\[0\] has 0.0"),
        ({"recipe": "adaptation"}, r"configs\[1\]: recipe adaptation trains more than a linear head"),
        ({"dropout": 0.1}, r"configs\[1\]: recipe feature_extraction trains more than a linear head"),
        (
            {"architecture": "resnet18"},
            r"configs\[1\].architecture is 'resnet18', but configs\[0\] has 'small_resnet'",
        ),
        ({"data": "elsewhere"}, r"configs\[1\].data is 'elsewhere', but configs\[0\] has"),
        ({"save_weights": "x.pt"}, r"configs\[1\].save_weights is set: only a run by itself takes it"),
    ],
)
def test_what_can_not_be_trained_beside_the_first_is_refused(
    digits: PreparedData, more: dict[str, Any], message: str
) -> None:
    first, second = many(digits)[:2]
    with pytest.raises(ValueError, match=message):
        next(train_many_heads([first, second | more]))


def test_nothing_to_train_is_refused() -> None:
    with pytest.raises(ValueError, match="configs is empty: 1 or more is allowed"):
        next(train_many_heads([]))
