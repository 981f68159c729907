"""The layout and the precision that a study's networks train in: probed once, written down, taken up again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from study.preparation.execution import execution_settings, with_execution
from study.preparation.planning import source_weights
from study.preparation.prepare import prepare_study
from study.results.folder import create_results
from study.spec.study_file import dump_spec, load_spec, read_resolved
from tests.support.execution_studies import (
    AUTO,
    HALF,
    HALF_LAST,
    HALF_RESOURCES,
    HALF_TRAINING,
    LAST,
    PLAIN,
    SEARCHED_LAYOUT,
    STUDY,
    Probe,
    execution_of,
    prepared,
    study_plan_of,
)
from tests.support.study_plans import by_rate, drive, of
from trainables.compute import probe, probe_children
from trainables.compute.execution import Execution
from trainables.compute.probe import Workload
from trainables.compute.probe_children import Probed
from trainables.networks.small_resnet import SmallResNet


@pytest.mark.parametrize(
    ("ratio", "layout"), [(2.0, "channels_last"), (1.05, "contiguous"), (0.5, "contiguous")]
)
def test_channels_go_last_where_that_is_worth_it(
    tmp_path: Path, probed: Probe, ratio: float, layout: str
) -> None:
    probed.found[PLAIN] = ratio * probed.found[LAST]
    decided = with_execution(prepared(tmp_path))
    assert probed.asked == [(PLAIN, LAST)]
    assert decided.spec.resources.layout == {"small_resnet": layout}
    assert decided.spec.resources.precision == "float32"
    assert any("2.00 times faster here with channels last" in note for note in decided.notes) == (
        ratio == 2.0
    )
    job = next(iter(study_plan_of(decided, tmp_path)))
    assert job is not None
    assert execution_of(job) == (layout == "channels_last", "float32")


@pytest.mark.parametrize(
    ("seconds", "chosen", "notes"),
    [
        (
            {PLAIN: 4.0, LAST: 3.0, HALF: 2.4, HALF_LAST: 2.0},
            HALF_LAST,  # the best against the best, and then 2.4 / 2.0
            ["trains 1.50 times faster here in bfloat16", "trains 1.20 times faster here with channels last"],
        ),
        ({PLAIN: 4.0, LAST: 5.0, HALF: 2.0, HALF_LAST: 2.5}, HALF, ["2.00 times faster here in bfloat16"]),
        (
            {PLAIN: 4.0, LAST: 2.0, HALF: 2.0, HALF_LAST: 1.9},  # 4.0 / 1.9 is no reason: 2.0 / 1.9 counts
            LAST,
            [
                "trains in float32; bfloat16 is 1.05 times as fast here",
                "2.00 times faster here with channels",
            ],
        ),
        (
            {PLAIN: 1.0, LAST: 1.0, HALF: 4.0, HALF_LAST: 2.0},  # bfloat16's own best layout is not float32's
            PLAIN,
            ["trains in float32; bfloat16 is 0.50 times as fast here"],
        ),
    ],
)
def test_bfloat16_is_taken_where_it_is_worth_it_and_then_its_layout(
    tmp_path: Path, probed: Probe, seconds: dict[Execution, float], chosen: Execution, notes: list[str]
) -> None:
    probed.found = seconds
    study = prepared(tmp_path, more=AUTO)
    decided = with_execution(study)
    assert probed.asked == [(PLAIN, LAST, HALF, HALF_LAST)]
    assert decided.spec.resources.precision == {"small_resnet": chosen.precision}
    assert decided.spec.resources.layout == {"small_resnet": chosen.layout}
    told = decided.notes[len(study.notes) :]
    assert len(told) == len(notes)
    assert all(part in note for part, note in zip(notes, told, strict=True))


def test_every_run_of_every_arm_and_stage_has_what_was_chosen(tmp_path: Path, probed: Probe) -> None:
    second = "arms: {other: {recipe: cosine, search: {lr: {log_uniform: [1e-3, 1e-1]}}}}"
    sizes = "budget: {trials: 2}\nselection: {top: 1, seeds: 1}\nconfirm: {seeds: 1}"
    file = tmp_path / "s.yaml"
    raw = yaml.safe_load(STUDY.format(width=16, more=f"{AUTO}\n{sizes}"))
    raw["arms"] |= yaml.safe_load(second)["arms"]
    file.write_text(yaml.safe_dump(raw))
    decided = with_execution(prepare_study(load_spec(file)))
    jobs = drive(study_plan_of(decided, tmp_path), by_rate)
    for stage in ("search", "selection", "confirm"):
        assert {job.info.arm for job in of(jobs, stage)} == {"fixed", "other"}
    assert {execution_of(job) for job in jobs} == {(True, "bfloat16")}


def test_the_source_is_trained_as_without_it(tmp_path: Path) -> None:
    more = "resources: {precision: bfloat16, layout: channels_last}\nmodel: {width: 16, weights: source}"
    raw = yaml.safe_load(STUDY.format(width=16, more="") + more)
    raw["data"]["source"] = {"digits": True, "classes": [1, 2], "train_per_class": 10}
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(raw))
    _, jobs = source_weights(prepare_study(load_spec(tmp_path / "s.yaml")))
    assert [execution_of(job) for job in jobs] == [(False, "float32")]


@pytest.mark.parametrize("more", ["", AUTO])
def test_what_was_decided_is_in_the_resolved_file_and_taken_up_again(
    tmp_path: Path, probed: Probe, more: str
) -> None:
    study = prepared(tmp_path, more=more)
    decided = with_execution(study)
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(dump_spec(decided.spec))
    again = with_execution(study, read_resolved(resolved))
    assert dump_spec(again.spec) == dump_spec(decided.spec)
    extended = with_execution(prepare_study(load_spec(resolved)))
    assert dump_spec(extended.spec) == dump_spec(decided.spec)
    assert len(probed.asked) == 1


def test_a_study_begun_before_the_key_was_there_goes_on_in_float32(tmp_path: Path, probed: Probe) -> None:
    study = prepared(tmp_path)
    raw = yaml.safe_load(dump_spec(with_execution(study).spec))
    del raw["resources"]["precision"]
    (tmp_path / "old.yaml").write_text(yaml.safe_dump(raw))
    before = read_resolved(tmp_path / "old.yaml")
    decided = with_execution(study, before)
    assert dump_spec(decided.spec) == dump_spec(before)
    assert execution_settings(decided.spec, "small_resnet") == {"channels_last": True}


@pytest.mark.parametrize(
    ("width", "more"),
    [
        (4, ""),
        (4, HALF_RESOURCES),
        (16, "training: {precision: float16}"),
        (16, "training: {precision: {choice: [float32, bfloat16]}}"),
        (16, SEARCHED_LAYOUT),
        (16, "training: {channels_last: true}"),
        (16, "resources: {gpus: 1}"),
        (16, "resources: {precision: bfloat16, layout: contiguous}"),
    ],
)
def test_nothing_is_probed_where_the_study_or_the_network_decides(
    tmp_path: Path, probed: Probe, width: int, more: str
) -> None:
    decided = with_execution(prepared(tmp_path, width=width, more=more))
    assert not probed.asked
    named = {"precision": "bfloat16"} if "resources: {precision" in more else {}
    assert execution_settings(decided.spec, "small_resnet") == named


@pytest.mark.parametrize(
    ("width", "more", "asked"),
    [
        (16, HALF_TRAINING, (HALF, HALF_LAST)),
        (16, HALF_RESOURCES, (HALF, HALF_LAST)),
        (16, "resources: {precision: {small_resnet: bfloat16}}", (HALF, HALF_LAST)),
        (4, AUTO, (PLAIN, HALF)),
        (16, "resources: {precision: auto, layout: contiguous}", (PLAIN, HALF)),
        (16, "resources: {precision: auto, layout: channels_last}", (LAST, HALF_LAST)),
        (16, f"{AUTO}\ntraining: {{channels_last: true}}", (LAST, HALF_LAST)),
        (16, f"{AUTO}\n{SEARCHED_LAYOUT}", (PLAIN, LAST, HALF, HALF_LAST)),
    ],
)
def test_what_is_open_is_probed_in_what_is_not(
    tmp_path: Path, probed: Probe, width: int, more: str, asked: tuple[Execution, ...]
) -> None:
    study = prepared(tmp_path, width=width, more=more)
    decided = with_execution(study)
    assert probed.asked == [asked]
    before, after = study.spec.resources, decided.spec.resources
    is_layout_open = before.layout == "auto" and "channels_last" not in more
    assert after.layout == ({"small_resnet": asked[-1].layout} if is_layout_open else before.layout)
    assert after.precision == (
        {"small_resnet": "bfloat16"} if before.precision == "auto" else before.precision
    )


def test_auto_is_float32_where_a_gpu_trains_and_says_why(tmp_path: Path, probed: Probe) -> None:
    decided = with_execution(prepared(tmp_path, more="resources: {precision: auto, gpus: 1/2}"))
    assert not probed.asked
    assert decided.spec.resources.precision == {"small_resnet": "float32"}
    assert "probed on CPUs only" in decided.notes[-1]


def test_a_network_that_does_not_fit_the_driver_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(_: Workload, candidates: Sequence[Execution], **__: Any) -> Probed:
        return Probed(seconds={}, crashed={}, errors=dict.fromkeys(candidates, "can't allocate memory"))

    monkeypatch.setattr(probe_children, "seconds_a_step", too_large)
    decided = with_execution(prepared(tmp_path, more=AUTO))
    assert decided.spec.resources.layout == {"small_resnet": "contiguous"}
    assert decided.spec.resources.precision == {"small_resnet": "float32"}
    words = "precision and layout: small_resnet could not be probed here: can't allocate memory"
    assert words in decided.notes[-1]


def test_a_start_that_was_cut_off_while_it_probed_leaves_the_name_free(tmp_path: Path) -> None:
    _, lock = create_results(tmp_path / "s")
    lock.release()
    assert (tmp_path / "s" / "driver.lock").exists()
    create_results(tmp_path / "s")[1].release()


@pytest.mark.parametrize("execution", [PLAIN, LAST, HALF, HALF_LAST])
def test_a_probed_step_trains_in_what_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, execution: Execution
) -> None:
    seen: set[tuple[bool, torch.dtype]] = set()
    losses: set[torch.dtype] = set()
    forward, cross_entropy = SmallResNet.forward, torch.nn.functional.cross_entropy

    def watched(self: SmallResNet, images: torch.Tensor) -> torch.Tensor:
        outputs = forward(self, images)
        seen.add((images.is_contiguous(memory_format=torch.channels_last), outputs.dtype))
        return outputs

    def watched_loss(outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        losses.add(outputs.dtype)
        return cross_entropy(outputs, labels)

    monkeypatch.setattr(SmallResNet, "forward", watched)
    monkeypatch.setattr(probe.F, "cross_entropy", watched_loss)
    workload = Workload(architecture="small_resnet", num_classes=2, image_size=8, channels=3, width=16)
    probe.training_step(workload, execution, images=4)()
    assert seen == {(execution.layout == "channels_last", getattr(torch, execution.precision))}
    assert losses == {torch.float32}


def test_a_crash_means_not_this_layout_and_a_note_says_so(tmp_path: Path, probed: Probe) -> None:
    def crashing(_: Workload, candidates: Sequence[Execution], **__: Any) -> Probed:
        return Probed(seconds={PLAIN: 1.0}, crashed={LAST: "ended with SIGSEGV"}, errors={})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe_children, "seconds_a_step", crashing)
        decided = with_execution(prepared(tmp_path))
    assert decided.spec.resources.layout == {"small_resnet": "contiguous"}
    assert decided.notes[-1] == (
        "small_resnet is not trained with channels last: a step here ended with SIGSEGV"
    )
