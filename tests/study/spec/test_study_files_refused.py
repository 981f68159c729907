"""Whatever is wrong with a study file is named at once: path, value and what is allowed."""

import pickle

import pytest

from study.samplers import registry as samplers
from study.spec.study_file import (
    SpecError,
    load_spec,
)
from study.trial_schedulers import registry as trial_schedulers
from tests.support.study_files import ARMS, problems_of
from trainables.data.sources.registry import READERS
from trainables.errors import Problem

REFUSED = [
    ({"compare": {"margin": 0}}, "compare.margin: 0 is not allowed; "),
    ({"compare": {"time_margin": 1.0}}, "compare.time_margin: 1.0 is not allowed; "),
    (
        {"compare": {"noninferior": "nobody"}},
        "compare.noninferior: 'nobody' is not an arm; one of adapted, fixed, or cheapest",
    ),
    (
        {"confirm": {"seeds": 5, "until": "decided"}},
        "confirm.until: decided needs confirm.seeds: {min: 5, max: 30}, not 5",
    ),
    (
        {"confirm": {"seeds": {"min": 5, "max": 30}}},
        "confirm.seeds: a least and a most number of seeds need confirm.until: decided",
    ),
    (
        {"confirm": {"seeds": {"min": 9, "max": 3}, "until": "decided"}},
        "confirm.seeds: {'min': 9, 'max': 3} is not allowed",
    ),
    (
        {"confirm": {"seeds": {"min": 1, "max": 3}, "until": "decided"}},
        "confirm.seeds: {'min': 1, 'max': 3} is not allowed; a whole number from 0 (no confirmation) to 1000, or",
    ),
    (
        {"confirm": {"seeds": {"least": 5, "max": 9}, "until": "decided"}},
        "confirm.seeds: {'least': 5, 'max': 9} is not allowed; a whole number",
    ),
    (
        {"confirm": {"seeds": {"min": 5, "max": 9}, "until": "decided"}, "search": {"repeats": 2}},
        "confirm.until: decided is not allowed where search.repeats is 2: the intervals are over searches",
    ),
    ({"budget": {"trials": 0}}, "budget.trials: 0 is not allowed; a whole number, at least 1"),
    ({"budget": {"trials": "8"}}, "budget.trials: '8' is not allowed; a whole number, at least 1"),
    ({"budget": {"trials": True}}, "budget.trials: true is not allowed; a whole number, at least 1"),
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
    ({"data": {}}, "data.target: missing; keys and values, one of them folder, csv"),
    (
        {"data": {"target": 5}},
        "data.target: 5 is not allowed; keys and values, one of them folder, csv",
    ),
    (
        {"data": {"target": {"digits": True, "image_sise": 8}}},
        "data.target.image_sise: unknown key (did you mean",
    ),
    (
        {"data": {"target": {"digits": True, "image_size": "8"}}},
        "data.target.image_size: '8' is not allowed; an integer",
    ),
    (
        {"data": {"target": {"digits": True}, "source": {}}},
        f"data.source: has none of {', '.join(READERS)}",
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
        f"search.algorithm: 'bayes' is not allowed; {samplers.ALLOWED}",
    ),
    ({"search": {"seed": -1}}, "search.seed: -1 is not allowed; a whole number from 0 to 100000"),
    (
        {"search": {"trial_scheduler": "pbt"}},
        f"search.trial_scheduler: 'pbt' is not allowed; {trial_schedulers.ALLOWED}",
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
        "compare.objective: 'loss' is not allowed; auto, accuracy, balanced_accuracy, auroc, ",
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
        "presets.small.budget.epohcs: unknown key (did you mean epochs?)",
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
        "presets.small.bugdet",
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
    assert str(SpecError([Problem(field="x", says="wrong")], "f.yaml")) == "f.yaml: x: wrong"


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
