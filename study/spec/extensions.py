"""Extensions of a study that has ended: what is asked for, and the metadata of the study that goes on with it."""

from dataclasses import replace
from datetime import UTC, datetime

from analysis.loading.run_metadata import Extension, RunMetadata


def extended(metadata: RunMetadata, extension: Extension) -> RunMetadata:
    """Return the metadata of a study that has ended for the driver that extends it; they keep those of before, whole.

    What belongs to its end, and what is fixed before a confirmation, is left out: it comes anew.

    Args:
        metadata: As they were when it had ended.
        extension: What is added.
    """
    return replace(
        metadata,
        winners={},
        target_grid=(),
        looks=() if extension.trials else metadata.looks,
        test_hash=None,
        test_split_uses_before=None,
        splits=(),
        ended=None,
        stopped_early=None,
        before=(*metadata.before, replace(metadata, before=(), extensions=())),
        extensions=(*metadata.extensions, extension),
    )


def asked_now(*, trials: int, seeds: int) -> Extension:
    """Return an extension that is asked for now."""
    return Extension(trials=trials, seeds=seeds, when=datetime.now(UTC).isoformat())
