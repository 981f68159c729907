import pytest

from study.commands.plan import _audit_lines
from study.errors import StudyError
from study.preparation.prepare import prepare_study
from study.preview.depth_audit import depth_audit
from study.spec.checks.arm_plans import groupings
from study.spec.study_file import load_spec


def test_an_audit_counts_every_parameter_once() -> None:
    """By hand: convolutions have no bias, norms have scale and shift, of as many values as there are channels."""
    audit = depth_audit("small_resnet", prepare_study(load_spec("digits", overrides=["model.width=4"])))
    assert audit.counts == {"block": 5, "stage": 5, "section": 3}
    assert [(s.name, s.section, s.num_blocks, s.num_tensors) for s in audit.stages] == [
        ("stem", "early", 1, 3),
        ("layer1", "early", 1, 6),
        ("layer2", "early", 1, 9),
        ("layer3", "late", 1, 9),
        ("head", "head", 1, 2),
    ]
    assert [s.num_values for s in audit.stages] == [
        9 * 4 + 8,
        2 * (9 * 4 * 4 + 8),
        9 * 4 * 8 + 16 + 9 * 8 * 8 + 16 + 4 * 8 + 16,
        9 * 8 * 16 + 32 + 9 * 16 * 16 + 32 + 8 * 16 + 32,
        16 * 5 + 5,
    ]
    assert [s.num_without_decay for s in audit.stages] == [8, 16, 48, 96, 5]


@pytest.mark.parametrize(
    ("architecture", "blocks", "stages"), [("resnet34", 18, 6), ("resnet50", 18, 6), ("densenet161", 80, 6)]
)
def test_the_groups_that_are_expected_of_large_networks(architecture: str, blocks: int, stages: int) -> None:
    overrides = [f"model={{architecture: {architecture}}}"]
    audit = depth_audit(architecture, prepare_study(load_spec("digits", overrides=overrides)))
    assert audit.counts == {"block": blocks, "stage": stages, "section": 3}
    assert sum(stage.num_blocks for stage in audit.stages) == blocks
    lines = list(_audit_lines(audit))
    assert f"{blocks} by block, {stages} by stage, 3 by section" in lines[0]
    assert len(lines) == 2 + stages


def test_arms_say_what_they_group_by() -> None:
    arm = "arms.two={recipe: two_stage, search: {lr: 0.1}}"
    assert groupings(load_spec("digits", overrides=[arm])) == {"block": "adapted", "section": "two"}


def test_a_network_without_depth_groups_is_refused_before_anything_starts() -> None:
    pytest.importorskip("timm")
    sizes = ["data.target.image_size=64", "data.source.image_size=64"]
    overrides = ["model={architecture: timm/coat_tiny}", *sizes]
    with pytest.raises(
        StudyError, match=r"architecture is 'timm/coat_tiny': Parameter .* can't be in two depth groups"
    ):
        prepare_study(load_spec("digits", overrides=overrides))
