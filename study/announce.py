"""What a study says before it starts."""

from rich.console import Console

from study.prepare import Prepared
from study.results import Results


def announce(prepared: Prepared, results: Results, console: Console) -> None:
    """Print what will be run, on what, and where it can be looked at."""
    spec, target = prepared.spec, prepared.target
    images = ", ".join(f"{sum(counts)} {name}" for name, counts in target.counts.items())
    size = f"{target.image_size}x{target.image_size}"
    lines = [
        f"Study {spec.name}: {len(target.classes)} classes, {images} images of {size} px",
        f"Arms {', '.join(arm.name for arm in prepared.arms)}: {spec.budget.trials} trials of "
        f"{spec.budget.epochs} epochs each, then {spec.confirm.seeds} fresh seeds for each winner",
        f"Networks: {', '.join(prepared.architectures)}",
        f"Results: {results.folder} (log: lrstudy.log)",
        *(f"Note: {note}" for note in (*spec.warnings, *prepared.notes)),
    ]
    console.print("\n".join(lines), highlight=False, soft_wrap=True)
