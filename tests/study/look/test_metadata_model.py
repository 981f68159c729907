"""What metadata tell of the class: leaks that were put in, and none."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from study.look.measured_image import measure
from study.look.metadata_model import LabelledImages, _balanced_accuracy, metadata_scores
from tests.support.sets.photographs import photograph, write
from trainables.data.decoding.decode import Reading
from trainables.data.decoding.opening import open_file
from trainables.data.sources.pool import RawImage

NUM = 20


def labelled(folder, save, *, splits=None):
    """Twenty images of each of two classes, saved by `save(image, path, label)`, each a unit of its own."""
    images = []
    for number in range(2 * NUM):
        path = folder / f"{number}.jpg"
        save(photograph(number, size=(48, 48)), path, number % 2)
        raw = RawImage(
            id=str(number), open=lambda path=path: open_file(path), content=str(number), label=number % 2
        )
        images.append(measure(raw, reading=Reading()))
    return LabelledImages(
        images=images, labels=[number % 2 for number in range(2 * NUM)], splits=splits, units=range(2 * NUM)
    )


def leaks(found):
    return {score.name for score in metadata_scores(found) if score.leaks}


def test_images_that_were_saved_alike_leak_nothing(tmp_path):
    found = labelled(tmp_path, lambda image, path, label: write(image, path, quality=80))
    scores = metadata_scores(found)
    assert {score.name for score in scores} == {"file size", "border colours"}  # all else is the same
    assert [score for score in scores if score.leaks] == []
    assert all(score.low < 0.5 < score.high for score in scores)


def test_a_class_that_was_saved_at_another_quality_leaks_by_that(tmp_path):
    found = labelled(tmp_path, lambda image, path, label: write(image, path, quality=(80, 92)[label]))
    assert "file type and compression" in leaks(found)
    best = metadata_scores(found)[0]
    assert (best.accuracy, best.low, best.high, best.chance) == (1.0, 1.0, 1.0, 0.5)


def test_a_class_with_a_white_border_leaks_by_it(tmp_path):
    def save(image, path, label):
        if label:
            framed = np.full((56, 56, 3), 255, dtype=np.uint8)
            framed[4:-4, 4:-4] = np.asarray(image)
            image = Image.fromarray(framed).resize((48, 48))
        write(image, path, quality=80)

    assert "border colours" in leaks(labelled(tmp_path, save))


def test_a_camera_and_a_date_leak(tmp_path):
    def save(image, path, label):
        exif = image.getexif()
        exif[0x010F], exif[0x0110] = "Maker", ("One", "Two")[label]
        exif[0x0132] = ("2025:03:01 10:00:00", "2026:07:05 10:00:00")[label]
        write(image, path, quality=80, exif=exif)

    assert leaks(labelled(tmp_path, save)) == {"camera", "date"}


def test_a_date_of_digits_that_are_no_numbers_is_none(tmp_path):
    found = labelled(tmp_path, lambda image, path, label: write(image, path, quality=80))
    odd = [replace(image, marks=replace(image.marks, taken="\u00b2" * 8)) for image in found.images]
    assert "date" not in {score.name for score in metadata_scores(replace(found, images=odd))}


def test_where_splits_are_given_each_is_predicted_from_the_others(tmp_path):
    # Sizes that tell the class within each split, and the other way round in the other: of no use from split to split.
    splits = ["train" if number < NUM else "test" for number in range(2 * NUM)]

    def save(image, path, label):
        large = label == (int(path.stem) < NUM)
        write(image.resize((60, 60)) if large else image, path, quality=80)

    scores = {score.name: score for score in metadata_scores(labelled(tmp_path, save, splits=splits))}
    assert scores["width, height and shape"].accuracy == 0.0
    scores = {score.name: score for score in metadata_scores(labelled(tmp_path, save))}
    assert scores["width, height and shape"].accuracy == pytest.approx(0.5, abs=0.2)


def test_balanced_accuracy_counts_classes_alike_and_draws_whole_units():
    labels = np.array([0] * 8 + [1] * 2)
    right = np.array([True] * 8 + [False, True])
    accuracy, low, high = _balanced_accuracy(right, labels, np.arange(10))
    assert accuracy == pytest.approx(0.75)
    assert low < 0.75 < high
    alone = _balanced_accuracy(right, labels, np.array([0] * 8 + [1] * 2))
    assert alone[1:] != (low, high)
