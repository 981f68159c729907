"""Runs that begin alike share what they have in common, and their records are those of runs that share nothing."""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from typing import Any

import pytest

from tests.support.plans import CUTS
from trainables import train
from trainables.data import PreparedData, cache_dir
from trainables.loop import fit as fit_module
from trainables.prefixes import sharing as prefix_sharing
from trainables.prefixes.common_epochs import prefixes
from trainables.record import EpochRecord
from trainables.run import epochs, start

SECONDS = (
    "range_test_seconds", "features_seconds", "training_seconds", "validation_seconds", "waiting_seconds",
    "shared_seconds", "cost_seconds", "images_per_second",
)  # fmt: skip


def by_others(config: dict[str, Any]) -> None:
    """Run what begins like `config`, twice: the first leaves word, the second builds."""
    for views in (1, 2):
        list(train({**config, "tta_views": views}))


def without_seconds(records: list[EpochRecord]) -> list[EpochRecord]:
    return [replace(record, **dict.fromkeys(SECONDS, 0.0)) for record in records]


@pytest.fixture(autouse=True)
def nothing_kept(own_cache: None) -> None:
    """No test finds what another one has kept."""
    shutil.rmtree(cache_dir() / "prefixes", ignore_errors=True)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of every epoch that was trained on images, in order."""
    found: list[int] = []
    real = fit_module.train_epoch

    def counted(*args: Any, **options: Any) -> Any:
        found.append(options["epoch"])
        return real(*args, **options)

    monkeypatch.setattr(fit_module, "train_epoch", counted)
    return found


def test_the_second_run_builds_what_is_shared_and_the_third_goes_on_from_it(
    digits: PreparedData, trained: list[int]
) -> None:
    def run(cycle_mult: float, share: str | None) -> list[EpochRecord]:
        trained.clear()
        return list(train({**CUTS, "data": digits.key, "share_prefixes": share, "cycle_mult": cycle_mult}))

    alone = {mult: run(mult, None) for mult in (2.0, 3.0, 4.0)}
    shared, spent = {}, {}
    for mult in (2.0, 3.0, 4.0):
        shared[mult], spent[mult] = run(mult, "group"), list(trained)
    assert spent == {2.0: [0, 1, 2, 3, 4, 5], 3.0: [0, 1, 2, 3, 4, 5], 4.0: [1, 2, 3, 4, 5]}
    for mult, records in shared.items():
        assert without_seconds(records) == without_seconds(alone[mult])
        for record, before in zip(records, [None, *records], strict=False):
            parts = record.range_test_seconds + record.features_seconds + record.training_seconds
            grown = record.cost_seconds - (before.cost_seconds if before else 0.0)
            assert grown == pytest.approx(parts + record.shared_seconds)
    first = shared[4.0][0]
    assert (first.training_seconds, first.validation_seconds) == (0.0, 0.0)
    assert first.shared_seconds == shared[3.0][0].training_seconds > 0


PLANS: dict[str, tuple[dict[str, Any], ...]] = {
    "head_restarts": tuple({"cycle_len": 1, "cycle_mult": m, "last_cycle": "cut"} for m in (2.0, 3.0, 4.0)),
    "gradual_unfreezing": tuple({"num_steps": n} for n in (2, 3, 4)),
    "progressive_resizing": tuple({"tta_views": n} for n in range(3)),
    "fastai": tuple({"lr": lr, "head_lr": 0.01} for lr in (0.01, 0.02, 0.03)),
    "adaptation": tuple({"cycle_len": 1, "cycle_mult": m, "last_cycle": "cut"} for m in (2.0, 3.0, 4.0)),
    "snapshots": tuple({"recipe": "head_restarts", "snapshots": 3, "tta_views": n} for n in range(3)),
}


@pytest.mark.parametrize("name", PLANS)
def test_records_are_the_same_for_every_recipe_that_shares(
    digits: PreparedData, trained: list[int], name: str
) -> None:
    saved = 0
    common = {
        "recipe": name, "data": digits.key, "epochs": 6, "lr": 0.05, "width": 4, "device": "cpu", "num_threads": 1,
        "batch_size": 64, "range_test_repeats": 1,
    }  # fmt: skip
    for more in PLANS[name]:
        config = {**common, **more}
        trained.clear()
        alone = without_seconds(list(train(config)))
        needed = len(trained)
        trained.clear()
        assert without_seconds(list(train({**config, "share_prefixes": "group"}))) == alone
        saved += needed - len(trained)
    assert saved > 0


def test_a_run_that_is_interrupted_goes_on_as_if_it_had_trained_everything(digits: PreparedData) -> None:
    def config(mult: float) -> dict[str, Any]:
        return {**CUTS, "data": digits.key, "share_prefixes": "group", "cycle_mult": mult}

    expected = without_seconds(list(train({**config(4.0), "share_prefixes": None})))
    for mult in (2.0, 3.0):
        list(train(config(mult)))
    states = {}
    for fit, record in epochs(config(4.0)):
        assert fit is not None
        states[record.epoch] = fit.state_dict()
    for epoch, state in states.items():
        rest = [record for _, record in epochs(config(4.0), state)]
        assert without_seconds(rest) == expected[epoch:]


def test_a_run_that_has_begun_itself_goes_on_from_what_another_one_has_built_meanwhile(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {**CUTS, "data": digits.key, "cycle_mult": 1.0}
    expected = without_seconds(list(train(config)))
    by_others({**config, "share_prefixes": "group"})
    fit = start(config)
    first, *_ = prefixes(fit.config, fit.phases, fit.task)
    shutil.rmtree(cache_dir() / "prefixes" / "group" / first.key)
    monkeypatch.setattr(prefix_sharing, "load_cached", lambda *_: None)  # as if the others came just now
    records = list(train({**config, "share_prefixes": "group"}))
    assert without_seconds(records) == expected
    assert [record.training_seconds > 0 for record in records] == [True, False, False, False, False, True]
    seconds = [record.training_seconds + record.shared_seconds for record in records]
    assert [record.cost_seconds for record in records] == pytest.approx(
        [sum(seconds[: n + 1]) for n in range(6)]
    )


def test_a_run_within_a_phase_goes_on_from_a_state_between_two(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that waits for another: it gets the middle of the phase first, and then its end."""
    config = {
        "recipe": "fastai", "data": digits.key, "epochs": 7, "cached_epochs": 1, "head_epochs": 3, "lr": 0.02,
        "head_lr": 0.01, "width": 4, "device": "cpu", "num_threads": 1,
    }  # fmt: skip
    expected = without_seconds(list(train(config)))
    for lr in (0.03, 0.04):  # they have the head phase in common with it, and nothing after that
        list(train({**config, "share_prefixes": "group", "lr": lr}))
    monkeypatch.setattr(prefix_sharing, "load_cached", lambda *_: None)
    records = list(train({**config, "share_prefixes": "group"}))
    assert without_seconds(records) == expected
    assert [record.phase for record in records] == ["cached", *3 * ["head"], *3 * ["all"]]


