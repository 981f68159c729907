"""Depth groups: a network's parameters from stem to head."""

from dataclasses import dataclass
from itertools import accumulate, chain, groupby
from typing import Literal

from torch import nn

from trainables.networks.block_names import is_block

Grouping = Literal["block", "stage", "section"]

_NO_DECAY = """
attention_biases class_token cls_token cls_token1 cls_token2 cls_token3 cls_token4 cpb_mlp dist_token gamma
height_rel latent layer_scale logit_scale patch_pos pixel_pos pos_embed pos_embed1 pos_embed2 pos_embed3
pos_embed_abs pos_embed_spatial pos_embed_temporal pos_embed_win pos_embed_window pos_embedding
position_embedding_table reg_token rel_height rel_pos_h rel_pos_w rel_width relative_position_bias_table
temperature width_rel
"""

NO_DECAY = frozenset(_NO_DECAY.split())
"""Parts of a parameter's name that keep weight decay off although it has several dimensions.

Tokens, embeddings and biases of positions, scales of layers and of attention, as the networks' authors have it;
some of them are vectors that are stored as (C, 1, 1).
"""

OUTSIDE = frozenset({"stem", "downsample", "incre_modules"})
"""Parts of a body that are no blocks although they may be built like them. The last are HRNet's."""

UNORDERED = frozenset({"CoaT", "Twins"})
"""timm's networks that register all patch embeddings, or position layers, before or after all blocks."""

STEM = "stem"
HEAD = "head"


@dataclass(frozen=True, kw_only=True)
class DepthGroup:
    """Parameters of one depth, which share a learning rate.

    Attributes:
        name: "stem", "head", or where the part lies in the body: "layer1.0".
        parameters: Names in the network: "body.layer1.0.conv1.weight".
    """

    name: str
    parameters: tuple[str, ...]


def depth_groups(network: nn.Module, grouping: Grouping) -> tuple[DepthGroup, ...]:
    """Return the network's parameters in groups from stem to head; the last group is exactly the head.

    A block is a residual, dense, inception or attention block, known by the name of its class. What comes
    before the first is the stem, what lies between two belongs to the later, what follows the last belongs to
    it. Blocks in the same container are a stage; where one container has them all, each block is a stage, and
    so is a block without container. Where known blocks hold less than a quarter of the layers (AlexNet, VGG,
    networks of your own) every layer with its norm is a block and a stage.

    Args:
        network: Has a `body`, registered in the order in which images pass through it, and a `head`.
        grouping: One group for each block, for each stage, or for each of three sections: stem and the early
            half of the stages (the larger half, if their number is odd), the late half, head.

    Raises:
        ValueError: If a parameter has two names or is in neither part, if the head has none, if the body is
            known to be registered in another order, or if there are no two stages to divide into sections.
    """
    names = _parameter_names(network)
    head = DepthGroup(name=HEAD, parameters=tuple(n for n in names if n.startswith("head.")))
    if not head.parameters:
        raise ValueError("The network's head has no parameters.")
    body = network.get_submodule("body")
    if type(body).__name__ in UNORDERED:
        raise ValueError(
            f"A {type(body).__name__} has no depth groups: its parts are not in the order in which images pass."
        )
    groups = _body_groups(body)
    if grouping != "block" and _block_names(body):
        groups = _stages(groups)
    if grouping == "section":
        groups = _sections(groups)
    groups = [*groups, head]
    assert sorted(n for g in groups for n in g.parameters) == sorted(names), (
        "groups do not partition the parameters"
    )
    return tuple(groups)


def decays(network: nn.Module, name: str) -> bool:
    """Return whether weight decay applies: not to biases, norms, class tokens and position embeddings."""
    return network.get_parameter(name).ndim > 1 and NO_DECAY.isdisjoint(name.split("."))


def _parameter_names(network: nn.Module) -> list[str]:
    names: dict[int, str] = {}
    for name, parameter in network.named_parameters(remove_duplicate=False):
        if id(parameter) in names:
            raise ValueError(
                f"Parameter {name} is also {names[id(parameter)]}; it can't be in two depth groups."
            )
        if not name.startswith(("body.", "head.")):
            raise ValueError(f"Parameter {name} is neither in the network's body nor in its head.")
        names[id(parameter)] = name
    return list(names.values())


def _body_groups(body: nn.Module) -> list[DepthGroup]:
    groups: dict[str, list[str]] = {}
    waiting: list[str] = []
    for name, block in _owners(body).items():
        waiting.append(f"body.{name}")
        if block is None:
            continue
        if not groups and len(waiting) > 1:
            groups[STEM] = waiting[:-1]
            waiting = waiting[-1:]
        groups.setdefault(block, []).extend(waiting)
        waiting = []
    if waiting:
        groups.setdefault(next(reversed(groups), STEM), []).extend(waiting)
    return [DepthGroup(name=name, parameters=tuple(members)) for name, members in groups.items()]


def _owners(body: nn.Module) -> dict[str, str | None]:
    """Return the block of every parameter of the body, None for those that lie outside of all blocks."""
    if blocks := _block_names(body):
        return {name: _outermost(name, blocks) for name, _ in body.named_parameters()}
    owners: dict[str, str | None] = {}
    layer = None
    for name, parameter in body.named_parameters():
        if parameter.ndim > 1:
            layer = name.rpartition(".")[0] or "body"
        owners[name] = layer
    return owners


def _block_names(body: nn.Module) -> set[str]:
    """Return the names of the body's blocks; none where they hold less than a quarter of its layers."""
    blocks = {
        name
        for name, module in body.named_modules()
        if is_block(module) and OUTSIDE.isdisjoint(name.split("."))
    }
    layers = [name for name, parameter in body.named_parameters() if parameter.ndim > 1]
    in_blocks = sum(_outermost(name, blocks) is not None for name in layers)
    return blocks if 4 * in_blocks >= len(layers) else set()


def _outermost(name: str, blocks: set[str]) -> str | None:
    prefixes = accumulate(name.split("."), "{}.{}".format)
    return next((prefix for prefix in prefixes if prefix in blocks), None)


def _stages(groups: list[DepthGroup]) -> list[DepthGroup]:
    stem, blocks = _without_stem(groups)
    if len({_container(block) for block in blocks}) == 1:
        return groups
    return [*stem, *(_merged(name, list(members)) for name, members in groupby(blocks, key=_container))]


def _sections(stages: list[DepthGroup]) -> list[DepthGroup]:
    stem, stages = _without_stem(stages)
    if len(stages) < 2:
        raise ValueError(
            f"grouping 'section' needs a body of two stages or more, this one has {len(stages)}."
        )
    half = (len(stages) + 1) // 2
    return [_merged("early", [*stem, *stages[:half]]), _merged("late", stages[half:])]


def _without_stem(groups: list[DepthGroup]) -> tuple[list[DepthGroup], list[DepthGroup]]:
    start = 1 if groups and groups[0].name == STEM else 0
    return groups[:start], groups[start:]


def _container(block: DepthGroup) -> str:
    return block.name.rpartition(".")[0] or block.name


def _merged(name: str, groups: list[DepthGroup]) -> DepthGroup:
    return DepthGroup(name=name, parameters=tuple(chain.from_iterable(g.parameters for g in groups)))
