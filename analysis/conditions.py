"""On what an answer is conditional, and what it cannot say."""

from collections.abc import Mapping
from typing import Any

from analysis import number_format as fmt
from analysis.contrast import Contrast
from analysis.evidence import Evidence
from analysis.settings import Settings


def conditions(evidence: Evidence) -> tuple[str, ...]:
    """Return what the answer holds for: this split, this source network, this search."""
    return (
        _split(evidence),
        _weights(evidence),
        _search(evidence),
        "Seconds are what a run would have cost alone on this machine: its range test, features, training "
        "and what it took from other trials. Validation and waiting are not counted.",
    )


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
    names = differing(settings.arm_specs[arm], settings.arm_specs[reference])
    if len(names) == 1 and names[0] != "recipe":
        return f"{arm} and {reference} differ in {names[0]} alone, so a difference between them is due to it."
    listed = ", ".join(names) if names else "nothing that the study file says"
    return (
        f"{arm} and {reference} differ in several things at once ({listed}, and in all that their recipes do "
        "differently). The difference belongs to the whole; it does not say which ingredient made it. Only "
        "neighbours on a ladder of arms that differ in one thing could."
    )


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
    weights = evidence.settings.weights
    if weights in (None, "none", "None", "null", "random"):
        return "No source network: the runs start from random weights, which the seeds cover."
    return f"This one source network ({weights})."


def _search(evidence: Evidence) -> str:
    settings = evidence.settings
    trials = "" if settings.num_trials is None else f" of {settings.num_trials} trials an arm"
    seed = "" if settings.search_seed is None else f", seed {settings.search_seed}"
    return (
        f"This one search{trials}{seed}: the winners that it found are what is compared. Another search "
        "would find others, and the interval does not cover that."
    )
