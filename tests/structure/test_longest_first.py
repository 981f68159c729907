from pathlib import Path
from types import SimpleNamespace

from tests.support.longest_first import longest_first


def item(path, name, *, slow=False):
    return SimpleNamespace(path=Path(path), name=name, get_closest_marker=lambda marker: slow or None)


def test_studies_come_first_then_files_with_a_slow_test_and_files_stay_whole():
    items = [
        item("tests/analysis/test_a.py", "fast"),
        item("tests/contracts/test_b.py", "fast"),
        item("tests/contracts/test_b.py", "slow", slow=True),
        item("tests/end_to_end/test_c.py", "slow", slow=True),
        item("tests/end_to_end/test_d.py", "fast"),
        item("tests/faults/test_e.py", "slow", slow=True),
        item("tests/study/test_f.py", "fast"),
    ]
    ordered = [each.path.stem for each in longest_first(items)]
    assert ordered == ["test_e", "test_c", "test_b", "test_b", "test_d", "test_a", "test_f"]
