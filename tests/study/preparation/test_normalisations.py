"""A study says what its images are normalised by, and reaches timm's weights by name or as a file."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from study.preparation.normalisations import normalisation_sentences
from study.preparation.planning import source_weights
from study.preparation.prepare import prepare_study
from study.spec.arms import build_arms
from study.spec.study_file import SpecError, dump_spec, load_spec, read_resolved
from study.tuning.collected_metadata import at_start
from trainables.networks.trained_with import trained_with

ARMS = {
    "cosine": {"recipe": "cosine", "search": {"lr": {"choice": [0.01, 0.03]}}},
    "scratch": {"recipe": "from_scratch", "search": {"lr": {"choice": [0.01, 0.03]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"choice": [0.01, 0.03]}}},
}
LITE = "timm/tf_efficientnet_lite0"


def write(folder: Path, **changes: Any) -> Path:
    file = folder / "s.yaml"
    file.write_text(
        yaml.safe_dump({"name": "s", "data": {"target": {"digits": True}}, "arms": ARMS} | changes)
    )
    return file


def problems(folder: Path, **model: Any) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load_spec(write(folder, model=model))
    return tuple(map(str, caught.value.problems))


def real_weights() -> Path:
    """Return ImageNet weights of a small network, as timm has them: beside the checkout, or where it is said."""
    folder = os.environ.get("LRSTUDY_TEST_WEIGHTS")
    places = (
        [Path(folder)] if folder else [p / "shared" / "weights" for p in Path(__file__).resolve().parents]
    )
    for place in places:
        if (file := place / "tf_efficientnet_lite0.safetensors").is_file():
            return file
    pytest.skip("no tf_efficientnet_lite0.safetensors in LRSTUDY_TEST_WEIGHTS or beside the checkout")


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    draws = np.random.default_rng(0)
    for split in ("train", "val", "test"):
        for name in ("one", "two"):
            folder = tmp_path / "photographs" / split / name
            folder.mkdir(parents=True)
            for number in range(4):
                Image.fromarray(draws.integers(0, (90, 160, 250), (32, 32, 3), dtype=np.uint8)).save(
                    folder / f"{number}.png"
                )
    return tmp_path / "photographs"


@pytest.mark.parametrize("weights", ["IMAGENET1K_V1", "DEFAULT", "IMAGENET"])
def test_names_of_torchvisions_weights_are_refused_for_timms_networks(tmp_path: Path, weights: str) -> None:
    pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    (problem,) = problems(tmp_path, architecture=LITE, weights=weights)
    assert (
        problem == f"model.weights: {weights!r} is not known for {LITE}; pretrained, none, source or a file"
    )
    # one sentence for each network that they are not known for
    (mixed,) = problems(tmp_path, architecture={"choice": ["resnet18", LITE]}, weights="IMAGENET1K_V1")
    assert mixed == problem.replace(weights, "IMAGENET1K_V1")


def test_pretrained_is_a_word_and_not_a_path(tmp_path: Path) -> None:
    pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    names = ["resnet18", LITE, "timm/resnet18.a1_in1k"]
    model = {"architecture": {"choice": names}, "weights": "pretrained"}
    spec = load_spec(write(tmp_path, model=model))
    assert spec.model.weights == "pretrained"
    (problem,) = problems(tmp_path, architecture="small_resnet", weights="pretrained")
    assert problem == "model.weights: 'pretrained' is not known for small_resnet; none, source or a file"
    without = problems(tmp_path, architecture="timm/botnet50ts_256", weights="pretrained")
    assert (
        "model.weights: 'pretrained' is not known for timm/botnet50ts_256; none, source or a file" in without
    )
    (tag,) = problems(tmp_path, architecture="timm/resnet18.foo", weights="pretrained")
    assert tag.startswith("model.architecture: architecture 'timm/resnet18.foo' is unknown")


@pytest.mark.slow
def test_pretrained_weights_come_from_the_hubs_cache(photographs: Path, tmp_path: Path) -> None:
    """timm's own loading, in a process that may not go online, from a file as the hub's client keeps it."""
    timm = pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    from safetensors.torch import save_file

    name = "mobilenetv3_small_050.lamb_in1k"
    config = timm.get_pretrained_cfg(name)
    repository = tmp_path / "hub" / f"models--{config.hf_hub_id.replace('/', '--')}"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    torch.manual_seed(5)
    state = timm.create_model(name).state_dict()
    save_file(state, snapshot / "model.safetensors")
    file = write(
        tmp_path,
        data={"target": {"folder": str(photographs)}},
        model={"architecture": f"timm/{name}", "weights": "pretrained"},
    )
    code = (
        "import sys; from study.spec.study_file import load_spec; from study.preparation.prepare import prepare_study; "
        "from trainables.run import start; from study.spec.arms import representative; "
        "p = prepare_study(load_spec(sys.argv[1])); "
        "fit = start(representative(p.arms[0], data=p.target.key, num_threads=1)); "
        "print(fit.task.network.body.conv_stem.weight.sum().item(), fit.task.normalisation.mean)"
    )
    hub = {"HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        env=os.environ | hub, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.split(" ", 1)[0] == str(state["conv_stem.weight"].sum().item())
    assert run.stdout.split(" ", 1)[1].strip() == str(tuple(config.mean))
    (snapshot / "model.safetensors").unlink()
    run = subprocess.run(
        [sys.executable, "-m", "study.cli", "plan", str(file)],
        env=os.environ | hub, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode != 0
    assert f"weights pretrained of timm/{name} could not be had" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_real_file_of_weights_fits_timms_network_and_brings_its_normalisation(
    photographs: Path, tmp_path: Path
) -> None:
    pytest.importorskip("timm", reason="timm is not installed (extra timm)")
    model = {"architecture": LITE, "weights": str(real_weights())}
    prepared = prepare_study(
        load_spec(write(tmp_path, data={"target": {"folder": str(photographs)}}, model=model))
    )
    metadata = at_start(prepared, num_threads=1, device="cpu", profiled=False)
    assert metadata.normalised_by[LITE]["mean"] == [0.5, 0.5, 0.5]
    first, second = metadata.normalisation
    assert first.startswith(
        "Images are normalised by those that timm's weights of timm/tf_efficientnet_lite0"
    )
    assert "mean 0.5 0.5 0.5, deviation 0.5 0.5 0.5" in first
    assert second.startswith("In scratch, which starts at random, by the training images' own: mean 0.1")


def test_numbers_are_given_as_mean_and_std_and_survive_the_resolved_file(tmp_path: Path) -> None:
    spec = load_spec(write(tmp_path, model={"normalisation": {"mean": 0.5, "std": [0.25]}}))
    assert spec.model.normalisation == "0.5/0.25"
    (tmp_path / "study.yaml").write_text(dump_spec(spec))
    assert read_resolved(tmp_path / "study.yaml") == spec
    assert {arm.constants["normalisation"] for arm in build_arms(spec)} == {"0.5/0.25"}


@pytest.mark.parametrize("same", [" .5 / 0.250 ", "5e-1/25e-2", {"mean": [0.50], "std": 0.25}])
def test_equal_numbers_are_one_setting_however_they_are_written(tmp_path: Path, same: Any) -> None:
    assert load_spec(write(tmp_path, model={"normalisation": same})).model.normalisation == "0.5/0.25"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("imagenet", "weights, data or MEAN/STD, is allowed"),
        ({"mean": [0.5, 0.5], "std": [0.1, 0.1]}, "2 means and 2 deviations"),
        ({"mean": 0.5}, "{'mean': 0.5} is not allowed; weights (what"),
        ({"mean": "a", "std": 1}, "mean is 'a'; weights (what"),
        ({"mean": [True], "std": 1}, "mean is [True]; weights (what"),
        ({"mean": 128, "std": 60}, "means 128: 0 to 1 is allowed"),
        ({"mean": 10**400, "std": 1}, "means a number of many digits: 0 to 1 is allowed"),
        ({"mean": 0.5, "std": [10**400]}, "deviations a number of many digits: 1e-06 to 1 is allowed"),
        ([0.5, 0.5], "[0.5, 0.5] is not allowed; weights (what"),
        (None, "None is not allowed; weights (what"),
    ],
)
def test_what_is_no_normalisation_is_refused_where_it_stands(tmp_path: Path, given: Any, why: str) -> None:
    (problem,) = problems(tmp_path, normalisation=given)
    assert problem.startswith("model.normalisation: ")
    assert why in problem


def test_three_means_for_grey_images_are_told_before_anything_runs(tmp_path: Path) -> None:
    from study.errors import StudyError

    spec = load_spec(write(tmp_path, model={"normalisation": {"mean": [0.5] * 3, "std": [0.5] * 3}}))
    with pytest.raises(StudyError, match="has 3 means, but the images are grey"):
        prepare_study(spec)


@pytest.mark.parametrize(
    ("setting", "of_source", "of_target"),
    [("weights", "source", "source"), ("data", "source", "target"), ({"mean": 0.5, "std": 0.5}, 0.5, 0.5)],
)
def test_the_source_has_its_own_and_the_target_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: Any, of_source: Any, of_target: Any
) -> None:
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path / "cache"))
    data = {
        "target": {"digits": True, "classes": [5, 6, 7], "train_per_class": 20},
        "source": {"digits": True, "classes": [0, 1], "train_per_class": 20},
    }
    model = {"weights": "source", "width": 4, "source_epochs": 1, "normalisation": setting}
    prepared = prepare_study(load_spec(write(tmp_path, data=data, model=model)))
    assert prepared.source is not None
    means = {"source": prepared.source.mean[0], "target": prepared.target.mean[0], 0.5: 0.5}
    assert means["source"] != means["target"]
    metadata = at_start(prepared, num_threads=1, device="cpu", profiled=False)
    assert metadata.normalised_by["small_resnet"]["mean"] == [means[of_target]]

    from trainables import train
    from trainables.run import start

    files, (job,) = source_weights(prepared)
    assert list(train(job.config))[-1].status == "finished"
    recorded = trained_with(files["small_resnet"], architecture="small_resnet")
    assert recorded is not None
    assert recorded.mean == (means[of_source],)
    target = {
        "recipe": "cosine", "lr": 0.1, "epochs": 1, "width": 4, "data": prepared.target.key, "num_threads": 1,
        "weights": files["small_resnet"], "normalisation": prepared.spec.model.normalisation,
    }  # fmt: skip
    assert start(target).task.normalisation.mean == (means[of_target],)


def test_results_of_earlier_versions_go_on_as_they_were(tmp_path: Path) -> None:
    content = yaml.safe_load(dump_spec(load_spec(write(tmp_path))))
    del content["model"]["normalisation"]
    older = tmp_path / "study.yaml"
    older.write_text(yaml.safe_dump(content))
    assert read_resolved(older).model.normalisation == "data"
    assert load_spec(older).model.normalisation == "weights"  # somebody's own file of that name
    (tmp_path / "run.json").write_text("{}")
    assert load_spec(older).model.normalisation == "data"


def test_networks_that_share_a_normalisation_are_told_together(photographs: Path, tmp_path: Path) -> None:
    model = {"architecture": {"choice": ["small_resnet", "resnet18"]}, "normalisation": "data"}
    prepared = prepare_study(
        load_spec(write(tmp_path, data={"target": {"folder": str(photographs)}}, model=model))
    )
    (sentence,) = normalisation_sentences(prepared)
    assert sentence.startswith("Images are normalised by the training images' own: mean ")
