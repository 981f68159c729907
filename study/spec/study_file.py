"""Read and write study files: everything wrong with one is named at once, before Ray starts."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from study.spec.checks.across_sections import spec_problems
from study.spec.checks.texts import file_problem, text_problems
from study.spec.complete import completed
from study.spec.errors import SpecError
from study.spec.older_files import as_it_was, is_in_results
from study.spec.overrides import Raw, merge, with_overrides, with_preset
from study.spec.sections import StudySpec
from study.spec.seeds import confirm_seeds, extension_seeds, search_seed, selection_seeds
from study.spec.sentences import structure_problems
from study.spec.yaml_text import parse_yaml, read_yaml, to_yaml

__all__ = [
    "SpecError",
    "StudySpec",
    "confirm_seeds",
    "dump_spec",
    "extension_seeds",
    "load_spec",
    "read_resolved",
    "search_seed",
    "selection_seeds",
    "shipped_studies",
]


def load_spec(
    path_or_name: str | Path, *, overrides: Sequence[str] = (), preset: str | None = None
) -> StudySpec:
    """Return a study, checked and resolved.

    Paths become absolute: relative ones start from the file's folder, those of a shipped study from the
    current folder. An arm without `search` gets its recipe's space, `compare.reference` an arm, and `storage`
    results/ in the folder that relative paths start from.

    Args:
        path_or_name: A study file, or the name of a shipped study.
        overrides: Assignments such as "budget.trials=8", made last; values are YAML.
        preset: Name of a preset in the file.

    Raises:
        SpecError: With a sentence for everything that is wrong.
    """
    subject = str(path_or_name)
    raw, base = _read(path_or_name)
    if is_in_results(Path(path_or_name).expanduser()):
        raw = as_it_was(raw)
    try:
        chosen = raw if preset is None else with_preset(raw, preset)
    except ValueError as error:
        raise SpecError([str(error)], subject) from error
    chosen, problems = with_overrides(chosen, overrides)
    if unusable := [*text_problems(chosen), *text_problems(str(base), "the study file's folder")]:
        raise SpecError(dict.fromkeys([*problems, *unusable]), subject)
    problems += spec_problems(completed(chosen, base))
    problems += _preset_problems(raw, base)
    if problems:
        raise SpecError(dict.fromkeys(problems), subject)
    return StudySpec.model_validate(completed(chosen, base))


def read_resolved(path: str | Path, *, overrides: Sequence[str] = ()) -> StudySpec:
    """Return a study that `dump_spec` wrote, whether or not its images and weights are on this machine.

    Args:
        path: The file.
        overrides: Assignments, as `load_spec` takes them.

    Raises:
        SpecError: If the file can't be read or holds no resolved study.
    """
    raw, base = _read(path)
    raw, problems = with_overrides(as_it_was(raw), overrides)
    if problems := problems or structure_problems(completed(raw, base)):
        raise SpecError(problems, str(path))
    return StudySpec.model_validate(completed(raw, base))


def dump_spec(spec: StudySpec) -> str:
    """Return a study as YAML, every key written out; `load_spec` reads it back to an equal study."""
    return to_yaml(spec.model_dump())


def shipped_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with the package, sorted."""
    names = (file.name for file in resources.files("studies").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def _read(path_or_name: str | Path) -> tuple[Raw, Path]:
    """Return a file's content and the folder that its relative paths start from."""
    name = str(path_or_name)
    if why := file_problem(name):
        raise SpecError([why], name)
    path = Path(name).expanduser()
    shipped = not path.is_file() and name in shipped_studies()
    if not shipped and not path.exists():
        raise SpecError([f"no such file; a study file, or one of {', '.join(shipped_studies())}"], name)
    try:
        if shipped:
            text = resources.files("studies").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
            content = parse_yaml(text, where=name)
        else:
            content = read_yaml(path)
    except ValueError as error:
        raise SpecError([str(error)], "study file") from error
    if not isinstance(content, dict):
        what = "is empty" if content is None else f"holds a {type(content).__name__}"
        raise SpecError([f"{what}; keys and values: {', '.join(StudySpec.model_fields)}"], name)
    return content, Path.cwd() if shipped else path.absolute().parent


def _preset_problems(raw: Raw, base: Path) -> list[str]:
    """Return what is wrong with the keys of all presets; their folders may be another machine's."""
    presets = raw.get("presets")
    if not isinstance(presets, dict):
        return []
    without = set(structure_problems(completed(raw, base)))
    return [
        f"presets.{name}: {problem}"
        for name, preset in presets.items()
        if isinstance(preset, dict)
        for problem in structure_problems(completed(merge(raw, preset), base))
        if problem not in without
    ]
