"""On what an answer is conditional, and what it cannot say."""

from collections.abc import Mapping
from typing import Any

from analysis import number_format as fmt
from analysis.contrast import Contrast
from analysis.evidence import Evidence
from analysis.settings import Settings

MAX_NAMED = 4
"""More arms than this are counted instead of named."""


def conditions(evidence: Evidence) -> tuple[str, ...]:
    """Return what the answer holds for: this split, this source network, this search."""
    return (
        _split(evidence),
        _weights(evidence),
        *(f"{sentence}." for sentence in evidence.facts.normalisation),
        _search(evidence),
        "Seconds are what a run would have cost alone on this machine: its range test, features, training "
        "and what it took from other trials. Validation and waiting are not counted.",
    )


def brief_conditions(evidence: Evidence) -> str:
    """Return what the answer holds for and must not be read as, in a few lines for the terminal."""
    facts, settings = evidence.facts, evidence.settings
    num_images = sum(facts.counts.get("test", ()))
    named = [] if facts.test_hash is None else [facts.test_hash[:12]]
    named += [f"{fmt.count(num_images)} images"] if num_images else []
    split = f" ({', '.join(named)})" if named else ""
    network = "" if _starts_at_random(evidence) else ", this one source network"
    trials = "" if settings.num_trials is None else f" ({settings.num_trials} trials an arm)"
    return (
        f"Holds for this test split{split}{network} and this search{trials}: the intervals cover other seeds and "
        "other images like these, nothing else. Seconds are what a run would have cost alone."
        f"{_brief_caveat(settings)}"
    )


def _brief_caveat(settings: Settings) -> str:
    mixed = [arm for arm in settings.arms if arm != settings.reference and _single(arm, settings) is None]
    if not mixed:
        return ""
    named = " and ".join(mixed) if len(mixed) <= MAX_NAMED else f"{len(mixed)} arms"
    return f" From {settings.reference}, {named} differ in several things at once: a difference belongs to the whole."


def caveats(evidence: Evidence, contrasts: tuple[Contrast, ...]) -> tuple[str, ...]:
    """Return, for every arm that is compared, what its difference must not be read as."""
    arms = dict.fromkeys(contrast.pairing.arm for contrast in contrasts)
    return tuple(_ladder(arm, evidence.settings) for arm in arms)


def differing(arm: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of what two arms' entries in the study file differ in, searched fields one by one."""
    flat, other_flat = _flat(arm), _flat(other)
    names = dict.fromkeys([*flat, *other_flat])
    return tuple(name for name in names if flat.get(name) != other_flat.get(name))


def _flat(arm: Mapping[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in arm.items() if key != "search"}
    return fields | dict(arm.get("search") or {})


def _ladder(arm: str, settings: Settings) -> str:
    reference = settings.reference
    single = _single(arm, settings)
    if single is not None:
        return f"{arm} and {reference} differ in {single} alone, so a difference between them is due to it."
    names = differing(settings.arm_specs[arm], settings.arm_specs[reference])
    listed = ", ".join(names) if names else "nothing that the study file says"
    return (
        f"{arm} and {reference} differ in several things at once ({listed}, and in all that their recipes do "
        "differently). The difference belongs to the whole; it does not say which ingredient made it. Only "
        "neighbours on a ladder of arms that differ in one thing could."
    )


def _single(arm: str, settings: Settings) -> str | None:
    """Return the one thing in which an arm differs from the reference; None where there are several."""
    names = differing(settings.arm_specs[arm], settings.arm_specs[settings.reference])
    return names[0] if len(names) == 1 and names[0] != "recipe" else None


def _split(evidence: Evidence) -> str:
    facts = evidence.facts
    name = f" ({facts.test_hash})" if facts.test_hash else ""
    images = f" of {fmt.count(sum(facts.counts['test']))} images" if facts.counts.get("test") else ""
    return (
        f"This one test split{name}{images}. The interval covers other images drawn like these and other "
        "seeds; it does not cover another division of the data into splits, nor other data."
    )


def _weights(evidence: Evidence) -> str:
    if (evidence.runs["stage"] == "pretrain").any():
        return (
            "This one source network, trained once in this study: another would shift all arms, and not "
            "necessarily alike."
        )
    if _starts_at_random(evidence):
        return "No source network: the runs start from random weights, which the seeds cover."
    return f"This one source network ({evidence.settings.weights})."


def _starts_at_random(evidence: Evidence) -> bool:
    return evidence.settings.weights in (None, "none", "None", "null", "random")


def _search(evidence: Evidence) -> str:
    settings = evidence.settings
    trials = "" if settings.num_trials is None else f" of {settings.num_trials} trials an arm"
    seed = "" if settings.search_seed is None else f", seed {settings.search_seed}"
    return (
        f"This one search{trials}{seed}: the winners that it found are what is compared. Another search "
        "would find others, and the interval does not cover that."
    )
