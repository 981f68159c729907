"""Concerns about a data set that could spoil a study, the worst first, each with what to do."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from study.look.look import Look, Pair
from study.look.metadata_model import CONFIDENCE
from trainables.data.sources.pool import SPLITS, TEST, TRAIN, VAL, and_more
from trainables.text import counted

FEW_TRAINING = 10
"""Training images of a class below which it is called tiny."""
USUAL = 0.2
"""Share of the images from which what is unusual is the nature of the set, and no concern."""
SHOWN = 5
"""Concerns that the first screen shows."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """One thing that could spoil a study.

    Attributes:
        key: Name of what was found, which is also that of its section in the page.
        says: What was found.
        advice: What to do.
    """

    key: str
    says: str
    advice: str


def concerns(look: Look) -> tuple[Concern, ...]:
    """Return everything that could spoil a study, the worst first."""
    return tuple(concern for ask in _QUESTIONS for concern in ask(look))


def _refused(look: Look) -> Iterator[Concern]:
    if look.refused:
        yield Concern(
            key="refused",
            says=f"No study starts with this set: {and_more(list(look.refused), shown=2)}.",
            advice="Mend that first; lrstudy plan names all of it.",
        )


def _unreadable(look: Look) -> Iterator[Concern]:
    if look.unreadable:
        names = [f"{each.id} ({each.why})" for each in look.unreadable]
        yield Concern(
            key="unreadable",
            says=f"{counted(len(names), 'image')} cannot be decoded: {and_more(names, shown=2)}.",
            advice="Replace or remove them: no study starts with them.",
        )


def _across(look: Look) -> Iterator[Concern]:
    across = [pair for pair in look.pairs if pair.across]
    if not across:
        return
    equal = sum(pair.equal for pair in across)
    parts = [f"{equal} equal"] if equal else []
    parts += (
        [f"{len(across) - equal} nearly (cropped, mirrored, turned, saved again)"]
        if equal < len(across)
        else []
    )
    lost = {image.id for pair in across for image in (pair.first, pair.second) if image.split in (VAL, TEST)}
    advice = (
        "Keep each picture in one split: results on val and test are too good otherwise."
        if look.splits_given
        else "lrstudy keeps equal images in one split; for the others say what belongs together (data.target.group), "
        "or keep one of each pair."
    )
    yield Concern(
        key="across",
        says=f"{counted(len(across), 'pair')} of images in different splits show the same picture, {', '.join(parts)}; "
        f"{counted(len(lost), 'image')} of val and test {'is' if len(lost) == 1 else 'are'} concerned.",
        advice=advice,
    )


def _conflicts(look: Look) -> Iterator[Concern]:
    conflicts = [pair for pair in look.pairs if pair.conflicting]
    if conflicts:
        classes = sorted({" / ".join(sorted((pair.first.label, pair.second.label))) for pair in conflicts})
        yield Concern(
            key="conflicts",
            says=f"{counted(len(conflicts), 'pair')} of the same picture {'has' if len(conflicts) == 1 else 'have'} "
            f"different classes: {and_more(classes, shown=3)}.",
            advice="Decide on one class for each of them.",
        )


def _metadata(look: Look) -> Iterator[Concern]:
    for score in [score for score in look.metadata if score.leaks][:1]:
        others = [each.name for each in look.metadata if each.leaks and each is not score]
        also = f" So do {' and '.join(others)}." if others else ""
        yield Concern(
            key="metadata",
            says=f"The class can be told without looking at the picture: {score.name} alone "
            f"{'gives' if not score.name.endswith('s') else 'give'} a balanced accuracy of {score.accuracy:.2f} "
            f"({score.low:.2f} to {score.high:.2f}, {CONFIDENCE:.0%} interval; chance is {score.chance:.2f}).{also}",
            advice="Make or save the images of all classes alike, or expect a network to learn how they were made.",
        )


def _missing(look: Look) -> Iterator[Concern]:
    for split, names in look.missing.items():
        yield Concern(
            key="classes",
            says=f"{counted(len(names), 'class') if len(names) == 1 else f'{len(names)} classes'} "
            f"{'has' if len(names) == 1 else 'have'} no {split} image: {and_more(list(names), shown=3)}.",
            advice=("" if look.multi_label else "No study starts so. ")
            + "Put some images of them there, leave them out (data.target.classes), or have "
            + ("val cut anew (recut: val)." if split == VAL else "all splits cut anew (recut: all)."),
        )


def _tiny(look: Look) -> Iterator[Concern]:
    tiny = [
        f"{name} ({count})"
        for name, count in zip(look.classes, look.counts[TRAIN], strict=True)
        if 0 < count < FEW_TRAINING
    ]
    if tiny:
        yield Concern(
            key="classes",
            says=f"{'1 class has' if len(tiny) == 1 else f'{len(tiny)} classes have'} under {FEW_TRAINING} training "
            f"images: {and_more(tiny, shown=3)}.",
            advice="Collect more, or leave them out (data.target.classes): what is learnt of them is mostly luck.",
        )


_UNUSUAL = {
    "blank": ("blank: one grey level nearly everywhere", "Remove them: there is nothing to learn from them."),
    "dark": (
        "under-exposed: nearly nothing is brighter than a quarter of the range",
        "Brighten them, or remove them if nothing is to be seen.",
    ),
    "bright": (
        "over-exposed: nearly nothing is darker than three quarters of the range",
        "Remove them if nothing is to be seen.",
    ),
    "blurred": (
        "blurred: at least ten times less sharp than the set's median",
        "Look at them: can you tell their class?",
    ),
    "small": (
        "under half as large as they are used",
        "Lower data.target.image_size, or find larger ones: they are blown up.",
    ),
}


def _unusual(look: Look) -> Iterator[Concern]:
    for name, (what, advice) in _UNUSUAL.items():
        images = look.unusual.get(name, ())
        if 0 < len(images) <= USUAL * look.num_images or (images and name == "small"):
            yield Concern(
                key="unusual",
                says=f"{counted(len(images), 'image', 'is', 'are')} {what}: "
                f"{and_more([image.id for image in images], shown=2)}.",
                advice=advice,
            )


def _within(look: Look) -> Iterator[Concern]:
    within = [pair for pair in look.pairs if not pair.across]
    doubled = {image.id for pair in within for image in (pair.first, pair.second)}
    if len(doubled) > 0.02 * look.num_images:
        yield Concern(
            key="within",
            says=f"{counted(len(within), 'pair')} of images within one split show the same picture, of "
            f"{counted(len(doubled), 'image')}.",
            advice="Keep one of each: the set is smaller than it looks.",
        )


_QUESTIONS: tuple[Callable[[Look], Iterable[Concern]], ...] = (
    _refused,
    _unreadable,
    _across,
    _conflicts,
    _metadata,
    _missing,
    _tiny,
    _unusual,
    _within,
)


def verdict(look: Look) -> str:
    """Return the answer in one sentence."""
    found = concerns(look)
    size = f"{look.num_images} images of {len(look.classes)} classes"
    if not found:
        return f"Nothing found in {size} that would spoil a study."
    return f"{counted(len(found), 'thing')} to see to in {size} before a study."


def sentences(look: Look, *, command: str) -> tuple[str, ...]:
    """Return the look in at most five lines, the last of which names the command that shows it."""
    found = concerns(look)
    lines = [verdict(look), *(f"- {concern.says}" for concern in found[:3])]
    more = f"{len(found) - 3} more, and pictures" if len(found) > 3 else "with pictures"
    return (*lines, f"{command}: {more}")


def described(pair: Pair) -> str:
    """Return how two images are alike, for a caption."""
    if pair.equal:
        return "equal"
    return f"nearly equal ({pair.agreement:.2f})" + (f": {pair.how}" if pair.how else "")


def used_splits(look: Look) -> tuple[str, ...]:
    """Return the splits that have images."""
    return tuple(split for split in SPLITS if any(look.counts[split]))
