"""The configuration that a fit trains: a study's winner, a file's only one, or the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study.errors import StudyError
from study.fitting.default_configuration import ARCHITECTURE, WEIGHTS, WeightsKind, default_settings
from study.results.folder import Results, open_results
from study.results.places import moved_paths
from study.spec.arms import build_arms
from study.spec.checks.across_sections import problems_between_keys
from study.spec.complete import completed
from study.spec.errors import SpecError
from study.spec.parsing import parse
from study.spec.study_file import StudySpec, load_spec, read_resolved
from trainables.networks.names import SMALL_RESNET

WINNER = "winner.yaml"
DEFAULT_ARM = "default"

FINDS_A_STUDY = ("name", "storage")
"""Keys of a study file by which its results are found."""


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """One configuration to train.

    Attributes:
        spec: A study file with one arm that searches nothing.
        study: Name of the study whose winner it is; "" where none is.
        chosen: How it was chosen, in a sentence.
        place: Folder that the fit's own folder of results goes into.
    """

    spec: StudySpec
    study: str
    chosen: str
    place: Path

    @property
    def arm(self) -> str:
        """The arm's name."""
        return next(iter(self.spec.arms))


def of_results(folder: Path) -> Recommendation:
    """Return the configuration that a finished study recommends.

    Raises:
        StudyError: If the folder holds no study, or its report names no winner.
    """
    results = open_results(folder)
    file = _winner_file(results)
    if file is None:
        raise StudyError(
            f"{folder}: there is no {WINNER}, which a report with a confirmed winner has; lrstudy resume {folder}, or "
            f"lrstudy report {folder}"
        )
    before = read_resolved(results.spec)
    moved = tuple(moved_paths(before, results.folder))
    spec = load_spec(file, overrides=moved)
    arm = next(iter(spec.arms))
    chosen = (
        f"the winner of arm {arm} in the study {before.name}, chosen on validation images, which was confirmed on "
        "fresh seeds"
    )
    return Recommendation(spec=spec, study=before.name, chosen=chosen, place=results.folder.parent)


def of_file(file: str, *, overrides: Sequence[str] = (), preset: str | None = None) -> Recommendation:
    """Return what a study file recommends: its study's winner, its only configuration, or the default.

    Raises:
        StudyError: See `of_results`; and if a key is overridden that a winner would not take.
        SpecError: If the file is wrong.
    """
    spec = load_spec(file, overrides=overrides, preset=preset)
    assert spec.storage is not None, "a resolved study has it"
    results = Results(folder=Path(spec.storage) / spec.name)
    if _winner_file(results) is not None:
        _refuse_changes(overrides, results.folder)
        return of_results(results.folder)
    arms = build_arms(spec)
    if len(arms) == 1 and not arms[0].space:
        only = f"the only configuration of {Path(file).name}"
        return Recommendation(spec=spec, study="", chosen=only, place=Path(spec.storage))
    architecture = spec.model.architectures[0]
    kind: WeightsKind = "source" if architecture == SMALL_RESNET else "imagenet"
    # Of training what is named alone: a loss that nobody named follows from the images.
    content = spec.model_dump() | {"training": spec.training.model_dump(exclude_unset=True)}
    return _of_content(
        content | {"model": content["model"] | {"architecture": architecture}},
        Path(spec.storage),
        kind=kind,
        epochs=spec.budget.epochs,
        subject=file,
    )


def of_images(
    target: Mapping[str, Any],
    *,
    name: str,
    place: Path,
    epochs: int,
    architecture: str = ARCHITECTURE,
    weights: str = WEIGHTS,
) -> Recommendation:
    """Return the default configuration for images.

    Args:
        target: The images, as `data.target` of a study file has them.
        name: Of the results.
        place: Folder that they go into.
        epochs: Budget.
        architecture: The network.
        weights: As in a study file.

    Raises:
        SpecError: If something of that is wrong.
    """
    content = {
        "name": name,
        "data": {"target": dict(target)},
        "model": {"architecture": architecture, "weights": weights},
    }
    kind: WeightsKind = "source" if architecture == SMALL_RESNET else "imagenet"
    return _of_content(content, place, kind=kind, epochs=epochs, subject=name)


def _of_content(
    content: Mapping[str, Any], place: Path, *, kind: WeightsKind, epochs: int, subject: str
) -> Recommendation:
    """Return the default configuration for a study file's images, network and training."""
    settled = dict(content) | {
        "arms": {DEFAULT_ARM: {**default_settings(kind, epochs=epochs), "search": {}}},
        "budget": {"trials": 1, "epochs": epochs},
        "search": {"algorithm": "random"},
        "selection": {"top": 1, "seeds": 0},
        "confirm": {"seeds": 1},
        "compare": {**_kept(content.get("compare") or {}), "reference": DEFAULT_ARM},
    }
    whole = completed(settled, Path.cwd())
    parsed = parse(whole)
    problems = [*parsed.problems, *problems_between_keys(whole, parsed)]
    if problems or parsed.spec is None:
        raise SpecError(dict.fromkeys(problems), subject)
    chosen = "the default configuration, which no search of these images has chosen"
    return Recommendation(spec=parsed.spec, study="", chosen=chosen, place=place)


def _kept(compare: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in compare.items() if key in ("objective", "positive")}


def _refuse_changes(overrides: Sequence[str], folder: Path) -> None:
    """Refuse keys that a winner would not take: it is what its study has found and confirmed."""
    keys = [key for each in overrides if (key := each.partition("=")[0].strip()) not in FINDS_A_STUDY]
    if keys:
        raise StudyError(
            f"-s {', '.join(keys)}: the winner in {folder} is trained as it was found; for the file's own "
            "configuration, or the default, give the study another name (-s name=NAME)"
        )


def _winner_file(results: Results) -> Path | None:
    """Return the file of the latest report that names the configuration to use."""
    found = [folder / WINNER for folder in results.report_folders if (folder / WINNER).exists()]
    return found[-1] if found else None
