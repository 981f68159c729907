"""The studies of a label curve: one for each number of training images of a class, all refused before any is run."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from study.errors import StudyError
from study.preparation.prepare import Prepared, prepare_study
from study.spec.study_file import StudySpec, load_spec
from trainables.data import DataError
from trainables.data.assign import TOO_FEW

SearchAt = Literal["each", "largest"]
"""At which sizes arms are searched: at each, or at the largest alone, whose winners all sizes then use."""


@dataclass(frozen=True, kw_only=True)
class CurveFile:
    """A study file as a label curve takes it.

    Attributes:
        file: The study file, or a shipped study's name.
        overrides: As `load_spec` takes them.
        preset: Name of a preset in the file.
    """

    file: str
    overrides: tuple[str, ...] = ()
    preset: str | None = None

    def load(self, *more: str) -> StudySpec:
        """Return the study with more overrides."""
        return load_spec(self.file, overrides=(*self.overrides, *more), preset=self.preset)


@dataclass(frozen=True, kw_only=True)
class CurvePlan:
    """A label curve that nothing stands against.

    Attributes:
        name: Of the study in the file.
        folder: Where the curve's files and its studies' results go.
        file: The study file.
        studies: The study of each size, by training images of a class, rising, with a search of its own.
    """

    name: str
    folder: Path
    file: CurveFile
    studies: Mapping[int, StudySpec]

    @property
    def largest(self) -> int:
        """The largest size."""
        return max(self.studies)


def parse_sizes(text: str) -> tuple[int, ...]:
    """Return numbers of training images of a class.

    Raises:
        ValueError: If they are not two or more whole numbers from 1, rising.
    """
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = ()
    if len(sizes) < 2 or sizes[0] < 1 or any(low >= high for low, high in itertools.pairwise(sizes)):
        raise ValueError(f"{text!r} is not allowed; two or more whole numbers from 1, rising: 10,20,50,100")
    return sizes


def plan_curve(file: CurveFile, sizes: Sequence[int], *, search_at: SearchAt) -> CurvePlan:
    """Return the studies of a curve, the data of each prepared.

    Raises:
        StudyError: If a class has fewer training images than a size, if the sizes would not share their validation and
            test images, if the winners of one size can't be used at others, or for what is wrong with any study.
        SpecError: For what is wrong with the study file.
    """
    spec = file.load()
    assert spec.storage is not None, "loading a study file fills it in"
    folder = Path(spec.storage) / f"{spec.name}-curve"
    if spec.confirm.splits > 1:
        raise StudyError(
            f"confirm.splits: {spec.confirm.splits} is not allowed in a label curve, whose sizes are all measured on "
            "the same test images; 1"
        )
    if search_at == "largest":
        _refuse_shared_searches(spec)
    studies = {size: file.load(*size_overrides(spec, folder, size)) for size in sizes}
    prepared = {size: _prepared(studies[size]) for size in sorted(sizes, reverse=True)}
    _refuse_other_splits(prepared)
    return CurvePlan(name=spec.name, folder=folder, file=file, studies=studies)


def size_overrides(spec: StudySpec, folder: Path, size: int) -> tuple[str, ...]:
    """Return what makes the study of one size of the one in the file."""
    return (
        f"name={json.dumps(f'{spec.name}-{size}')}",
        f"storage={json.dumps(str(folder), ensure_ascii=False)}",
        f"data.target.train_per_class={size}",
    )


def _prepared(spec: StudySpec) -> Prepared:
    try:
        return prepare_study(spec)
    except StudyError as error:
        wrong = error.__cause__
        few = wrong.of_kind(TOO_FEW) if isinstance(wrong, DataError) else ()
        if not few:
            raise
        raise StudyError(f"--per-class: {'; '.join(few)}; sizes that every class has are allowed") from error


def _refuse_other_splits(prepared: Mapping[int, Prepared]) -> None:
    """Refuse sizes whose stored validation or test images differ, as where few training images are all grey."""
    held = {
        size: (p.target.split_hashes["val"], p.target.split_hashes["test"]) for size, p in prepared.items()
    }
    if len(set(held.values())) > 1:
        raise StudyError(
            f"--per-class: the sizes {', '.join(map(str, sorted(held)))} would not be measured on the same images, as "
            "channels or window follow from each one's training images; set channels and window in data.target"
        )


def _refuse_shared_searches(spec: StudySpec) -> None:
    """Refuse to use one size's winners where an arm alone can't have what its winner has."""
    why = [f"training.{key} is searched" for key in spec.training.searched]
    if len(spec.model.architectures) > 1:
        why.append("model.architecture is searched")
    if spec.search.repeats > 1:
        why.append(f"search.repeats is {spec.search.repeats}")
    if why:
        raise StudyError(
            f"--search largest: {' and '.join(why)}, so arms' winners would differ in it; a constant is allowed, or "
            "--search each"
        )
