"""The text of a model card: Markdown, for people who get the model and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from study.cards.answers import BALANCED, Answers
from study.cards.reliability import Reliability

CONFUSIONS, RELIABILITY = "confusions.png", "reliability.png"

MAX_CLASSES = 5
"""Worst classes that are listed."""

MAX_PAIRS = 5


@dataclass(frozen=True, kw_only=True)
class CardContent:
    """What a card says.

    Attributes:
        title: Of the model.
        classes: Names.
        trained_on: Sentences on what it was trained on.
        chosen: Sentences on how its configuration, and it, were chosen.
        counts: Images of each class, for each split.
        tested: Its answers on the test images; None where none were measured.
        test_notes: Sentences on the test, such as how often it was used.
        calibration: Sentences on temperature and threshold.
        reliability: Before and after the temperature; None where that was not measured.
        preprocessing: Sentences on what happens to a file.
        settings: The configuration.
        licences: By subject: what is known of the licences.
        commands: How to use it, each with what it does.
    """

    title: str
    classes: tuple[str, ...]
    trained_on: Sequence[str]
    chosen: Sequence[str]
    counts: Mapping[str, Sequence[int]]
    tested: Answers | None
    test_notes: Sequence[str] = ()
    calibration: Sequence[str] = ()
    reliability: Reliability | None = None
    preprocessing: Sequence[str] = ()
    settings: Mapping[str, object]
    licences: Mapping[str, str | None]
    commands: Sequence[tuple[str, str]] = ()


def card_text(content: CardContent, *, pictures: Sequence[str]) -> str:
    """Return the card.

    Args:
        content: What it says.
        pictures: Files beside it that it shows: of `CONFUSIONS` and `RELIABILITY` those that were drawn.
    """
    parts = [
        _head(content),
        f"# {_plain(content.title)}",
        _section("How good it is", _how_good(content)),
        _section("Where it fails", _where_it_fails(content, pictures)),
        _section("Probabilities", _probabilities(content, pictures)),
        _section("What it was trained on", [*content.trained_on, "", *_counts(content)]),
        _section("How it was chosen", [*content.chosen, "", *_settings(content.settings)]),
        _section("What a file becomes", content.preprocessing),
        _section("How to use it", [f"- `{command}` {does}" for command, does in content.commands]),
        _section(
            "Licences",
            [f"- {subject}: {licence or 'not known'}" for subject, licence in content.licences.items()],
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(content: CardContent) -> str:
    """Return what model hubs read."""
    head = {
        "library_name": "lrstudy",
        "pipeline_tag": "image-classification",
        "tags": ["image-classification", "transfer-learning"],
    }
    return f"---\n{yaml.safe_dump(head, sort_keys=False)}---"


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines) if any(lines) else ""


def _how_good(content: CardContent) -> list[str]:
    tested = content.tested
    if tested is None:
        return ["Not known: no test images were measured."]
    low, high = tested.interval
    name = "balanced accuracy" if tested.objective == BALANCED else "accuracy"
    sentence = (
        f"{name.capitalize()} {_percent(tested.value)} (95 % interval {_percent(low)} to {_percent(high)}) on "
        f"{len(tested.labels)} test images, {int(tested.right.sum())} of them right."
    )
    of_groups = (
        [f"The images are of {tested.num_groups} groups; the interval is for other groups like these."]
        if tested.num_groups
        else ["The interval is for other images like these, and says nothing of images of another kind."]
    )
    return [sentence, *of_groups, *content.test_notes]


def _where_it_fails(content: CardContent, pictures: Sequence[str]) -> list[str]:
    tested = content.tested
    if tested is None:
        return []
    if tested.right.all():
        return ["No test image was wrong."]
    shown = tested.recalls()[:MAX_CLASSES]
    lines = ["| class | found | 95 % interval |", "|---|---|---|"]
    lines += [
        f"| {_plain(name)} | {share.hits} of {share.total} ({_percent(share.value)}) | "
        f"{_percent(share.low)} to {_percent(share.high)} |"
        for name, share in shown
    ]
    if len(tested.classes) > len(shown):
        lines.append(f"\nThe {len(shown)} classes with the least found, of {len(tested.classes)}.")
    lines += ["", "Most confused:", ""]
    lines += [
        f"- {_plain(tested.classes[pair.true])}, taken for {_plain(tested.classes[pair.predicted])}: "
        f"{len(pair.images)} of {pair.total}"
        for pair in tested.confused(MAX_PAIRS)
    ]
    if CONFUSIONS in pictures:
        lines += ["", f"![Images of the most confused classes]({CONFUSIONS})"]
    return lines


def _probabilities(content: CardContent, pictures: Sequence[str]) -> list[str]:
    lines = list(content.calibration)
    if (found := content.reliability) is not None:
        lines += [
            "",
            f"On {found.num_images} {found.split} images:",
            "",
            "| | before | with the temperature |",
            "|---|---|---|",
            f"| expected calibration error | {found.error_before:.3f} | {found.error_after:.3f} |",
            f"| log loss, nats | {found.loss_before:.3f} | {found.loss_after:.3f} |",
        ]
    if RELIABILITY in pictures:
        lines += ["", f"![Share that is right over confidence]({RELIABILITY})"]
    return lines


def _counts(content: CardContent) -> list[str]:
    splits = list(content.counts)
    lines = [f"| class | {' | '.join(splits)} |", f"|---|{'---|' * len(splits)}"]
    for index, name in enumerate(content.classes):
        lines.append(
            f"| {_plain(name)} | {' | '.join(str(content.counts[split][index]) for split in splits)} |"
        )
    return lines


def _settings(settings: Mapping[str, object]) -> Iterator[str]:
    yield from ("```yaml", yaml.safe_dump(dict(settings), sort_keys=True).rstrip(), "```")


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _plain(text: str) -> str:
    """Return a text from outside as a cell of a table or a heading shows it: no markup, no line breaks."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~" else c for c in text)
    return " ".join(escaped.split())
