"""Read and write study files: everything wrong with one is named at once, before Ray starts."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from study.spec.checks.across_sections import problems_between_keys
from study.spec.checks.texts import file_problem, text_problems
from study.spec.complete import completed
from study.spec.errors import SpecError
from study.spec.overrides import Raw, merge, with_overrides, with_preset
from study.spec.parsing import Parsed, parse
from study.spec.sections import StudySpec
from study.spec.seeds import confirm_seeds, extension_seeds, search_seed, selection_seeds
from study.spec.yaml_text import parse_yaml, read_yaml, to_yaml
from trainables.errors import Problem

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

BEFORE_THE_KEY = {"model": {"normalisation": "data"}}
"""By section, what every study did until there was a key for it: what a resolved file without the key means."""


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
    if _is_in_results(Path(path_or_name).expanduser()):
        raw = _as_it_was(raw)
    try:
        chosen = raw if preset is None else with_preset(raw, preset)
    except ValueError as error:
        raise _refusal(error, subject) from error
    chosen, problems = with_overrides(chosen, overrides)
    if unusable := [*text_problems(chosen), *text_problems(str(base), "the study file's folder")]:
        raise SpecError(dict.fromkeys([*problems, *unusable]), subject)
    content = completed(chosen, base)
    parsed = parse(content)
    problems += [*parsed.problems, *problems_between_keys(content, parsed)]
    problems += _preset_problems(raw, base, parsed if preset is None and not overrides else None)
    if problems or parsed.spec is None:
        raise SpecError(dict.fromkeys(problems), subject)
    return parsed.spec


def read_resolved(path: str | Path, *, overrides: Sequence[str] = ()) -> StudySpec:
    """Return a study that `dump_spec` wrote, whether or not its images and weights are on this machine.

    Args:
        path: The file.
        overrides: Assignments, as `load_spec` takes them.

    Raises:
        SpecError: If the file can't be read or holds no resolved study.
    """
    raw, base = _read(path)
    raw, problems = with_overrides(_as_it_was(raw), overrides)
    parsed = parse(completed(raw, base))
    if parsed.spec is None or problems:
        raise SpecError(problems or parsed.problems, str(path))
    return parsed.spec


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
        raise _refusal(why, name)
    path = Path(name).expanduser()
    shipped = not path.is_file() and name in shipped_studies()
    if not shipped and not path.exists():
        raise _refusal(f"no such file; a study file, or one of {', '.join(shipped_studies())}", name)
    try:
        if shipped:
            text = resources.files("studies").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
            content = parse_yaml(text, where=name)
        else:
            content = read_yaml(path)
    except ValueError as error:
        raise _refusal(error, "study file") from error
    if not isinstance(content, dict):
        what = "is empty" if content is None else f"holds a {type(content).__name__}"
        raise _refusal(f"{what}; keys and values: {', '.join(StudySpec.model_fields)}", name)
    return content, Path.cwd() if shipped else path.absolute().parent


def _preset_problems(raw: Raw, base: Path, parsed: Parsed | None) -> list[Problem]:
    """Return what is wrong with the keys of all presets; their folders may be another machine's.

    Args:
        raw: The file's content, without preset and overrides.
        base: Folder that relative paths start from.
        parsed: What came of that content, where it has been parsed.
    """
    presets = raw.get("presets")
    if not isinstance(presets, dict) or not presets:
        return []
    without = set((parsed or parse(completed(raw, base))).problems)
    return [
        replace(problem, field=f"presets.{name}.{problem.field}")
        for name, preset in presets.items()
        if isinstance(preset, dict)
        for problem in parse(completed(merge(raw, preset), base)).problems
        if problem not in without
    ]


def _refusal(why: object, subject: str) -> SpecError:
    return SpecError([Problem(field="", says=str(why))], subject)


def _is_in_results(file: Path) -> bool:
    """Return whether a study file is the resolved one in a folder of results, and not one that somebody wrote."""
    return file.name == "study.yaml" and (file.parent / "run.json").is_file()


def _as_it_was(raw: Raw) -> Raw:
    """Return the content of a resolved study file, which has every key of its version, with those that came later."""
    older = {
        section: {**settings, **raw[section]}
        for section, settings in BEFORE_THE_KEY.items()
        if isinstance(raw.get(section), dict)
    }
    return {**raw, **older}
