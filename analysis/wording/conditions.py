"""Conditions of an answer in words: what it holds for, and what it cannot say."""

from collections.abc import Mapping
from typing import Any

from analysis.findings.contrasts.contrast import Contrast
from analysis.loading.settings import Settings
from analysis.loading.study_data import StudyData
from analysis.statistics.collapse import MIN_RUNS, rate_of
from analysis.statistics.image_sample import count_groups
from analysis.wording import number_format as fmt

MAX_NAMED = 4
"""More arms than this are counted instead of named."""

MAX_UNSEEN = 0.1
"""A share of runs that may collapse unseen which is worth a sentence."""


def conditions(data: StudyData) -> tuple[str, ...]:
    """Return what the answer holds for: this split, this source network, this search."""
    return (
        _split(data),
        _weights(data),
        *(f"{sentence}." for sentence in data.metadata.normalisation),
        _search(data),
        _margins(data),
        *_looks(data),
        *_unseen_collapse(data),
        "Seconds are what a run would have cost alone on this machine: its range test, features, training "
        "and what it took from other trials. Validation and waiting are not counted.",
        "An interval of a ratio of times is a little too narrow where seeds are few and one arm is several times as "
        "fast: in simulations with five seeds and four times the pace it covered the truth in 92% of studies, not 95%.",
    )


def _margins(data: StudyData) -> str:
    """Return what counts as practically the same, and since when that stands."""
    settings = data.settings
    named = "" if settings.margin_is_named else ", the defaults of today: the study file names none"
    return (
        f"Practically the same are ends that differ by no more than {fmt.fraction(settings.margin)}, and times by no "
        f"more than a factor of {fmt.ratio(settings.time_margin)}{named}."
    )


def _looks(data: StudyData) -> list[str]:
    """Return which looks were planned and made, where seeds were added until the study was decided."""
    metadata = data.metadata
    if not metadata.planned_looks:
        return []
    planned = ", ".join(map(str, metadata.planned_looks))
    made = ", ".join(str(look.num_seeds) for look in metadata.looks) or "none yet"
    left = [
        f"{arm} left the race after {look.num_seeds} seeds, shown to be worse"
        for look, following in zip(metadata.looks, metadata.looks[1:], strict=False)
        for arm, verdict in look.verdicts.items()
        if arm not in look.going_on and arm not in following.going_on and verdict == "reference"
    ]
    return [
        f"Seeds were to be added until every arm is decided against the reference, with looks planned after {planned} "
        f"of them (made: {made}). Each is judged at a level of its own, so that all together err as seldom as one look "
        f"at all seeds would.{''.join(f' {each}.' for each in dict.fromkeys(left))}"
    ]


def brief_conditions(data: StudyData) -> str:
    """Return what the answer holds for and must not be read as, in a few lines for the terminal."""
    metadata, settings = data.metadata, data.settings
    num_images = metadata.num_images("test")
    named = [] if metadata.test_hash is None else [metadata.test_hash[:12]]
    named += [f"{fmt.count(num_images)} images"] if num_images else []
    num_groups = count_groups(data.predictions)
    named += [f"{fmt.count(num_groups)} groups"] if num_groups else []
    units = "groups of images" if num_groups else "images"
    split = f" ({', '.join(named)})" if named else ""
    network = "" if _starts_at_random(data) else ", this one source network"
    if metadata.splits:
        return (
            f"Holds for these images{network} and this search: the intervals cover other seeds, other images like "
            f"these and other divisions of them ({len(metadata.splits)} splits), nothing else. Seconds are what a run "
            f"would have cost alone.{_brief_caveat(settings)}"
        )
    if settings.num_repeats > 1:
        return (
            f"Holds for this test split{split}{network}, these spaces and this budget{_of_trials(settings)}: the "
            "intervals cover other searches, other seeds and other images like these, nothing else. Seconds are "
            f"what a run would have cost alone.{_brief_caveat(settings)}"
        )
    trials = "" if settings.num_trials is None else f" ({settings.num_trials} trials an arm)"
    return (
        f"Holds for this test split{split}{network} and this search{trials}: the intervals cover other seeds and "
        f"other {units} like these, nothing else. Seconds are what a run would have cost alone."
        f"{_brief_caveat(settings)}"
    )


