"""Print the table of docs/performance.md from `benchmarks/latest.json`: python -m benchmarks.harness.table."""

import json

from benchmarks.__main__ import LATEST
from benchmarks.lines import ALL


def table() -> str:
    """Return a row for every line, in their order; of those that were not measured, too."""
    latest = json.loads(LATEST.read_text())
    rows = [
        "| line | what | against | ratio | lowest ... highest | n | to reach |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in ALL:
        aim = "a result" if line.to_reach is None else f"{line.to_reach:g}"
        found = latest.get(line.name)
        shown = "not measured | |" if found is None else _shown(found)
        rows.append(f"| `{line.name}` | {line.what} | {line.against} | {shown} | {aim} |")
    return "\n".join(rows)


def _shown(found: dict[str, float | None]) -> str:
    low, high = ("-" if found[end] is None else f"{found[end]:.3g}" for end in ("low", "high"))
    return f"{found['ratio']:.4g} | {low} ... {high} | {found['n']}"


if __name__ == "__main__":
    print(table())
