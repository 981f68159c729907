"""Which figures a report has, and what each is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.confusion import confusion_table, draw_confusion, winning_arm
from analysis.figures.curve_panels import draw_curve_panels
from analysis.figures.curves import curve_table, draw_curves
from analysis.figures.finals import draw_finals
from analysis.figures.ledger import draw_ledger
from analysis.figures.rates import draw_rates, rates_table
from analysis.figures.recalls import MAX_CLASSES, draw_recalls, shown_recalls
from analysis.figures.search import draw_search
from analysis.figures.speed_up import draw_speed_up, speed_up_table
from analysis.figures.style import are_distinct, arm_colours
from analysis.loading.study import Study


@dataclass(frozen=True, kw_only=True)
class NamedFigure:
    """A figure of the report.

    Attributes:
        name: Its file's name, without the ending.
        title: Above it.
        caption: What is to be seen, and how it is drawn.
        figure: The drawing.
    """

    name: str
    title: str
    caption: str
    figure: Figure


def draw_figures(study: Study, comparison: Comparison) -> tuple[NamedFigure, ...]:
    """Draw every figure that the study has the numbers for."""
    settings = comparison.evidence.settings
    colours = arm_colours(settings.arms, reference=settings.reference)
    drawn = [draw(study, comparison, colours) for draw in _DRAWERS]
    return tuple(figure for figure in drawn if figure is not None)


def _curves(study: Study, comparison: Comparison, colours: Mapping[str, str]) -> NamedFigure | None:
    curves = curve_table(study)
    if curves.empty:
        return None
    draw = draw_curves if are_distinct(colours) else draw_curve_panels
    return NamedFigure(
        name="learning_curves",
        title="Learning curves of the confirmation",
        caption="Validation objective at the end of every epoch against what the run cost. Thin: one seed. "
        "Thick: mean over the seeds that finished, as far as all of them went. Dots: cycle ends. Dashed: the "
        "reference's mean final value." + ("" if draw is draw_curves else " Grey: the reference's mean."),
        figure=draw(curves, comparison=comparison, colours=colours),
    )


def _finals(_: Study, comparison: Comparison, colours: Mapping[str, str]) -> NamedFigure | None:
    if not comparison.arms["test_mean"].notna().any():
        return None
    return NamedFigure(
        name="final_test",
        title="What the runs end with",
        caption="Test objective, measured once. Dots: seeds"
        + (", joined where they share one" if are_distinct(colours) else "")
        + ". Diamonds: the arm's mean, from three seeds on with its t interval over seeds; arms are compared by the "
        "paired differences in the table, not by the overlap of these intervals.",
        figure=draw_finals(comparison, colours=colours),
    )


def _speed_up(_: Study, comparison: Comparison, colours: Mapping[str, str]) -> NamedFigure | None:
    table = speed_up_table(comparison)
    if table.empty:
        return None
    return NamedFigure(
        name="speed_up",
        title="How much sooner each accuracy is reached",
        caption="Ratio of restricted times to accuracies that were fixed before the confirmation; above 1"
        " the arm is faster. Lines: intervals over pairs, not adjusted for the number of "
        "accuracies. A run that does not reach counts with its end. "
        "Accuracies that neither arm's half reached are left out.",
        figure=draw_speed_up(table, reference=comparison.evidence.settings.reference, colours=colours),
    )


def _search(_: Study, comparison: Comparison, colours: Mapping[str, str]) -> NamedFigure | None:
    trials = comparison.trials
    if not ((trials["stage"] == "search") & (trials["lr"] > 0)).any():
        return None
    return NamedFigure(
        name="search",
        title="What the search tried",
        caption="Search results on the validation split: the best of many looks better than it is. "
        "Crosses: diverged, out of memory or failed. Hollow: stopped before the end.",
        figure=draw_search(trials, objective=comparison.evidence.settings.objective, colours=colours),
    )


def _rates(study: Study, comparison: Comparison, _: Mapping[str, str]) -> NamedFigure | None:
    table = rates_table(study)
    if not table["rate"].notna().any():
        return None
    return NamedFigure(
        name="rates",
        title="The rates that the winners trained with",
        caption="One line a depth group, from the stem (dark) to the head (light), at each epoch's first "
        "step; a frozen group has no line. One seed of each arm's winner.",
        figure=draw_rates(table, arms=comparison.evidence.settings.arms),
    )


def _ledger(_: Study, comparison: Comparison, __: Mapping[str, str]) -> NamedFigure | None:
    if comparison.ledger.empty:
        return None
    return NamedFigure(
        name="ledger",
        title="Where the time went",
        caption="Colours are what a run's cost is made of; grey is not counted in it.",
        figure=draw_ledger(comparison.ledger),
    )


def _confusion(study: Study, comparison: Comparison, _: Mapping[str, str]) -> NamedFigure | None:
    arm = winning_arm(comparison)
    classes = comparison.evidence.facts.classes
    known = study.predictions
    if arm is None or not classes or not ((known["arm"] == arm) & known["overall"].astype(bool)).any():
        return None
    return NamedFigure(
        name="confusion",
        title=f"What {arm} confuses",
        caption="Test images of all its confirmation runs together. The arm is the one with the best mean"
        " final validation objective.",
        figure=draw_confusion(confusion_table(known, arm=arm, num_classes=len(classes)), classes=classes),
    )


def _recalls(_: Study, comparison: Comparison, colours: Mapping[str, str]) -> NamedFigure | None:
    shown = shown_recalls(comparison.recalls)
    if shown.empty:
        return None
    left_out = comparison.recalls["class_index"].nunique() > MAX_CLASSES
    return NamedFigure(
        name="recalls",
        title="How well each class is found",
        caption="Recall on the test split. Dots: mean over seeds. Lines: from the lowest seed to the highest. Grey: "
        "the reference."
        + (f" The {MAX_CLASSES} classes that are found worst on average." if left_out else ""),
        figure=draw_recalls(shown, reference=comparison.evidence.settings.reference, colours=colours),
    )


_DRAWERS: tuple[Callable[[Study, Comparison, Mapping[str, str]], NamedFigure | None], ...] = (
    _curves,
    _finals,
    _speed_up,
    _search,
    _rates,
    _ledger,
    _recalls,
    _confusion,
)
