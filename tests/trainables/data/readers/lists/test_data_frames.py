"""A data frame as a data set: the same as its file, found by any worker, and known by its content."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from trainables.data import DataSource, parse_source, prepare, saved_list
from trainables.run import train

IMAGES = tuple(f"in/{name}{index}.png" for name in "ab" for index in range(6))


def frame_of(**columns):
    return pd.DataFrame({"path": IMAGES, "label": [name[3] for name in IMAGES], **columns})


def test_a_frame_is_the_data_set_that_its_file_is(write_list, tmp_path, cache):
    path = write_list([], images=IMAGES)
    frame = frame_of()
    frame.to_csv(path, index=False)
    saved = saved_list(frame, root=tmp_path, cache=cache)
    source = DataSource(csv=saved)
    assert prepare(source, cache=cache).key == prepare(DataSource(csv=str(path)), cache=cache).key
    assert parse_source(source.as_mapping(), "data.target") == source
    assert saved_list(frame, root=tmp_path, cache=cache) == saved
    assert saved_list(frame_of(label="x"), root=tmp_path, cache=cache) != saved
    assert [each.suffix for each in Path(saved).parent.iterdir()] == [".parquet"] * 2


def test_a_frame_of_an_analysis_may_have_any_plain_types(write_list, tmp_path, cache):
    write_list([], images=IMAGES)
    mixed = [1, "1", 2, 2, 1, 1, 2, 2, 1, 2, 1, "2"]
    by_path = frame_of(path=[tmp_path / name for name in IMAGES], label=mixed, patient=range(12))
    shuffled = by_path.set_index("patient").sample(frac=1, random_state=0)
    data = prepare(
        DataSource(
            csv=saved_list(shuffled, root="/nowhere", cache=cache), root=str(tmp_path), group="patient"
        ),
        cache=cache,
    )
    assert data.classes == ("1", "2")
    assert sum(map(sum, data.counts.values())) == 12
    assert (
        data.key
        == prepare(
            DataSource(csv=saved_list(by_path, cache=cache), root=str(tmp_path), group="patient"), cache=cache
        ).key
    )


def test_a_run_trains_on_a_list_and_on_a_frame(write_list, tmp_path, cache):
    path = write_list(["path,label", *(f"{name},{name[3]}" for name in IMAGES)], images=IMAGES)
    config = {
        "recipe": "fixed_rate",
        "architecture": "small_resnet",
        "width": 4,
        "epochs": 1,
        "lr": 0.01,
        "seed": 0,
    }
    config |= {"num_threads": 1, "cache": str(cache)}
    losses = [
        [record.train_loss for record in train({**config, "data": str(place)})]
        for place in (path, saved_list(frame_of(), root=tmp_path, cache=cache))
    ]
    assert losses[0] == losses[1] != []


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (pd.Categorical([1, "a"] * 6), ("1", "a")),
        ([[1, "a"], ["a"]] * 6, ("1", "a")),
        ([{1.0, 2.0}, frozenset(("a",))] * 6, ("1", "2", "a")),
    ],
)
def test_labels_of_several_types_are_texts(write_list, read, tmp_path, cache, labels, classes):
    write_list([], images=IMAGES)
    frame = frame_of(label=labels)
    assert read(Path(saved_list(frame, root=tmp_path, cache=cache))).classes == classes


def test_threads_may_save_one_frame_at_once(tmp_path):
    frame = frame_of()
    with ThreadPoolExecutor(8) as threads:
        saved = set(threads.map(lambda _: saved_list(frame, root=tmp_path, cache=tmp_path), range(80)))
    assert [str(path) for path in (tmp_path / "lists").iterdir()] == list(saved)
