"""Refusals and notes about images that occur more than once."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from trainables.data.duplicates import Fingerprints, exact_across, exact_between, near
from trainables.data.prepared import PreparedData, read_fingerprints
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import SPLITS, TEST, TRAIN, VAL, and_more
from trainables.data.sources.source import DataSource
from trainables.text import counted


def duplicates_within(
    prints: Mapping[str, Fingerprints], source: DataSource, problems: Problems
) -> list[str]:
    """Refuse or note equal images across splits; note near ones, and equal ones within a split."""
    notes = []
    exact = exact_across(prints)
    if source.duplicates == "refuse":
        for text in exact:
            problems.add("same image in several splits (duplicates: report lets it pass)", text)
    elif exact:
        notes.append(f"same image in several splits: {len(exact)}, {and_more(exact)}")
    for name, each in prints.items():
        repeated = len(each.hashes) - len(set(each.hashes))
        if repeated:
            notes.append(f"{name} holds {counted(repeated, 'repetition')} of images, all within that split")
    for ours, theirs in ((VAL, TRAIN), (TEST, TRAIN), (TEST, VAL)):
        notes += _near_note(near(prints[ours], prints[theirs]), ours, theirs)
    return notes


def duplicates_in_source(
    prints: Mapping[str, Fingerprints], against: PreparedData | None, source: DataSource, problems: Problems
) -> list[str]:
    """Refuse or note images of val and test that a pre-training's data set also holds."""
    if against is None:
        return []
    ours = {name: prints[name] for name in (VAL, TEST)}
    theirs = {name: read_fingerprints(against, name) for name in SPLITS}
    notes = []
    exact = exact_between(ours, theirs)
    if source.duplicates == "refuse":
        for text in exact:
            problems.add("same image in the source (duplicates: report lets it pass)", text)
    elif exact:
        notes.append(f"same image in the source: {len(exact)}, {and_more(exact)}")
    for name, each in ours.items():
        found = [text for other in theirs.values() for text in near(each, other)]
        notes += _near_note(found, name, "the source")
    return notes


def _near_note(found: list[str], split: str, where: str) -> list[str]:
    if not found:
        return []
    num = counted(len(found), f"{split} image", "resembles", "resemble")
    return [f"near duplicates: {num} one in {where}: {and_more(found)}"]


def under_two_classes(hashes: Sequence[str], *, labels: Sequence[Hashable], ids: Sequence[str]) -> list[str]:
    """Return a note about equal images that are filed under more than one class, or have other label sets."""
    places: dict[str, dict[Hashable, str]] = defaultdict(dict)
    for pixels_hash, label, image in zip(hashes, labels, ids, strict=True):
        places[pixels_hash].setdefault(label, image)
    twice = [" = ".join(found.values()) for found in places.values() if len(found) > 1]
    return [f"{counted(len(twice), 'image')} under different classes: {and_more(twice)}"] if twice else []
