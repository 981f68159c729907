import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from study.spec.study_file import (
    SpecError,
    dump_spec,
    load_spec,
    read_resolved,
    shipped_studies,
)
from study.spec.values import Choice, Range

ARMS = {
    "adapted": {"recipe": "adaptation", "head_epochs": 2, "search": {"lr": {"log_uniform": [1e-4, 0.1]}}},
    "fixed": {"recipe": "fixed_rate", "search": {"lr": {"log_uniform": [1e-4, 0.1]}}},
}


def content(**changes):
    """Return a study that nothing is wrong with, with top-level keys changed."""
    return {"name": "test", "data": {"target": {"digits": True}}, "arms": ARMS} | changes


@pytest.fixture
def write(tmp_path):
    def write_study(raw=None, **changes):
        path = tmp_path / "test.yaml"
        path.write_text(yaml.safe_dump(content(**changes) if raw is None else raw, sort_keys=False))
        return path

    return write_study


def problems_of(path, **options):
    with pytest.raises(SpecError) as caught:
        load_spec(path, **options)
    return caught.value.problems


def test_a_study_is_loaded_with_defaults(write):
    spec = load_spec(write())
    assert (spec.budget.trials, spec.budget.epochs, spec.budget.minutes) == (24, 15, None)
    assert (spec.selection.top, spec.selection.seeds, spec.confirm.seeds) == (3, 2, 5)
    assert (spec.compare.reference, spec.compare.objective, spec.compare.confidence) == (
        "fixed",
        "auto",
        0.95,
    )
    assert (spec.training.batch_size, spec.training.momentum, spec.model.weights) == (32, 0.9, "none")
    assert spec.arms["adapted"].constants == {"head_epochs": 2}
    assert spec.arms["adapted"].search == {"lr": Range(kind="log_uniform", low=1e-4, high=0.1)}
    assert spec.data.target.digits is True
    assert spec.warnings == ()


def test_sections_without_content_are_left_out(write):
    assert load_spec(write(budget=None, compare=None, presets=None)).budget.trials == 24


