"""The lines of the table, one file each; `ALL` has them in the table's order."""

from benchmarks.harness.line import Line
from benchmarks.lines import (
    data_only,
    epoch_fastai,
    epoch_folder,
    gpu_94,
    gpu_loader,
    gpu_sharing,
    gpu_step,
    head,
    import_help,
    report,
    step,
    study,
    study_to_accuracy,
    to_target,
    to_target_fastai,
    trial_overhead,
)

ALL: tuple[Line, ...] = (
    *step.LINES,
    *epoch_folder.LINES,
    *epoch_fastai.LINES,
    *data_only.LINES,
    *head.LINES,
    *trial_overhead.LINES,
    *study.LINES,
    *study_to_accuracy.LINES,
    *to_target.LINES,
    *to_target_fastai.LINES,
    *import_help.LINES,
    *report.LINES,
    *gpu_step.LINES,
    *gpu_loader.LINES,
    *gpu_sharing.LINES,
    *gpu_94.LINES,
)
