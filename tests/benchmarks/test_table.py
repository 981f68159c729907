"""The table of docs/performance.md is what was measured."""

from benchmarks.measure import REPOSITORY
from benchmarks.table import table


def test_the_table_in_the_docs_is_made_of_the_latest_measurements() -> None:
    assert table() in (REPOSITORY / "docs" / "performance.md").read_text(), (
        "python -m benchmarks.table prints it"
    )
