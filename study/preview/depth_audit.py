"""An audit of a network's depth groups: what `lrstudy plan` tells of the parameters that will share a rate."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from study.preparation.blank_networks import blank_network
from study.preparation.prepare import Prepared
from trainables.networks.depth_groups import DepthGroup, Grouping, decays, depth_groups

GROUPINGS: tuple[Grouping, ...] = ("block", "stage", "section")


@dataclass(frozen=True, kw_only=True)
class GroupAudit:
    """One depth group.

    Attributes:
        name: Name of the group.
        section: The section that it lies in; empty where the network can't be divided into sections.
        num_blocks: Groups of the finest grouping that it holds.
        num_tensors: Parameters, each a tensor.
        num_values: Their numbers, all together.
        num_without_decay: Of these, how many weight decay leaves alone: biases, norms, tokens, positions.
    """

    name: str
    section: str
    num_blocks: int
    num_tensors: int
    num_values: int
    num_without_decay: int


@dataclass(frozen=True, kw_only=True)
class DepthAudit:
    """All groups of a network.

    Attributes:
        architecture: Name of the network.
        counts: Number of groups by grouping; without one that the network does not have.
        stages: Its stages, stem first, head last.
    """

    architecture: str
    counts: Mapping[str, int]
    stages: tuple[GroupAudit, ...]

    @property
    def num_values(self) -> int:
        """Numbers that can be trained in the whole network."""
        return sum(stage.num_values for stage in self.stages)


def depth_audit(architecture: str, prepared: Prepared) -> DepthAudit:
    """Return the audit of one of a study's networks.

    Raises:
        ValueError: If the network has no depth groups, or a parameter is in none or in two of them.
    """
    network = blank_network(architecture, prepared.spec, prepared.target)
    groups = {grouping: found for grouping in GROUPINGS if (found := _groups(network, grouping))}
    return DepthAudit(
        architecture=architecture,
        counts={grouping: len(found) for grouping, found in groups.items()},
        stages=tuple(_audit(network, stage, groups) for stage in groups["stage"]),
    )


def _groups(network: nn.Module, grouping: Grouping) -> tuple[DepthGroup, ...]:
    """Return the groups; none where a body of one stage has no sections."""
    try:
        return depth_groups(network, grouping)
    except ValueError:
        if grouping != "section":
            raise
        return ()


def _audit(
    network: nn.Module, stage: DepthGroup, groups: Mapping[Grouping, tuple[DepthGroup, ...]]
) -> GroupAudit:
    members = set(stage.parameters)
    sizes = {name: network.get_parameter(name).numel() for name in stage.parameters}
    return GroupAudit(
        name=stage.name,
        section=next((s.name for s in groups.get("section", ()) if members <= set(s.parameters)), ""),
        num_blocks=sum(members >= set(block.parameters) for block in groups["block"]),
        num_tensors=len(sizes),
        num_values=sum(sizes.values()),
        num_without_decay=sum(size for name, size in sizes.items() if not decays(network, name)),
    )
