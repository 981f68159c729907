"""The code in a model's folder: a copy of ours under a name of its own."""

from pathlib import Path

import pytest

import study.models.shipped_code
import trainables.data.preprocessing
from study.models.shipped_code import renamed, ship_code


def test_imports_of_ours_are_taken_from_below_the_package() -> None:
    source = (
        "from trainables.text import x\nfrom study.a import b\nimport os\ndef f():\n    from study.c import d"
    )
    assert renamed(source, "p").splitlines() == [
        "from p.trainables.text import x", "from p.study.a import b", "import os", "def f():",
        "    from p.study.c import d",
    ]  # fmt: skip


def test_it_is_ours_to_the_letter_and_another_version_has_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = ship_code(tmp_path / "a")
    package, _, entry = loader.partition(".")
    assert entry == "study.models.served"
    copied = (tmp_path / "a" / package / "trainables" / "data" / "preprocessing.py").read_text()
    ours = Path(trainables.data.preprocessing.__file__).read_text()
    assert copied.replace(f"from {package}.", "from ") == ours
    assert f"from {package}.trainables.data.decoding.decode import" in copied
    source = study.models.shipped_code._source
    monkeypatch.setattr(
        "study.models.shipped_code._source",
        lambda module: source(module) + ("# changed" if module == "trainables.text" else ""),
    )
    assert ship_code(tmp_path / "b").partition(".")[0] != package
