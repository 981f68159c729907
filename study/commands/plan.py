"""`lrstudy plan`: print and draw what a study would run, and what it would cost."""

import argparse
import json
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from study.commands.shared.arguments import add_study_file, picture_argument
from study.results.answer import PROGRAM
from study.spec.study_file import load_spec
from trainables.text import counted

if TYPE_CHECKING:
    from study.preparation.prepare import Prepared
    from study.preview.depth_audit import DepthAudit
    from study.preview.rates import RateTable
    from study.ranges import Searched
    from study.spec.sections import StudySpec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_study_file(parser)
    parser.add_argument(
        "--picture",
        type=picture_argument,
        default=Path("plan.png"),
        help="PNG of the rates to write (default: plan.png)",
    )
    parser.add_argument(
        "--images",
        type=picture_argument,
        default=Path("plan_images.png"),
        help="PNG of what the network will see (default: plan_images.png)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON (docs/json.md)")


def execute(arguments: argparse.Namespace) -> int:
    """Print arms, spaces, rates and cost; write the picture."""
    spec = load_spec(arguments.file, overrides=arguments.overrides, preset=arguments.preset)
    from analysis.report.version import VERSION
    from study.look.short_look import short_look
    from study.preparation.normalisations import normalisation_sentences, normalised_by
    from study.preparation.planning import device_of, threads_per_trial
    from study.preparation.prepare import prepare_study
    from study.preview.contact_sheet import NUM_IMAGES, draw_contact_sheet
    from study.preview.cost import epoch_seconds, num_epochs
    from study.preview.depth_audit import depth_audit
    from study.preview.rates import rate_table
    from study.preview.rates_picture import draw_rates
    from study.tracking.registry import tracker_class
    from trainables.data.views import views

    tracker_class(spec)  # refused before anything is prepared
    prepared = prepare_study(spec)
    tables = tuple(rate_table(arm, prepared) for arm in prepared.arms)
    audits = tuple(depth_audit(name, prepared) for name in prepared.architectures)
    epochs = num_epochs(spec, num_architectures=len(prepared.architectures))
    seconds = {
        name: epoch_seconds(prepared, name, num_threads=threads_per_trial(spec), device=device_of(spec))
        for name in prepared.architectures
    }
    draw_rates(tables, arguments.picture)
    look = short_look(spec.data.target, command=shlex.join(_command("data", arguments)))
    seen = views(spec.data.target, prepared.target, count=NUM_IMAGES)
    if seen:
        draw_contact_sheet(seen, arguments.images, fit=prepared.target.fit)
    if arguments.json:
        total, price = sum(epochs.values()), spec.compare.cost_per_hour
        plan = {
            "version": VERSION,
            "study": spec.name,
            "arms": list(spec.arms),
            "costs": {
                name: {
                    "seconds_one_trial_at_a_time": total * each,
                    "money": None if price is None else total * each / 3600 * price,
                }
                for name, each in seconds.items()
            },
            "next": {"commands": [shlex.join(_command("run", arguments))]},
            "rates": [asdict(t) for t in tables],
            "depth_groups": [asdict(a) for a in audits],
            "searches_of_each_arm": spec.search.repeats,
            "trials_of_each_search": spec.budget.trials,
            "splits_of_the_confirmation": spec.confirm.splits,
            "search_algorithm": spec.search.algorithm,
            "trial_scheduler": spec.search.trial_scheduler,
            "data": list(look),
            "normalisation": {
                "networks": normalised_by(prepared),
                "sentences": list(normalisation_sentences(prepared)),
            },
            "epochs": epochs,
            "epoch_seconds": seconds,
        }
        print(json.dumps(plan, indent=2, default=str))
    else:
        print("\n".join(_lines(prepared, tables, audits, epochs, seconds)))
        print("\n".join(("", *look, "")))
        print(f"Rates drawn in {arguments.picture}")
        if seen:
            print(f"Images, as they are and as the network will see them, drawn in {arguments.images}")
    return 0


def _command(name: str, arguments: argparse.Namespace) -> list[str]:
    """Return a command on what was planned."""
    preset = [] if arguments.preset is None else ["--preset", arguments.preset]
    overrides = [word for each in arguments.overrides for word in ("-s", each)]
    return [PROGRAM, name, arguments.file, *preset, *overrides]


