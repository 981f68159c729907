"""A layout or a precision that a study file names: taken, or refused in a sentence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from study.errors import StudyError
from study.preparation.execution import execution_settings, with_execution
from study.preview import find_rates
from study.spec.study_file import SpecError
from tests.support.execution_studies import (
    AUTO,
    HALF_RESOURCES,
    HALF_TRAINING,
    SEARCHED_LAYOUT,
    Probe,
    prepared,
)
from trainables.compute import probe_children
from trainables.compute.execution import Execution
from trainables.compute.probe import Workload
from trainables.compute.probe_children import Probed
from trainables.networks.small_resnet import SmallResNet


def test_what_is_named_is_taken(tmp_path: Path, probed: Probe) -> None:
    named = "resources: {layout: channels_last, precision: bfloat16}"
    decided = with_execution(prepared(tmp_path, more=named))
    assert not probed.asked
    settings = {"channels_last": True, "precision": "bfloat16"}
    assert execution_settings(decided.spec, "small_resnet") == settings
    mapping = {"layout": {"small_resnet": "contiguous"}, "precision": {"resnet18": "bfloat16"}}
    resources = decided.spec.resources.model_copy(update=mapping)
    of_each = decided.spec.model_copy(update={"resources": resources})
    assert execution_settings(of_each, "small_resnet") == {}
    assert execution_settings(of_each, "resnet18") == {"precision": "bfloat16"}


def test_a_range_test_by_hand_runs_in_what_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.dtype] = []
    forward = SmallResNet.forward

    def watched(self: SmallResNet, images: torch.Tensor) -> torch.Tensor:
        outputs = forward(self, images)
        if self.training:  # validation stays float32
            seen.append(outputs.dtype)
        return outputs

    monkeypatch.setattr(SmallResNet, "forward", watched)
    more = f"{HALF_RESOURCES}\nbudget: {{epochs: 1}}\ntraining: {{range_test_repeats: 1}}"
    find_rates.find_rates(prepared(tmp_path, more=more), arm=None)
    assert set(seen) == {torch.bfloat16}


@pytest.mark.parametrize(
    ("width", "more", "sentence"),
    [
        (
            4,
            "resources: {layout: channels_last}",
            "layout: .*model.width is 4; 16 or more is allowed",
        ),
        (
            16,
            "resources: {layout: {smal_resnet: channels_last}}",
            "layout: 'smal_resnet' is no network of this study; small_resnet",
        ),
        (
            16,
            f"resources: {{layout: contiguous}}\n{SEARCHED_LAYOUT}",
            "layout: training.channels_last decides it here; auto, or leave one of them out",
        ),
        (
            16,
            "resources: {precision: {smal_resnet: bfloat16}}",
            "precision: 'smal_resnet' is no network of this study; small_resnet",
        ),
        (
            16,
            f"{HALF_RESOURCES}\ntraining: {{precision: {{choice: [float32, bfloat16]}}}}",
            "precision: training.precision decides it here; float32, or leave one of them out",
        ),
        (16, f"{AUTO}\n{HALF_TRAINING}", "precision: training.precision decides it here"),
        (
            16,
            "resources: {precision: {small_resnet: float32}}\ntraining: {precision: float16}",
            "precision: training.precision decides it here",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, width: int, more: str, sentence: str
) -> None:
    with pytest.raises(SpecError, match=f"resources.{sentence}"):
        prepared(tmp_path, width=width, more=more)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        *(("layout", value, "auto, contiguous or channels_last") for value in ("up", "{a: auto}", "3")),
        *(("precision", value, "float32, bfloat16 or auto") for value in ("float16", "{a: auto}", "16")),
    ],
)
def test_a_word_that_is_not_allowed_gets_one_sentence(
    tmp_path: Path, key: str, value: str, allowed: str
) -> None:
    with pytest.raises(SpecError) as error:
        prepared(tmp_path, more=f"resources: {{{key}: {value}}}")
    assert str(error.value).count(f"is not allowed; {allowed}") == 1
    assert "literal" not in str(error.value)


def test_a_study_that_names_what_crashes_here_is_refused_before_it_starts(
    tmp_path: Path, probed: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashing(_: Workload, candidates: Sequence[Execution], **__: Any) -> Probed:
        return Probed(seconds={}, crashed=dict.fromkeys(candidates, "ended with SIGSEGV"), errors={})

    monkeypatch.setattr(probe_children, "check_steps", crashing)
    words = "small_resnet can't be trained here .*: a training step with channels last ended with SIGSEGV"
    with pytest.raises(StudyError, match=words):
        with_execution(prepared(tmp_path, more="resources: {layout: channels_last}"))


@pytest.mark.parametrize("width", [8, 10, 12, 15])
@pytest.mark.parametrize(
    "more", ["resources: {layout: channels_last}", "training: {channels_last: true}", SEARCHED_LAYOUT]
)
def test_what_is_known_to_crash_on_a_cpu_is_refused_by_name(tmp_path: Path, width: int, more: str) -> None:
    with pytest.raises(SpecError, match=rf"width is {width}.* 16 or more"):
        prepared(tmp_path, width=width, more=more)


def test_a_study_begun_in_what_is_known_to_crash_is_not_resumed_in_it(tmp_path: Path, probed: Probe) -> None:
    study = prepared(tmp_path, width=8)
    resources = study.spec.resources.model_copy(update={"layout": {"small_resnet": "channels_last"}})
    before = study.spec.model_copy(update={"resources": resources})
    with pytest.raises(StudyError, match="strides over 8 channels: 16 or more are allowed on a CPU"):
        with_execution(study, before)