def test_a_run_that_begins_again_does_not_meet_its_own_word(digits: PreparedData) -> None:
    config = {**CUTS, "data": digits.key, "share_prefixes": "group"}
    for _ in range(3):
        list(train(config))
    assert not list((cache_dir() / "prefixes").glob("group/*/state.pt"))


def test_groups_share_nothing_with_each_other(digits: PreparedData, trained: list[int]) -> None:
    config = {**CUTS, "data": digits.key}
    by_others({**config, "share_prefixes": "group"})
    trained.clear()
    list(train({**config, "share_prefixes": "another"}))
    assert len(trained) == 6
    with pytest.raises(ValueError, match=r"share_prefixes is '../x': a name of letters, digits"):
        list(train({**config, "share_prefixes": "../x"}))


def test_a_cache_that_takes_no_lock_leaves_the_run_as_it_is(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    config = {**CUTS, "data": digits.key, "share_prefixes": "group"}
    expected = without_seconds(list(train({**config, "share_prefixes": None})))
    list(train({**config, "tta_views": 1}))

    def refused(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(prefix_sharing, "get_or_build", refused)
    assert without_seconds(list(train(config))) == expected
    assert "is not shared: [Errno 13]" in caplog.text


@pytest.mark.slow
def test_processes_that_wait_for_each_other_have_the_records_of_runs_alone(digits: PreparedData) -> None:
    """Four at once: they leave word, build, wait and go on in whatever order they come."""
    config = {
        **CUTS,
        "data": digits.key,
        "recipe": "fastai",
        "cached_epochs": 1,
        "head_epochs": 3,
        "head_lr": 0.01,
    }
    del config["cycle_len"], config["cycle_mult"], config["last_cycle"]
    configs = [{**config, "epochs": 8, "share_prefixes": "group", "lr": 0.01 * (1 + n)} for n in range(4)]
    program = (
        "import json, sys; from dataclasses import asdict; from trainables import train\n"
        "print(json.dumps([asdict(r) for r in train(json.loads(sys.argv[1]))]))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, json.dumps(each)], stdout=subprocess.PIPE, text=True)
        for each in configs
    ]
    for each, process in zip(configs, processes, strict=True):
        out, _ = process.communicate()
        records = [prefix_sharing._record(values) for values in json.loads(out)]
        alone = list(train({**each, "share_prefixes": None}))
        assert without_seconds(records) == without_seconds(alone)


def test_a_record_comes_with_a_run_to_save_only_where_the_run_is_there(digits: PreparedData) -> None:
    """Else a checkpoint would hold epochs that were not reported yet."""
    config = {**CUTS, "data": digits.key, "share_prefixes": "group", "cycle_len": 2, "epochs": 4}
    by_others(config)
    pairs = list(epochs(config))
    assert [fit.epoch if fit else None for fit, _ in epochs(config)] == [None, 2, 3, 4]
    assert [record.epoch for _, record in pairs] == [1, 2, 3, 4]


def test_what_can_not_be_kept_or_read_is_trained(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    config = {**CUTS, "data": digits.key, "share_prefixes": "group"}
    expected = without_seconds(list(train({**config, "share_prefixes": None})))
    list(train({**config, "tta_views": 1}))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(prefix_sharing, "save_state", full)
        assert without_seconds(list(train(config))) == expected
    assert "is not shared: [Errno 28] No space left" in caplog.text
    list(train({**config, "tta_views": 2}))
    kept = list((cache_dir() / "prefixes").glob("group/*/state.pt"))
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[:100])
    assert without_seconds(list(train(config))) == expected
    assert "damaged" in caplog.text


def test_a_run_that_diverges_within_what_is_shared_ends_there(digits: PreparedData) -> None:
    config = {**CUTS, "data": digits.key, "share_prefixes": "group", "lr": 1e12, "cycle_len": 3}
    expected = without_seconds(list(train({**config, "share_prefixes": None})))
    assert expected[-1].status == "diverged"
    by_others(config)
    assert without_seconds(list(train(config))) == expected


def test_what_happens_within_shared_epochs_is_reported_before_it_is_raised(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {**CUTS, "data": digits.key, "share_prefixes": "group", "cycle_len": 3}
    list(train({**config, "tta_views": 1}))
    real = fit_module.train_epoch

    def no_memory(*args: Any, **options: Any) -> Any:
        if options["epoch"] == 1:
            raise RuntimeError("DefaultCPUAllocator: not enough memory")
        return real(*args, **options)

    monkeypatch.setattr(fit_module, "train_epoch", no_memory)
    assert [(r.epoch, r.status) for r in train(config)] == [(1, "running"), (2, "out_of_memory")]


def test_records_survive_the_file(digits: PreparedData) -> None:
    record = list(train({**CUTS, "data": digits.key, "epochs": 1, "measure_test": True}))[-1]
    assert prefix_sharing._record(json.loads(json.dumps(asdict(record)))) == record