REFUSED = [
    ({"budget": {"trials": 0}}, "budget.trials: 0 is not allowed; a whole number, at least 1"),
    ({"budget": {"trials": "8"}}, "budget.trials: '8' is not allowed; a whole number, at least 1"),
    ({"budget": {"trials": True}}, "budget.trials: True is not allowed; a whole number, at least 1"),
    ({"budget": {"epochs": 1.5}}, "budget.epochs: 1.5 is not allowed; a whole number, at least 1"),
    (
        {"budget": {"minutes": 0}},
        "budget.minutes: 0 is not allowed; a number above 0, or nothing for no limit",
    ),
    (
        {"budget": {"minutes": float("inf")}},
        "budget.minutes: inf is not allowed; a number above 0, or nothing",
    ),
    (
        {"budget": {"trails": 3}},
        "budget.trails: unknown key (did you mean trials?); allowed: trials, epochs, min",
    ),
    ({"budget": 5}, "budget: 5 is not allowed; keys and values: trials, epochs, minutes"),
    ({"bugdet": {}}, "bugdet: unknown key (did you mean budget?); allowed: name, data, model, arms, "),
    ({"name": "a/b"}, "name: 'a/b' is not allowed; letters, digits, - _ ."),
    ({"name": ".."}, "name: '..' is not allowed; letters, digits"),
    ({"name": 2024}, "name: 2024 is not allowed; letters, digits"),
    ({"name": None}, "name: missing; letters, digits"),
    ({"name": "x" * 81}, f"name: '{'x' * 81}' is not allowed; letters, digits"),
    ({"data": None}, "data: missing; keys and values: target, source"),
    ({"data": {}}, "data.target: missing; "),
    (
        {"data": {"target": 5}},
        "data.target: 5 is not allowed; keys and values, one of them folder, torchvision",
    ),
    (
        {"data": {"target": {"digits": True, "image_sise": 8}}},
        "data.target.image_sise: unknown key (did you mean",
    ),
    (
        {"data": {"target": {"digits": True, "image_size": "8"}}},
        "data.target.image_size = '8'; allowed: an integer",
    ),
    (
        {"data": {"target": {"digits": True}, "source": {}}},
        "data.source has none of folder, torchvision, digits",
    ),
    ({"model": {"width": 0}}, "model.width: 0 is not allowed; a whole number, at least 1"),
    (
        {"model": {"architecture": 18}},
        "model.architecture: 18 is not allowed; the name of a network, or {choice:",
    ),
    (
        {"model": {"architecture": {"int": [1, 2]}}},
        "model.architecture: {'int': [1, 2]} is not allowed; the name",
    ),
    (
        {"model": {"architecture": {"choice": []}}},
        "model.architecture: {'choice': []} is not allowed; {choice: [",
    ),
    ({"model": {"weights": "source"}}, "model.weights: 'source' needs data.source, which is missing"),
    (
        {"model": {"weights": "DEFAULT"}},
        "model.weights: 'DEFAULT' is not known for small_resnet; none, source or a",
    ),
    ({"model": {"source_lr": 0}}, "model.source_lr: 0 is not allowed; a number above 0"),
    ({"arms": {}}, "arms: {} is not allowed; at least one arm"),
    ({"arms": {"a b": ARMS["fixed"]}}, "arms.a b: 'a b' is not allowed; letters, digits, - _ (a letter"),
    ({"arms": {1: ARMS["fixed"]}}, "arms.1: 1 is not allowed; letters, digits"),
    ({"arms": {"source": ARMS["fixed"]}}, "arms.source: 'source' is not allowed; the name is taken by"),
    ({"arms": {"fixed": None}}, "arms.fixed: None is not allowed; keys and values: recipe, search"),
    ({"training": {"batch_size": 1}}, "training.batch_size: 1 is not allowed; a whole number, at least 2"),
    ({"training": {"momentum": 1}}, "training.momentum: 1 is not allowed; a number from 0, below 1"),
    (
        {"training": {"augment": "cutout"}},
        "training.augment: 'cutout' is not allowed; none, flip, crop, crop_flip, resized_crop or resized_crop_flip",
    ),
    (
        {"search": {"algorithm": "bayes"}},
        "search.algorithm: 'bayes' is not allowed; tpe, random, quasi_random (a Sobol sequence) or grid",
    ),
    ({"search": {"seed": -1}}, "search.seed: -1 is not allowed; a whole number from 0 to 100000"),
    (
        {"search": {"trial_scheduler": "pbt"}},
        "search.trial_scheduler: 'pbt' is not allowed; none, median_stopping, asha, or package.module:name",
    ),
    ({"selection": {"top": 0}}, "selection.top: 0 is not allowed; a whole number, at least 1"),
    ({"selection": {"seeds": 1001}}, "selection.seeds: 1001 is not allowed; a whole number from 0 to 1000"),
    (
        {"confirm": {"seeds": -1}},
        "confirm.seeds: -1 is not allowed; a whole number from 0 (no confirmation) to 1000",
    ),
    ({"compare": {"reference": "cosine"}}, "compare.reference: 'cosine' is not an arm; adapted, fixed"),
    (
        {"compare": {"objective": "loss"}},
        "compare.objective: 'loss' is not allowed; auto, accuracy or balanced_acc",
    ),
    ({"compare": {"confidence": 0.5}}, "compare.confidence: 0.5 is not allowed; a number between 0.5 and 1"),
    ({"compare": {"confidence": 95}}, "compare.confidence: 95 is not allowed; a number between 0.5 and 1"),
    (
        {"compare": {"cost_per_hour": -1}},
        "compare.cost_per_hour: -1 is not allowed; a number, at least 0, or nothing",
    ),
    ({"resources": {"cpus": 0}}, "resources.cpus: 0 is not allowed; a whole number, at least 1"),
    (
        {"resources": {"gpus": -1}},
        "resources.gpus: -1 is not allowed; 0, a share up to 1 such as 1/2 or 0.5, or a wh",
    ),
    (
        {"resources": {"gpus": "3/2"}},
        "resources.gpus: 1.5 is not allowed; a share of a GPU up to 1, or a whole numb",
    ),
    (
        {"resources": {"gpus": "half"}},
        "resources.gpus: 'half' is not allowed; 0, a share up to 1 such as 1/2",
    ),
    ({"resources": {"gpus": "1/0"}}, "resources.gpus: '1/0' is not allowed; 0, a share"),
    (
        {"tracking": {"uri": "file:///x"}},
        "tracking.uri: 'file:///x' is not allowed (MLflow 3 refuses stores of plain",
    ),
    (
        {"tracking": {"uri": "mlruns"}},
        "tracking.uri: 'mlruns' is not allowed (MLflow 3 refuses stores of plain files",
    ),
    (
        {"tracking": {"uri": "ftp://x"}},
        "tracking.uri: 'ftp://x' is not allowed; http(s)://HOST, sqlite:///FILE or po",
    ),
    (
        {"tracking": {"uri": "sqlite:///"}},
        "tracking.uri: 'sqlite:///' is not allowed; http(s)://HOST, sqlite:///FILE",
    ),
    ({"tracking": {"experiment": ""}}, "tracking.experiment: '' is not allowed; a text"),
    (
        {"storage": "s3://lab/x"},
        "storage: 's3://lab/x' is not allowed; for now only a folder that is local or mounted",
    ),
    ({"storage": 5}, "storage: 5 is not allowed; a folder"),
    (
        {"presets": {"small": 5}},
        "presets.small: 5 is not allowed; names, each with keys and values of a study file",
    ),
    (
        {"presets": {"small": {"budget": {"epohcs": 1}}}},
        "presets.small: budget.epohcs: unknown key (did you mean epochs?)",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED, ids=[sentence[:40] for _, sentence in REFUSED])
def test_a_wrong_key_is_refused_with_path_value_and_what_is_allowed(write, changes, sentence):
    problems = problems_of(write(**changes))
    assert len(problems) == 1, problems
    assert problems[0].startswith(sentence), problems


def test_an_unknown_network_and_one_too_large_for_the_images_are_refused(write):
    target = {"digits": True}
    path = write(data={"target": target}, model={"architecture": {"choice": ["resnet81", "vgg11"]}})
    unknown, too_small = problems_of(path)
    assert unknown.startswith("model.architecture: architecture 'resnet81' is unknown; did you mean resnet18")
    assert too_small.startswith(
        "model.architecture: image_size 8 is too small for vgg11; it must be at least 32"
    )


def test_weights_by_name_must_be_known_for_every_network(write):
    model = {"architecture": {"choice": ["resnet18", "resnet50"]}, "weights": "IMAGENET1K_V2"}
    (problem,) = problems_of(write(model=model))
    assert problem == (
        "model.weights: 'IMAGENET1K_V2' is not known for resnet18; IMAGENET1K_V1, DEFAULT, pretrained, none, "
        "source or a file"
        if "DEFAULT" in problem
        else "model.weights: 'IMAGENET1K_V2' is not known for resnet18; IMAGENET1K_V1, none, source or a file"
    )


def test_a_file_of_weights_must_exist_and_fits_one_network(write, tmp_path):
    (tmp_path / "w.pt").touch()
    assert load_spec(write(model={"weights": "w.pt"})).model.weights == str(tmp_path / "w.pt")
    (missing,) = problems_of(write(model={"weights": "sub/w.pt"}))
    assert missing.startswith(f"model.weights: {tmp_path}/sub/w.pt is not a file; none, source")
    (several,) = problems_of(
        write(model={"weights": "w.pt", "architecture": {"choice": ["small_resnet", "resnet18"]}})
    )
    assert several.startswith(
        f"model.weights: a file ({tmp_path}/w.pt) fits one network, but model.architecture has 2"
    )


def test_missing_folders_and_files_in_their_place_are_refused(write, tmp_path):
    (tmp_path / "file").touch()
    target, source, storage = problems_of(
        write(data={"target": {"folder": "nope"}, "source": {"folder": "file"}}, storage="file")
    )
    assert (
        target
        == f"data.target.folder: {tmp_path}/nope does not exist; a folder of images, one subfolder a class"
    )
    assert (
        source
        == f"data.source.folder: {tmp_path}/file is no folder; a folder of images, one subfolder a class"
    )
    assert storage == f"storage: {tmp_path}/file is a file; a folder, which need not exist yet"


def test_everything_that_is_wrong_is_named_at_once(write):
    path = write(
        name="a/b",
        data={"target": {"folder": "nope"}, "sauce": 1},
        arms={
            "adapted": {
                "recipe": "adaptation",
                "head_epochs": 20,
                "search": {"cycle_mult": {"choice": [0.5, 2]}},
            },
            "cosine": {"search": {}},
            "fixed": {"recipe": "fix_rate"},
        },
        budget={"trials": 0},
        compare={"reference": "cosinus"},
        presets={"small": {"bugdet": {}}},
    )
    problems = problems_of(path, overrides=["nonsense", "search.seed=-3"])
    starts = [problem.partition(":")[0] for problem in problems]
    assert starts == [
        "-s nonsense",
        "name",
        "data.sauce",
        "arms.cosine.recipe",
        "budget.trials",
        "search.seed",
        "data.target.folder",
        "arms.adapted.search.cycle_mult",
        "arms.adapted.head_epochs",
        "arms.fixed.recipe",
        "compare.reference",
        "presets.small",
    ]


def test_the_error_has_a_line_for_each_problem_and_survives_pickling(write):
    path = write(name="a/b", budget={"trials": 0})
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert str(caught.value).splitlines()[0] == f"{path}: 2 problems"
    assert (
        str(caught.value).splitlines()[2] == "- budget.trials: 0 is not allowed; a whole number, at least 1"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert str(SpecError(["x: wrong"], "f.yaml")) == "f.yaml: x: wrong"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "is empty; keys and values: name, data"),
        ("[1]", "holds a list; keys and values"),
        ("name: [", "{path}, line 1: not readable"),
        ("name: a\nname: b\n", "{path}, line 2: not readable as YAML: the key 'name' stands twice"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text, start):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    (problem,) = problems_of(path)
    assert problem.startswith(start.format(path=path))


def test_a_file_that_is_missing_is_refused_with_the_studies_there_are(tmp_path):
    assert problems_of(tmp_path / "no.yaml") == (
        "no such file; a study file, or one of cifar, digits, ladder, recipes",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"confirm": {"seeds": 1}}, "confirm.seeds is 1: no interval can be given"),
        ({"confirm": {"seeds": 0}}, "confirm.seeds is 0: nothing is confirmed"),
        ({"arms": {"fixed": ARMS["fixed"]}}, "arms has only fixed: there is nothing to compare it with"),
        (
            {"data": {"target": {"digits": True}, "source": {"digits": True}}},
            "data.source is given, but model.weights is 'none': the source is not used",
        ),
        (
            {
                "search": {"algorithm": "grid"},
                "budget": {"trials": 4},
                "arms": {
                    "fixed": ARMS["fixed"] | {"search": {"lr": {"choice": [0.1, 0.2]}}},
                    "b": {"recipe": "cosine", "search": {"lr": {"choice": [1, 2, 3, 4]}}},
                },
            },
            "budget.trials is 4, but the grid of arms.fixed has 2 points: 2 of them are run",
        ),
    ],
)
def test_what_is_hardly_meant_is_warned_of(write, changes, sentence):
    (warning,) = load_spec(write(**changes)).warnings
    assert warning.startswith(sentence)


