"""The answer of a study with many arms: who is better, worse, faster, in sentences and in one table."""

from collections.abc import Callable, Sequence

import pandas as pd

from analysis.comparison import Comparison
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.judging import Verdict
from analysis.statistics.ratio import Ratio
from analysis.tables.table import Table
from analysis.wording import number_format as fmt

MAX_PARAGRAPHS = 4
"""With more arms than this beside the reference, a paragraph for each is too much to read."""

END_WORDS: dict[Verdict, str] = {
    "arm": "better",
    "reference": "worse",
    "same": "the same",
    "identical": "identical",
    "undecided": "not decided",
    "withheld": "withheld",
    "unknown": fmt.MISSING,
}
_TIME_WORDS: dict[Verdict, str] = {"arm": "faster", "reference": "slower", "same": "as fast"}


def has_many_arms(comparison: Comparison) -> bool:
    """Return whether the answer is better given in a table than in a paragraph for each arm."""
    return len({contrast.pairing.arm for contrast in comparison.contrasts}) > MAX_PARAGRAPHS


def overview_sentences(comparison: Comparison) -> tuple[str, ...]:
    """Return which arms' overall winners are better, worse, faster and slower than the reference's."""
    overall = [contrast for contrast in comparison.contrasts if contrast.pairing.architecture is None]
    settings = comparison.data.settings
    measure, reference = f"test {settings.objective_words}", settings.reference
    ends = {
        "better": _arms(overall, _end_is("arm")),
        "worse": _arms(overall, _end_is("reference")),
        f"practically the same (within {fmt.margin(settings.margin)})": _arms(
            overall, _end_is("same", "identical")
        ),
        "not decided yet": _arms(overall, _end_is("undecided")),
        "not decided, with more runs that did not train": _arms(overall, _end_is("withheld")),
        "of which nothing can be said": _arms(overall, _end_is("unknown")),
    }
    times = {
        "faster": _arms(overall, _time_is("arm")),
        "slower": _arms(overall, _time_is("reference")),
        f"as fast (within a factor of {fmt.ratio(settings.time_margin)})": _arms(
            overall, _time_is("same", "identical")
        ),
        "not decided yet": _arms(overall, _time_is("undecided", "withheld")),
        "of which nothing can be said": _arms(overall, _time_is("unknown")),
    }
    ends_asked = fmt.count(max((contrast.num_ends for contrast in overall), default=0))
    times_asked = fmt.count(max((contrast.num_times for contrast in overall), default=0))
    return (
        f"Of {len(overall)} arms against {reference}, by {measure} in the end: {_said(ends)}.",
        f"On the way to {reference}'s final validation level: {_said(times)}.",
        f"Every end is judged as one of {ends_asked} questions, every time as one of {times_asked} (Holm within each).",
    )


def overview_table(comparison: Comparison) -> Table:
    """Return one row for the reference and for every contrast: its end, its time to target, its verdict."""
    settings = comparison.data.settings
    header = (
        "arm",
        "test",
        f"\N{MINUS SIGN} {settings.reference}",
        "p (Holm)",
        "times as fast",
        "verdict",
    )
    reference = (settings.reference, _mean(comparison, settings.reference, None), *[fmt.MISSING] * 4)
    rows = [_row(comparison, contrast) for contrast in comparison.contrasts]
    return Table(header=header, rows=(reference, *rows))


def verdict_words(contrast: Contrast) -> str:
    """Return the verdict on the end, and that on the time where there is one for either arm."""
    end = END_WORDS[contrast.final_result.verdict]
    time = _TIME_WORDS.get(contrast.time_result.verdict)
    return end if time is None else f"{end}, {time}"


def short_ratio(ratio: Ratio | None) -> str:
    """Return a ratio with its interval, in few characters."""
    if ratio is None:
        return fmt.MISSING
    if ratio.low is None or ratio.high is None:
        return fmt.ratio(ratio.value)
    return f"{fmt.ratio(ratio.value)} ({fmt.ratio(ratio.low)} to {fmt.ratio(ratio.high)})"


def _row(comparison: Comparison, contrast: Contrast) -> tuple[str, ...]:
    pairing, estimate = contrast.pairing, contrast.finals.headline
    within = pairing.architecture
    return (
        pairing.arm if within is None else f"{pairing.arm} within {within}",
        _mean(comparison, pairing.arm, within),
        fmt.MISSING
        if estimate is None
        else fmt.plus_minus(estimate.mean, (estimate.low, estimate.high), fmt.difference),
        fmt.bare_p_value(contrast.final_result.adjusted_p),
        short_ratio(None if contrast.level is None else contrast.level.ratio),
        verdict_words(contrast),
    )


def _mean(comparison: Comparison, arm: str, architecture: str | None) -> str:
    """Return the mean of an arm's confirmation with its interval; an overall winner stands for its network."""
    of_arm = comparison.arms[comparison.arms["arm"] == arm]
    wanted = (
        of_arm["architecture"].isna()
        if architecture is None
        else (of_arm["winner_architecture"] == architecture)
    )
    if not wanted.any():
        return fmt.MISSING
    row: pd.Series = of_arm[wanted].iloc[0]
    return fmt.plus_minus(row["test_mean"], (row["test_low"], row["test_high"]), fmt.fraction)


def _arms(contrasts: Sequence[Contrast], chosen: Callable[[Contrast], bool]) -> list[str]:
    return [contrast.pairing.arm for contrast in contrasts if chosen(contrast)]


def _end_is(*verdicts: Verdict) -> Callable[[Contrast], bool]:
    return lambda contrast: contrast.final_result.verdict in verdicts


def _time_is(*verdicts: Verdict) -> Callable[[Contrast], bool]:
    return lambda contrast: contrast.time_result.verdict in verdicts


def _said(answers: dict[str, list[str]]) -> str:
    return "; ".join(f"{len(arms)} {words} ({', '.join(arms)})" for words, arms in answers.items() if arms)
