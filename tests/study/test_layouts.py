"""The layout in memory that a study's networks train with: probed once, written down, taken up again."""

from pathlib import Path
from typing import Any

import pytest
import torch

from study.agenda import Agenda
from study.layouts import is_channels_last, with_layouts
from study.planning import make_agenda
from study.prepare import Prepared, prepare_study
from study.results import Results, create_results
from study.spec import SpecError, dump_spec, load_spec, read_resolved
from trainables import probe
from trainables.small_resnet import SmallResNet

STUDY = """
name: s
data: {{target: {{digits: true, classes: [5, 6], train_per_class: 10}}}}
model: {{width: {width}}}
arms: {{fixed: {{recipe: fixed_rate, search: {{lr: {{log_uniform: [1e-3, 1e-1]}}}}}}}}
compare: {{reference: fixed}}
{more}
"""


def prepared(folder: Path, *, width: int = 8, more: str = "") -> Prepared:
    file = folder / "s.yaml"
    file.write_text(STUDY.format(width=width, more=more))
    return prepare_study(load_spec(file))


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What the probe finds."""
    found = {"contiguous": 2.0, "channels_last": 1.0}
    monkeypatch.setattr(probe, "seconds_a_step", lambda *_, **__: found)
    return found


def channels_last(agenda: Agenda) -> Any:
    job = next(iter(agenda))
    assert job is not None
    return job.config.get("channels_last", False)


@pytest.mark.parametrize(
    ("ratio", "layout"), [(2.0, "channels_last"), (1.05, "contiguous"), (0.5, "contiguous")]
)
def test_channels_go_last_where_that_is_worth_it(
    tmp_path: Path, seconds: dict[str, float], ratio: float, layout: str
) -> None:
    seconds["contiguous"] = ratio * seconds["channels_last"]
    decided = with_layouts(prepared(tmp_path))
    assert decided.spec.resources.layout == {"small_resnet": layout}
    assert any("2.00 times faster" in note for note in decided.notes) == (ratio == 2.0)
    agenda = make_agenda(
        decided, Results(folder=tmp_path / "r"), before_confirmation=lambda _: None, seconds=lambda: 0.0
    )
    assert channels_last(agenda) == (layout == "channels_last")


def test_what_was_decided_is_in_the_resolved_file_and_taken_up_again(
    tmp_path: Path, seconds: dict[str, float]
) -> None:
    study = prepared(tmp_path)
    decided = with_layouts(study)
    (tmp_path / "resolved.yaml").write_text(dump_spec(decided.spec))
    before = read_resolved(tmp_path / "resolved.yaml")
    seconds["contiguous"] = 0.1  # another machine, or another moment
    assert dump_spec(with_layouts(study, before).spec) == dump_spec(decided.spec)


@pytest.mark.parametrize(
    ("width", "more"),
    [
        (4, ""),
        (8, "training: {precision: bfloat16}"),
        (8, "training: {channels_last: {choice: [true, false]}}"),
        (8, "training: {channels_last: true}"),
    ],
)
def test_nothing_is_probed_where_the_study_or_the_network_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, more: str
) -> None:
    monkeypatch.setattr(probe, "seconds_a_step", lambda *_, **__: pytest.fail("it was probed"))
    decided = with_layouts(prepared(tmp_path, width=width, more=more))
    assert not is_channels_last(decided.spec, "small_resnet")


def test_a_layout_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "seconds_a_step", lambda *_, **__: pytest.fail("it was probed"))
    decided = with_layouts(prepared(tmp_path, more="resources: {layout: channels_last}"))
    assert is_channels_last(decided.spec, "small_resnet")
    study = prepared(tmp_path)
    resources = study.spec.resources.model_copy(update={"layout": {"small_resnet": "contiguous"}})
    assert not is_channels_last(study.spec.model_copy(update={"resources": resources}), "small_resnet")


@pytest.mark.parametrize(
    ("width", "more", "sentence"),
    [
        (4, "resources: {layout: channels_last}", "model.width is 4; 8 or more is allowed"),
        (
            8,
            "resources: {layout: {smal_resnet: channels_last}}",
            "'smal_resnet' is no network of this study; small_resnet",
        ),
        (
            8,
            "resources: {layout: contiguous}\ntraining: {channels_last: {choice: [true, false]}}",
            "training.channels_last decides it here",
        ),
    ],
)
def test_a_layout_that_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, width: int, more: str, sentence: str
) -> None:
    with pytest.raises(SpecError, match=f"resources.layout: .*{sentence}"):
        prepared(tmp_path, width=width, more=more)


@pytest.mark.parametrize("value", ["sideways", "{small_resnet: auto}", "3"])
def test_a_word_that_is_no_layout_gets_one_sentence(tmp_path: Path, value: str) -> None:
    with pytest.raises(SpecError) as error:
        prepared(tmp_path, more=f"resources: {{layout: {value}}}")
    assert str(error.value).count("is not allowed; auto, contiguous or channels_last") == 1
    assert "literal" not in str(error.value)


def test_a_network_that_does_not_fit_the_driver_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: Any, **__: Any) -> None:
        raise RuntimeError("can't allocate memory")

    monkeypatch.setattr(probe, "seconds_a_step", too_large)
    decided = with_layouts(prepared(tmp_path))
    assert decided.spec.resources.layout == {"small_resnet": "contiguous"}
    assert "could not be probed here: can't allocate memory" in decided.notes[-1]


def test_a_start_that_was_cut_off_while_it_probed_leaves_the_name_free(tmp_path: Path) -> None:
    _, lock = create_results(tmp_path / "s")
    lock.release()
    assert (tmp_path / "s" / "driver.lock").exists()
    create_results(tmp_path / "s")[1].release()


def test_the_probe_trains_both_layouts_and_leaves_the_threads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[bool, int]] = set()
    forward = SmallResNet.forward

    def watched(self: SmallResNet, images: torch.Tensor) -> torch.Tensor:
        seen.add((images.is_contiguous(memory_format=torch.channels_last), torch.get_num_threads()))
        return forward(self, images)

    monkeypatch.setattr(SmallResNet, "forward", watched)
    monkeypatch.setattr(probe, "ROUND_SECONDS", 0.0)
    before = torch.get_num_threads()
    found = probe.seconds_a_step(
        "small_resnet", num_classes=2, image_size=8, channels=3, width=8, batch_size=4, num_threads=before + 1,
        budget_seconds=0.0,
    )  # fmt: skip
    assert set(found) == {"contiguous", "channels_last"}
    assert all(value > 0 for value in found.values())
    assert seen == {(False, before + 1), (True, before + 1)}
    assert torch.get_num_threads() == before