def test_numbers_with_an_exponent_are_numbers(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "name: x\ndata: {target: {digits: true}}\ntraining: {weight_decay: 1e-4}\n"
        "arms: {fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-4, 1e-1]}}}}\n"
    )
    spec = load_spec(path)
    assert spec.training.weight_decay == 1e-4
    assert spec.arms["fixed"].search["lr"] == Range(kind="log_uniform", low=1e-4, high=0.1)


@pytest.mark.parametrize(
    ("given", "share"), [(0, 0.0), ("1/2", 0.5), ("1 / 4", 0.25), (0.5, 0.5), (1, 1.0), (2, 2.0)]
)
def test_gpus_may_be_a_share(write, given, share):
    assert load_spec(write(resources={"gpus": given})).resources.gpus == share


def test_paths_start_from_the_folder_of_the_file_wherever_it_is_read(write, tmp_path, monkeypatch):
    for name in ("images", "other", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = write(
        data={"target": {"folder": "images"}, "source": {"folder": "../" + tmp_path.name + "/other"}},
        tracking={"uri": "sqlite:///runs/m.db"},
        storage="~/out",
        model={"weights": "source"},
    )
    monkeypatch.chdir(tmp_path / "other")
    spec = load_spec(Path("..") / path.name)
    assert Path(spec.data.target.folder).is_absolute()
    assert Path(spec.data.target.folder).samefile(tmp_path / "images")
    assert Path(spec.data.source.folder).samefile(tmp_path / "other")
    assert spec.tracking.uri.startswith("sqlite:////")
    assert spec.tracking.uri.endswith("/runs/m.db")
    assert spec.storage == str(tmp_path / "home" / "out")
    assert spec.model.weights == "source"


def test_results_are_kept_beside_the_file(write, tmp_path):
    assert load_spec(write()).storage == str(tmp_path / "results")


def test_an_arm_without_search_gets_its_recipes_space_without_its_own_constants(write):
    spec = load_spec(
        write(arms={"adapted": {"recipe": "adaptation", "cycle_len": 1}, "last": {"recipe": "cosine"}})
    )
    assert list(spec.arms["adapted"].search) == ["lr", "stem_to_head", "cycle_mult"]
    assert spec.arms["adapted"].search["cycle_mult"] == Choice(values=(1, 1.5, 2, 3))
    assert spec.arms["last"].search == {"lr": Range(kind="log_uniform", low=1e-4, high=0.1)}
    assert spec.compare.reference == "last"


def test_a_resolved_study_is_read_where_its_images_are_not(write, tmp_path):
    (tmp_path / "images").mkdir()
    spec = load_spec(write(data={"target": {"folder": "images"}}))
    (tmp_path / "images").rmdir()
    (tmp_path / "study.yaml").write_text(dump_spec(spec))
    assert read_resolved(tmp_path / "study.yaml") == spec
    (tmp_path / "study.yaml").write_text(dump_spec(spec).replace("budget:", "bugdet:"))
    with pytest.raises(SpecError, match="bugdet: unknown key"):
        read_resolved(tmp_path / "study.yaml")


def test_shipped_studies_load_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()  # a folder of that name is in nobody's way
    assert shipped_studies() == ("cifar", "digits", "ladder", "recipes")
    for preset in (None, "quick", "full"):
        spec = load_spec("digits", preset=preset)
        assert list(spec.arms) == ["adapted", "cosine", "fixed"]
        assert len({spec.arms[name].search["lr"] for name in spec.arms}) == 1
    assert spec.storage == str(tmp_path / "results")
    assert load_spec("digits", preset="quick").budget.trials == 2


def test_the_cifar_study_says_which_folders_it_misses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert problems_of("cifar") == (
        f"data.target.folder: {tmp_path}/cifar02 does not exist; a folder of images, one subfolder a class",
        f"data.source.folder: {tmp_path}/cifar01 does not exist; a folder of images, one subfolder a class",
    )
    for name in ("cifar01", "cifar02"):
        (tmp_path / name).mkdir()
    assert load_spec("cifar").model.architectures == ("small_resnet", "resnet18")


def test_reading_specs_imports_neither_torch_nor_ray(tmp_path):
    code = (
        "import sys; from study.spec.study_file import load_spec; import study.spec.arms; load_spec('digits');"
        "print(sorted({'torch', 'torchvision', 'ray', 'mlflow', 'optuna', 'pandas'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert run.stdout.strip() == "[]"
