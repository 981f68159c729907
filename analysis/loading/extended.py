"""A study that was extended after its report: as it stood before and after each extension, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.loading.run_metadata import Extension
from analysis.statistics.looks import Looks

if TYPE_CHECKING:
    from analysis.loading.study import Study


def as_extended(study: "Study", extension: int | None) -> "Study":
    """Return a whole study as its `extension`-th extension left it, 0 for before the first, None for as it is now.

    Where trials were added the winners were chosen and confirmed anew, so confirmation runs of before are left out.

    Raises:
        ValueError: If the study has no such extension.
    """
    done = study.facts.extensions
    number = len(done) if extension is None else extension
    if not 0 <= number <= len(done):
        raise ValueError(
            f"extension={number} is not allowed; 0 to {len(done)}, as often as the study was extended"
        )
    if not done:
        return study
    kept = done[:number]
    chosen = max((place for place, each in enumerate(kept, start=1) if each.trials), default=0)
    records = study.records
    outdated = (records["stage"] == "confirm") & (records["extension"] < chosen)
    records = records[(records["extension"] <= number) & ~outdated].reset_index(drop=True)
    facts = study.facts if number == len(done) else study.facts.before[number]
    if chosen:  # the wall time of a stage is that of all its runs, so that of the runs left out goes, too
        stages, before = facts.stage_seconds, study.facts.before[chosen - 1].stage_seconds
        confirm = stages.get("confirm", 0.0) - before.get("confirm", 0.0)
        facts = replace(facts, stage_seconds={**stages, "confirm": confirm})
    predicted = study.predictions["run"].isin(set(records["run"]))
    return replace(
        study,
        spec=_spec(study.spec, kept, chosen),
        records=records,
        predictions=study.predictions[predicted].reset_index(drop=True),
        facts=replace(facts, extensions=kept),
        extension=number,
    )


def looks_made(num_seeds: int | None, extensions: Sequence[Extension]) -> Looks:
    """Return the looks that were made at a study up to its last extension: its own end, and that of each extension.

    More trials bring new winners, confirmed on seeds of their own: no look of before is at the same runs, but it was a
    look.

    Args:
        num_seeds: Seeds of the confirmation that counts, those of extensions included; None where the study file does
            not say.
        extensions: As `run.json` has them, in order.
    """
    if num_seeds is None:
        return Looks(num_seeds=(1,), earlier=len(extensions))
    earlier = max((place for place, each in enumerate(extensions, start=1) if each.trials), default=0)
    seeds = [num_seeds]
    for each in reversed(extensions[earlier:]):
        seeds.insert(0, seeds[0] - each.seeds)
    return Looks(num_seeds=tuple(seeds), earlier=earlier)


def _spec(spec: Mapping[str, Any], kept: Sequence[Extension], chosen: int) -> Mapping[str, Any]:
    """Return the study file as if it had asked for all of it at once."""
    trials = spec["budget"]["trials"] + sum(each.trials for each in kept)
    seeds = spec["confirm"]["seeds"] + sum(each.seeds for each in kept[chosen:])
    return {
        **spec,
        "budget": {**spec["budget"], "trials": trials},
        "confirm": {**spec["confirm"], "seeds": seeds},
    }


def extension_words(extension: Extension) -> str:
    """Return what an extension added, and when it was asked for."""
    if extension.trials:
        what = (
            f"{extension.trials} more trials an arm, after which the winners were chosen and confirmed anew"
        )
    else:
        what = f"{extension.seeds} more confirmation seeds for the same winners"
    return f"on {extension.when[:10]} by {what}"