def _brief_caveat(settings: Settings) -> str:
    mixed = [arm for arm in settings.arms if arm != settings.reference and _single(arm, settings) is None]
    if not mixed:
        return ""
    named = " and ".join(mixed) if len(mixed) <= MAX_NAMED else f"{len(mixed)} arms"
    return f" From {settings.reference}, {named} differ in several things at once: a difference belongs to the whole."


def caveats(data: StudyData, contrasts: tuple[Contrast, ...]) -> tuple[str, ...]:
    """Return, for every arm that is compared, what its difference must not be read as."""
    arms = dict.fromkeys(contrast.pairing.arm for contrast in contrasts)
    return tuple(_ladder(arm, data.settings) for arm in arms)


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


def _split(data: StudyData) -> str:
    metadata = data.metadata
    if metadata.splits:
        return _splits(data)
    name = f" ({metadata.test_hash})" if metadata.test_hash else ""
    images = f" of {fmt.count(metadata.num_images('test'))} images" if metadata.counts.get("test") else ""
    num_groups = count_groups(data.predictions)
    groups = f" in {fmt.count(num_groups)} groups" if images and num_groups else ""
    units = "groups of images" if num_groups else "images"
    return (
        f"This one test split{name}{images}{groups}. The interval covers other {units} drawn like these and other "
        "seeds; it does not cover another division of the data into splits, nor other data."
    )


def _splits(data: StudyData) -> str:
    """Return what several splits cover, and which images may be in them."""
    num_splits = len(data.metadata.splits)
    return (
        f"These images, in {num_splits} splits of training and test images, of which the first is that of the search: "
        "the interval covers other images like these, other divisions of them and other seeds. Splits overlap, which "
        "the interval minds by the share of images that is tested (Nadeau & Bengio, 2003); in simulations it covered "
        "93 to 100% of truths, most where seeds or few images make the difference. The validation images, which "
        "chose the winners, are the same in all splits and never tested; images that the search trained on may be "
        "tested in later ones, by networks that have not seen them."
    )


def _weights(data: StudyData) -> str:
    if (data.runs["stage"] == "pretrain").any():
        return (
            "This one source network, trained once in this study: another would shift all arms, and not "
            "necessarily alike."
        )
    if _starts_at_random(data):
        return "No source network: the runs start from random weights, which the seeds cover."
    return f"This one source network ({data.settings.weights})."


def _starts_at_random(data: StudyData) -> bool:
    return data.settings.weights in (None, "none", "None", "null", "random")


def _unseen_collapse(data: StudyData) -> list[str]:
    """Return which collapsed runs are not told, and what no lost run among the confirmed says of others.

    The latter is left out where some were lost: the answer says it.
    """
    runs = data.runs
    ended = runs[(runs["stage"] == "confirm") & (runs["status"] != "running")]
    if ended.empty:
        return []
    told = (
        "A run counts as collapsed where it ended near chance and far below the others of its arm. One that lost a "
        f"single class of several does not, nor does any where fewer than {MIN_RUNS} were confirmed, or where all are "
        "little better than chance: such a run is in the difference, as are its arm's others."
    )
    if (ended["status"] != "finished").any() or ended["collapsed"].any():
        return [told]
    fewest = int(ended.groupby(["arm", "architecture", "overall"]).size().min())
    confidence = data.settings.confidence
    bound = rate_of(0, fewest, confidence=confidence).bound
    if bound < MAX_UNSEEN:
        return [told]
    return [
        f"No confirmed run diverged or failed, and none was seen to collapse; with {fewest} seeds, up to "
        f"{fmt.percent(bound)} of an arm's runs may do so unseen ({fmt.level(confidence)}, one-sided), and the answer "
        f"holds for runs that train. {told}"
    ]


def _search(data: StudyData) -> str:
    settings = data.settings
    if settings.num_repeats > 1:
        return (
            f"These spaces and this budget{_of_trials(settings)}, with {settings.num_repeats} independent searches of "
            "each arm: methods are compared, and the interval covers other searches like these. Another space, "
            "budget or search algorithm would be another method. All searches chose by the same validation images."
        )
    trials = "" if settings.num_trials is None else f" of {settings.num_trials} trials an arm"
    seed = "" if settings.search_seed is None else f", seed {settings.search_seed}"
    return (
        f"This one search{trials}{seed}: the winners that it found are what is compared. Another search "
        "would find others, and the interval does not cover that."
    )


def _of_trials(settings: Settings) -> str:
    return "" if settings.num_trials is None else f" ({settings.num_trials} trials a search)"
