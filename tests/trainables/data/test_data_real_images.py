import subprocess
import sys
from pathlib import Path

import pytest

from trainables.data import DataError, DataSource, prepare

MATERIALIZE = Path(__file__).resolve().parents[3] / "../shared/data/materialize.py"

pytestmark = pytest.mark.skipif(not MATERIALIZE.exists(), reason="the real images lie beside the repository")


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    root = tmp_path_factory.mktemp("real") / "letters"
    arguments = [sys.executable, str(MATERIALIZE), "emnist02", str(root), "--per-class", "20"]
    subprocess.run(arguments, check=True)
    for path in root.glob("val/*/*.png"):
        if int(path.stem) >= 10:
            path.unlink()
    return str(root)


def test_real_characters_are_prepared(letters, cache):
    data = prepare(DataSource(folder=letters, duplicates="report"), cache=cache)
    assert data.classes == ("0", "F", "N", "V")
    assert (data.image_size, data.channels) == (28, 1)
    assert data.counts == {"train": (20,) * 4, "val": (10,) * 4, "test": (200,) * 4}
    assert not [note for note in data.notes if note.startswith("near")]


def test_equal_characters_in_real_splits_are_refused_by_name(letters, cache):
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=letters), cache=cache)
    assert all("same image in several splits" in text for text in caught.value.problems)
