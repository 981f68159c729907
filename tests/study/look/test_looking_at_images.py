"""A look at folders that are spoilt in known ways, and at one that is sound."""

import pytest

import study.look.measured_set
from study.look.concerns import concerns, sentences, verdict
from study.look.looking import look_at
from study.look.short_look import short_look
from tests.support.sets.photographs import photograph, sound_folder, spoilt_folder, write
from trainables.data import DataError, DataSource


def source_of(folder, **settings):
    return DataSource(folder=str(folder), image_size=32, **settings)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spoilt")
    return look_at(source_of(spoilt_folder(folder / "images")), cache=folder / "cache").look


def test_nothing_is_found_in_a_sound_folder(tmp_path):
    look = look_at(source_of(sound_folder(tmp_path / "images")), cache=tmp_path / "cache").look
    assert concerns(look) == ()
    assert verdict(look) == "Nothing found in 72 images of 2 classes that would spoil a study."
    assert look.counts == {"train": (12, 12), "val": (12, 12), "test": (12, 12)}
    assert (look.widths.most, look.heights.most, look.types) == (96, 72, {"PNG": 72})


def test_every_picture_that_repeats_is_found_with_what_was_done_to_it(spoilt):
    found = {
        (frozenset((pair.first.id, pair.second.id)), pair.equal, pair.across, pair.conflicting, pair.how)
        for pair in spoilt.pairs
    }
    assert found == {
        (frozenset(("train/cat/000.png", "val/cat/again.png")), True, True, False, ""),
        (frozenset(("train/cat/001.png", "test/cat/mirrored.jpg")), False, True, False, "mirrored"),
        (frozenset(("train/cat/002.png", "test/cat/cropped.png")), False, True, False, "76% of the area"),
        (frozenset(("train/cat/003.png", "train/dog/wrong_label.png")), False, False, True, "turned by 90°"),
    }


def test_what_is_broken_or_unusual_is_named_and_not_fatal(spoilt):
    assert [each.id for each in spoilt.unreadable] == ["train/cat/broken.png"]
    named = {kind: [image.id for image in images] for kind, images in spoilt.unusual.items()}
    assert named == {
        "blank": ["train/dog/blank.png"],
        "dark": ["train/cat/dark.png"],
        "blurred": ["train/cat/blurred.png"],
    }


def test_the_worst_comes_first_and_a_plan_has_five_lines(spoilt):
    keys = [concern.key for concern in concerns(spoilt)]
    assert keys == ["unreadable", "across", "conflicts", "unusual", "unusual", "unusual", "within"]
    lines = sentences(spoilt, command="lrstudy data my.yaml")
    assert len(lines) == 5
    assert lines[0] == "7 things to see to in 79 images of 2 classes before a study."
    assert lines[2].startswith("- 3 pairs of images in different splits show the same picture, 1 equal")
    assert lines[4] == "lrstudy data my.yaml: 4 more, and pictures"


def test_a_look_is_taken_once_and_again_when_an_image_changes(tmp_path, monkeypatch):
    folder, cache = sound_folder(tmp_path / "images", num=6), tmp_path / "cache"
    asked = source_of(folder)
    first = look_at(asked, cache=cache).look
    measured = []
    measure = study.look.measured_set.measure
    monkeypatch.setattr(
        study.look.measured_set, "measure", lambda raw, **how: measured.append(raw.id) or measure(raw, **how)
    )
    assert look_at(asked, cache=cache).look == first
    assert measured == []
    write(photograph(77), folder / "train" / "cat" / "000.png")
    assert look_at(asked, cache=cache).look != first
    assert len(measured) == 36


def test_a_plan_takes_no_look_at_very_many_images(tmp_path, monkeypatch):
    folder, cache = sound_folder(tmp_path / "images", num=4), tmp_path / "cache"
    monkeypatch.setattr("study.look.short_look.MOST_IMAGES", 23)
    told = short_look(source_of(folder), command="lrstudy data my.yaml", cache=cache)
    assert told == ("The images were not looked at, being over 23; lrstudy data my.yaml does",)
    look_at(source_of(folder), cache=cache)
    told = short_look(source_of(folder), command="lrstudy data my.yaml", cache=cache)
    assert told[0].startswith("1 thing to see to")  # classes of four training images


def test_a_class_that_a_split_lacks_is_named(tmp_path):
    folder = sound_folder(tmp_path / "images")
    for file in (folder / "val" / "dog").iterdir():
        file.unlink()
    look = look_at(source_of(folder), cache=tmp_path / "cache").look
    assert look.missing == {"val": ("dog",)}
    assert look.refused == ()
    assert concerns(look)[0].says == "1 class has no val image: dog."


def test_splits_are_as_a_study_cuts_them(tmp_path):
    for label in ("cat", "dog"):
        for index in range(20):
            write(photograph(index + 50 * (label == "dog")), tmp_path / "images" / label / f"{index}.png")
    look = look_at(source_of(tmp_path / "images"), cache=tmp_path / "cache").look
    assert not look.splits_given
    assert look.counts == {"train": (12, 12), "val": (4, 4), "test": (4, 4)}


def test_a_folder_without_images_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "cat").mkdir()
    with pytest.raises(DataError, match="is empty"):
        look_at(source_of(tmp_path), cache=tmp_path / "cache")
