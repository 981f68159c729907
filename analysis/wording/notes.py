"""Notes on a study that a reader must know before believing its answer: gaps, small splits, earlier looks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.contrasts.final_differences import is_by_class, sample_of
from analysis.findings.ledger import overhead
from analysis.loading.extended import looks_made
from analysis.loading.image_values import is_label_set
from analysis.loading.run_metadata import Extension
from analysis.loading.study_data import StudyData, chance_level
from analysis.statistics.looks import cumulative_alpha
from analysis.wording import number_format as fmt

MIN_VAL_IMAGES = 200
MIN_VAL_IMAGES_PER_CLASS = 20
"""Below these a validation result says little: 20 images of a class resolve its recall to 0.05."""

UNLIKE_BY = 0.05
"""Validation and test apart by no more than this are not worth a note."""

MIN_TEST_UNITS = 10
"""Test images, or groups of them, from which on the interval was seen to cover what it says; of each class where
classes count alike. docs/evidence.md has the simulations."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing that a reader must know.

    Attributes:
        brief: In one short sentence, for a first screen; None where `warnings` counts the same in words of its own.
        full: With its figures and what follows from it.
    """

    brief: str | None
    full: str


def notes(data: StudyData) -> tuple[Note, ...]:
    """Return the notes on a study, the gravest first; what was noted on its data stands elsewhere."""
    return (
        *_interrupted(data),
        *_extended(data),
        *_test_measured_before(data),
        *_unfinished_confirmations(data),
        *_at_chance(data),
        *_stopped_trials(data),
        *_disagreements(data),
        *_few_seeds(data),
        *_few_test_units(data),
        *_small_validation(data),
        *_unlike_validation(data),
        *_impossible_ledger(data),
    )


def _interrupted(data: StudyData) -> list[Note]:
    metadata = data.metadata
    present = set(data.runs["stage"])
    found = []
    if metadata.stopped_early is not None:
        full = f"The study was stopped early: {metadata.stopped_early}."
        found.append(Note(brief="The study was stopped early: the rest may change the verdict.", full=full))
    elif metadata.ended is None:
        full = "The study has not ended; this is what it has recorded so far."
        found.append(Note(brief="The study has not ended: the rest may change the verdict.", full=full))
    if present and "confirm" not in present:
        full = "There is no confirmation yet: search results choose winners and show no difference."
        found.append(Note(brief=None, full=full))
    running = data.runs[(data.runs["stage"] == "confirm") & (data.runs["status"] == "running")]
    if len(running):
        names = ", ".join(running.index)
        full = f"Confirmation runs that have not ended are left out of the comparison: {names}."
        found.append(Note(brief=f"Confirmation runs still going, left out here: {len(running)}.", full=full))
    return found


def _extended(data: StudyData) -> list[Note]:
    if not data.metadata.extensions:
        return []
    listed = "; ".join(_extension_words(each) for each in data.metadata.extensions)
    full = (
        f"The study was extended after its report had been seen: {listed}. {_look_words(data)} "
        "The earlier reports stand as they were."
    )
    brief = "The study was extended after its report had been seen, so it is judged more strictly."
    return [Note(brief=brief, full=full)]


def _extension_words(extension: Extension) -> str:
    """Return what an extension added, and when it was asked for."""
    if extension.trials:
        what = (
            f"{extension.trials} more trials an arm, after which the winners were chosen and confirmed anew"
        )
    else:
        what = f"{extension.seeds} more confirmation seeds for the same winners"
    return f"on {extension.when[:10]} by {what}"


def _look_words(data: StudyData) -> str:
    """Return the number of the look, the level that it is judged at, and how often all looks together err."""
    alpha = 1 - data.settings.confidence
    looks = looks_made(data.settings.num_seeds, data.metadata)
    level = looks.level(alpha)
    chance = (
        "the same winners" if looks.earlier == 0 else "this study, whose earlier winners count as chances had"
    )
    if looks.planned:
        return (
            f"The {looks.number} looks, those that were planned among them, are judged together (this one at the level "
            f"{level:.2g} for {alpha:.2g})."
        )
    together = fmt.level(cumulative_alpha(looks.number, alpha))
    return (
        f"So this is look {looks.number} at {chance}. As it was not planned, it is judged at the level "
        f"{level:.2g} instead of {alpha:.2g}, and intervals of differences and ratios are {fmt.level(1 - level)} "
        f"ones: then the {looks.number} looks together err in at most {together} of studies. p-values are adjusted "
        f"to be compared with {alpha:.2g}."
    )


def _test_measured_before(data: StudyData) -> list[Note]:
    times = data.metadata.test_split_uses_before
    if not times:
        return []
    often = "once" if times == 1 else f"{times} times"
    full = (
        f"This test split had been measured {often} before this confirmation. Whatever was learnt "
        "from it then may have shaped this study, so its intervals promise less than they say."
    )
    brief = f"This test split had been measured {often} before: intervals promise less than they say."
    return [Note(brief=brief, full=full)]


def _unfinished_confirmations(data: StudyData) -> list[Note]:
    runs = data.runs
    lost = runs[(runs["stage"] == "confirm") & ~runs["status"].isin(["finished", "running"])]
    if lost.empty:
        return []
    listed = ", ".join(f"{run} ({status.replace('_', ' ')})" for run, status in lost["status"].items())
    return [Note(brief=None, full=f"Confirmation runs without a final result: {listed}.")]


def _at_chance(data: StudyData) -> list[Note]:
    """Return a note on each arm whose confirmed runs are, on average, where guessing might be: none of them is odd."""
    chance = chance_level(data.metadata, data.settings.measured)
    if chance is None:
        return []
    error = (chance * (1 - chance) / data.metadata.num_images("val")) ** 0.5
    runs = data.runs
    overall = runs[(runs["stage"] == "confirm") & runs["overall"].astype(bool)]
    means = overall.groupby("arm")["final_val"].mean()
    return [
        Note(
            brief=f"The confirmed runs of {arm} are hardly better than guessing.",
            full=f"The confirmed runs of {arm} are not, or hardly, better than guessing: {fmt.fraction(mean)} on "
            f"validation, where guessing scores {fmt.fraction(chance)}. They may all have collapsed; they count as "
            "runs that trained.",
        )
        for arm, mean in means.items()
        if mean - chance < error
    ]


def _stopped_trials(data: StudyData) -> list[Note]:
    search = data.runs[data.runs["stage"] == "search"]
    stopped = search[search["status"] == "stopped"].groupby("arm").size()
    if stopped.empty:
        return []
    trials = search.groupby("arm").size()
    listed = ", ".join(f"{stopped.get(arm, 0)} of {trials[arm]} of {arm}" for arm in trials.index)
    full = (
        f"The trial scheduler stopped trials early ({listed}). A trial that starts slowly may have been stopped "
        "though it would have ended best, and arms whose cycles end late are judged, and so stopped, less often."
    )
    brief = "The trial scheduler stopped search trials early: some might have ended best."
    return [Note(brief=brief, full=full)]


def _disagreements(data: StudyData) -> list[Note]:
    """Return a note where the predictions kept do not give the test objective recorded."""
    scores = _scores(data)
    recorded = data.runs["final_test"]
    wrong = [run for run, score in scores.items() if abs(score - recorded.get(run, np.nan)) > 1e-6]
    if not wrong:
        return []
    full = f"The test objective recorded and the predictions kept disagree for {', '.join(wrong)}."
    return [
        Note(brief=f"Recorded test results and kept predictions disagree in {len(wrong)} runs.", full=full)
    ]


def _scores(data: StudyData) -> dict[str, float]:
    return {
        str(run): float(sample_of(data, images=known.index).means(known.to_numpy()[np.newaxis])[0])
        for run, values in data.image_values.items()
        if not (known := values.dropna()).empty
    }


def _few_seeds(data: StudyData) -> list[Note]:
    runs, metadata = data.runs, data.metadata
    planned = min(metadata.planned_looks) if metadata.planned_looks else data.settings.num_seeds
    ended = runs[(runs["stage"] == "confirm") & (runs["status"] != "running") & runs["overall"].astype(bool)]
    found = []
    for arm, confirmed in ended.groupby("arm")["seed"].nunique().items():
        several = data.settings.num_repeats * max(1, len(data.metadata.splits))
        wanted = None if planned is None else planned * several
        if wanted is not None and confirmed < wanted:
            full = f"{arm} was confirmed on {confirmed} of the {wanted} seeds planned."
            found.append(Note(brief=full, full=full))
    return found


def _small_validation(data: StudyData) -> list[Note]:
    counts = data.metadata.counts.get("val", ())
    if not counts:
        return []
    total, smallest = data.metadata.num_images("val"), min(counts)
    if total >= MIN_VAL_IMAGES and smallest >= MIN_VAL_IMAGES_PER_CLASS:
        return []
    half_width = 1.96 * (0.8 * 0.2 / total) ** 0.5 if total else float("nan")
    full = (
        f"The validation split is small: {total} images, {smallest} in the smallest class. An accuracy of "
        f"0.8 on it is known to ±{fmt.fraction(half_width)} only, so search and time to target see "
        "differences of that size by chance."
    )
    brief = (
        f"The validation split is small ({fmt.count(total)} images): searches chose by values known to "
        f"±{fmt.fraction(half_width)} only."
    )
    return [Note(brief=brief, full=full)]


def _num_that_count(data: StudyData, split: str) -> int:
    """Return the images of a split that the objective rests on: all, or, made of scores, those of the rarest class."""
    if data.settings.measured.is_counted:
        return data.metadata.num_images(split)
    return min((count for count in data.metadata.counts.get(split, ()) if count), default=0)


def _unlike_validation(data: StudyData) -> list[Note]:
    """Return a note where the same runs score otherwise on test images than on validation ones, beyond chance."""
    num_val, num_test = (_num_that_count(data, split) for split in ("val", "test"))
    runs = data.runs
    trained = runs[(runs["stage"] == "confirm") & runs["final_test"].notna() & ~runs["collapsed"]]
    if trained.empty or not num_val or not num_test:
        return []
    val, test = float(trained["final_val"].mean()), float(trained["final_test"].mean())
    error = (val * (1 - val) / num_val + test * (1 - test) / num_test) ** 0.5
    if not abs(val - test) > max(UNLIKE_BY, 3 * error):
        return []
    side = "above" if val > test else "below"
    gap = fmt.fraction(abs(val - test))
    return [
        Note(
            brief=f"Validation reads {gap} {side} test for the same runs: the test images are unlike those that chose.",
            full=f"The same confirmed runs score {fmt.fraction(val)} on validation and {fmt.fraction(test)} on test, "
            "further apart than chance takes them. The test images are unlike those that rates and winners were chosen "
            "by (other places, cameras or groups; a validation split cut from the training images is like these): what "
            "is best on the one need not be on the other.",
        )
    ]


def _few_test_units(data: StudyData) -> list[Note]:
    """Return a note where there are too few test images, or groups of them, for an interval over others like them."""
    images = data.predictions.drop_duplicates("image")
    if images.empty:
        return []
    alone = images["image"].map(lambda image: f"image {image}")
    units = images.assign(unit=images["group"].where(images["group"].notna(), alone))
    grouped = images["group"].notna().any()
    if is_label_set(units["label"]):
        fewest, where = _fewest_with_a_label(units), "with the label that has fewest"
    elif is_by_class(data):
        fewest = int(units.groupby("label")["unit"].nunique().min())
        where = "in the class that has fewest"
    else:
        fewest, where = int(units["unit"].nunique()), "in all"
    if fewest >= MIN_TEST_UNITS:
        return []
    one, several = ("group of images", "groups of images") if grouped else ("image", "images")
    what = one if fewest == 1 else several
    full = (
        f"The test split has {fewest} {what} {where}. From {MIN_TEST_UNITS} on the interval covers what it says "
        "(92 to 98% of simulated studies); below, it may be too narrow or too wide."
    )
    brief = f"The test split has {fewest} {what} {where}: too few for intervals to be trusted."
    return [Note(brief=brief, full=full)]


def _fewest_with_a_label(units: pd.DataFrame) -> int:
    """Return the units that have the label that fewest have, of labels that any has."""
    texts = units["label"].tolist()
    have = ([text[place] == "1" for text in texts] for place in range(len(texts[0])))
    return min((units.loc[mask, "unit"].nunique() for mask in have if any(mask)), default=0)


def _impossible_ledger(data: StudyData) -> list[Note]:
    table = overhead(data)
    impossible = table.loc[table["overhead_fraction"] < 0, "stage"]
    if impossible.empty:
        return []
    stages = ", ".join(impossible)
    full = (
        f"The runs recorded more seconds of work than concurrent trials and wall time had room for ({stages}), so the "
        "overhead below cannot be right: part of the wall time was not recorded, as after a resume."
    )
    return [Note(brief="Part of the wall time was not recorded: it is too low in this report.", full=full)]