def _lines(
    prepared: "Prepared",
    tables: "tuple[RateTable, ...]",
    audits: "tuple[DepthAudit, ...]",
    epochs: dict[str, int],
    seconds: dict[str, float],
) -> Iterator[str]:
    from study.preparation.normalisations import normalisation_sentences
    from study.preparation.splits import splits_sentence
    from study.search.searches import repeats_sentence, seeds_words
    from study.tuning.progress import clock

    spec, target = prepared.spec, prepared.target
    one, several = ("class", "classes") if target.task == "single_label" else ("label", "labels")
    yield f"Study {spec.name}: {len(target.classes)} {several} of {target.image_size}x{target.image_size} px"
    for split, counts in target.counts.items():
        least, most = min(counts), max(counts)
        spread = f"{least} a {one}" if least == most else f"{least} to {most} a {one}"
        yield f"  {split}: {counted(target.num_images[split], 'image')} ({spread})"
    for sentence in normalisation_sentences(prepared):
        yield f"  {sentence}"
    for note in (*spec.warnings, *prepared.notes):
        yield f"  note: {note}"
    for arm, table in zip(prepared.arms, tables, strict=True):
        yield ""
        yield f"Arm {arm.name} ({arm.recipe})"
        for key, domain in arm.space.items():
            yield f"  searched: {key} in {_domain(domain)}"
        yield from _rate_lines(table)
    for audit in audits:
        yield ""
        yield from _audit_lines(audit)
    yield ""
    if sentence := repeats_sentence(spec):
        yield sentence
    if sentence := splits_sentence(spec, prepared.splits):
        yield sentence
    yield _search_line(spec)
    if spec.confirm.max_seeds:
        yield f"Confirmation: {seeds_words(spec)} for each winner"
    costs = (f"{counted(n, 'epoch')} of {part}" for part, n in epochs.items() if n)
    yield f"Cost, at most: {', '.join(costs)}"
    total = sum(epochs.values())
    for name, each in seconds.items():
        yield f"  with {name}: {each:.2f} s an epoch, {clock(total * each)} of one trial at a time (measured now)"
    yield "  beside that: the start of Ray and of each worker process, and the report"


def _search_line(spec: "StudySpec") -> str:
    """Return what suggests configurations, and what stops their trials early."""
    search, scheduler = spec.search, spec.make_trial_scheduler()
    stops = "every trial runs to its end" if scheduler.never_stops else "search trials may be stopped early"
    return (
        f"Search: {counted(spec.budget.trials, 'trial')} of {counted(spec.budget.epochs, 'epoch')} by "
        f"{search.algorithm}; trial scheduler {search.trial_scheduler}: {stops}"
    )


def _rate_lines(table: "RateTable") -> Iterator[str]:
    """Yield the rates at first steps, equal epochs in one line; of many groups five, stem and head among them."""
    count = len(table.groups)
    shown = list(range(count)) if count <= 6 else [round(i * (count - 1) / 4) for i in range(5)]
    yield f"  {table.unit} of {count} depth groups at each epoch's first step, in the middle of the space:"
    yield "  epochs    phase " + "".join(f"{table.groups[i][-12:]:>13}" for i in shown)
    rows = list(zip(table.phases, table.at_first_steps(), strict=True))
    first = 0
    for epoch, row in enumerate(rows, start=1):
        if epoch < len(rows) and rows[epoch] == row:
            continue
        span = f"{first + 1}" if epoch == first + 1 else f"{first + 1} ... {epoch}"
        yield f"  {span:<9} {row[0]:<6}" + "".join(f"{_rate(row[1][i]):>13}" for i in shown)
        first = epoch
    if len(shown) < count:
        yield f"  all {count} groups at the start of phase {table.phases[-1]}:"
        start = table.at_first_steps()[table.phases.index(table.phases[-1])]
        rates = [f"{name} {_rate(value)}" for name, value in zip(table.groups, start, strict=True)]
        yield from textwrap.wrap(", ".join(rates), width=100, initial_indent="    ", subsequent_indent="    ")
    if table.cycle_ends:
        yield "  a cycle ends with epoch " + ", ".join(str(end) for end in table.cycle_ends)


def _audit_lines(audit: "DepthAudit") -> Iterator[str]:
    """Yield a row a stage: which parameters share a rate under which grouping."""
    counts = ", ".join(f"{count} by {grouping}" for grouping, count in audit.counts.items())
    yield f"Depth groups of {audit.architecture}: {counts}; {audit.num_values:,} parameters, each in one group"
    width = max(len("stage"), *(len(stage.name) for stage in audit.stages))
    yield f"  {'stage':<{width}} {'section':<8} {'blocks':>6} {'tensors':>8} {'parameters':>12} {'no decay':>10}"
    for stage in audit.stages:
        yield (
            f"  {stage.name:<{width}} {stage.section or '-':<8} {stage.num_blocks:>6} {stage.num_tensors:>8} "
            f"{stage.num_values:>12,} {stage.num_without_decay:>10,}"
        )


def _rate(rate: float) -> str:
    return f"{rate:.3g}" if rate else "frozen"


def _domain(domain: "Searched") -> str:
    from study.ranges import Choice

    if isinstance(domain, Choice):
        return ", ".join(map(str, domain.values))
    ends = (str(end) if domain.kind == "int" else f"{end:g}" for end in (domain.low, domain.high))
    return " ... ".join(ends)
