"""The table of docs/performance.md is what was measured."""

from benchmarks.harness.measure import REPOSITORY
from benchmarks.harness.table import table


def test_the_table_in_the_docs_is_made_of_the_latest_measurements() -> None:
    assert table() in (REPOSITORY / "docs" / "performance.md").read_text(), (
        "python -m benchmarks.harness.table prints it"
    )
