"""What a study says before it starts."""

from collections.abc import Sequence

from rich.console import Console

from analysis.loading.run_metadata import Extension
from study.preparation.prepare import Prepared
from study.results.folder import Results
from study.search.searches import repeats_sentence


def announce(
    prepared: Prepared, results: Results, console: Console, *, extensions: Sequence[Extension] = ()
) -> None:
    """Print what will be run, on what, and where it can be looked at."""
    spec, target = prepared.spec, prepared.target
    images = ", ".join(f"{sum(counts)} {name}" for name, counts in target.counts.items())
    size = f"{target.image_size}x{target.image_size}"
    lines = [
        f"Study {spec.name}: {len(target.classes)} classes, {images} images of {size} px",
        f"Arms {', '.join(arm.name for arm in prepared.arms)}: {spec.budget.trials} trials of "
        f"{spec.budget.epochs} epochs each, then {spec.confirm.seeds} fresh seeds for each winner",
        *([sentence] if (sentence := repeats_sentence(spec)) else []),
        *(_extension(each) for each in extensions),
        f"Networks: {', '.join(prepared.architectures)}",
        f"Results: {results.folder} (log: lrstudy.log)",
        *(f"Note: {note}" for note in (*spec.warnings, *prepared.notes)),
    ]
    console.print("\n".join(lines), highlight=False, soft_wrap=True)


def _extension(extension: Extension) -> str:
    if extension.trials:
        return f"Extended: {extension.trials} more trials an arm, then each winner chosen and confirmed anew"
    return f"Extended: {extension.seeds} more fresh seeds for each winner"
