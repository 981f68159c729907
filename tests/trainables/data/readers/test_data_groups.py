import pytest

from trainables.data import DataError, DataSource, prepare


def _with_patients(root, *, per_patient):
    """Rename images so that `per_patient` neighbours in a class belong to one patient."""
    for folder in {path.parent for path in root.rglob("*.png")}:
        for index, path in enumerate(sorted(folder.glob("*.png"))):
            path.rename(folder / f"{folder.name}{index // per_patient:02d}_{index}.png")
    return root


def test_a_pattern_keeps_patients_in_one_split(make_folder, cache):
    root = _with_patients(make_folder({"cat": 30, "dog": 30}), per_patient=3)
    data = prepare(DataSource(folder=str(root), group=r"(\w+\d\d)_"), cache=cache)
    patients = {
        split: {name.split("/")[1].split("_")[0] for name in data.split(split).ids} for split in data.counts
    }
    assert sum(map(len, patients.values())) == 20
    assert len(set.union(*patients.values())) == 20
    assert data.counts == {"train": (18, 18), "val": (6, 6), "test": (6, 6)}


def test_every_image_keeps_its_group_with_its_split(make_folder, cache):
    root = _with_patients(make_folder({"cat": 30, "dog": 30}), per_patient=3)
    data = prepare(DataSource(folder=str(root), group=r"(\w+\d\d)_"), cache=cache)
    for name in data.counts:
        split = data.split(name)
        assert split.groups == tuple(image.split("/")[1].split("_")[0] for image in split.ids)


def test_a_small_sample_is_of_few_patients_and_lies_in_the_larger_ones(make_folder, cache):
    root = _with_patients(make_folder({"cat": 30, "dog": 30}), per_patient=3)
    samples = [
        prepare(DataSource(folder=str(root), group=r"(\w+\d\d)_", train_per_class=num), cache=cache)
        for num in (4, 7, 12)
    ]
    ids = [set(data.split("train").ids) for data in samples]
    assert ids[0] < ids[1] < ids[2]
    # 4 images are a patient and one image of a second one, in each of two classes; 7 are two and one of a third
    assert [len({name.split("_")[0] for name in each}) for each in ids] == [4, 6, 8]
    assert len({data.split_hashes["test"] for data in samples}) == 1
    assert len({data.split_hashes["val"] for data in samples}) == 1


def test_images_without_a_setting_stand_alone_but_equal_ones_together(make_folder, cache):
    root = make_folder({"cat": 10, "dog": 10})
    (root / "cat" / "again.png").write_bytes((root / "cat" / "000.png").read_bytes())
    data = prepare(DataSource(folder=str(root)), cache=cache)
    groups = {
        image: group
        for name in data.counts
        for image, group in zip(data.split(name).ids, data.split(name).groups, strict=True)
    }
    assert {image for image, group in groups.items() if group is not None} == {"cat/000.png", "cat/again.png"}
    assert groups["cat/000.png"] == groups["cat/again.png"]


def test_a_data_set_of_before_groups_were_stored_is_not_read_as_one_of_today(make_folder, cache, monkeypatch):
    root = make_folder({"cat": 6, "dog": 6})
    before = prepare(DataSource(folder=str(root)), cache=cache)
    (before.path / "test.groups.json").unlink()
    again = prepare(DataSource(folder=str(root)), cache=cache)
    assert again.split("test").groups == (None,) * len(again.split("test").ids)


def test_a_csv_column_gives_the_groups(make_folder, cache):
    root = make_folder({"cat": 6, "dog": 6})
    rows = [f"{name}/{i:03d}.png,{'AB'[i % 2]}{name},{i // 2}" for name in ("cat", "dog") for i in range(6)]
    (root / "groups.csv").write_text("\n".join(["file,owner,litter", *rows]))
    data = prepare(DataSource(folder=str(root), group="groups.csv:litter"), cache=cache)
    litter = {split: {int(name[4:7]) // 2 for name in data.split(split).ids} for split in data.counts}
    assert sorted(map(len, litter.values())) == [1, 1, 1]
    assert set.union(*litter.values()) == {0, 1, 2}


def test_images_without_a_group_and_bad_csv_files_are_named(make_folder, cache):
    root = make_folder({"cat": 5, "dog": 5})
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), group=r"dog/(\d+)"), cache=cache)
    assert [text for text in caught.value.problems if "without a group" in text] == [
        f"without a group (group = 'dog/(\\\\d+)'): cat/{i:03d}.png" for i in range(5)
    ]
    with pytest.raises(DataError, match=r"groups.csv does not exist"):
        prepare(DataSource(folder=str(root), group="groups.csv:patient"), cache=cache)
    (root / "groups.csv").write_text("path,patient\n")
    with pytest.raises(DataError, match="has no column file; it has path, patient"):
        prepare(DataSource(folder=str(root), group="groups.csv:patient"), cache=cache)


def test_a_group_that_spans_given_splits_is_refused(make_folder, cache):
    root = make_folder(
        {f"{split}/{name}": 2 for split in ("train", "val", "test") for name in ("cat", "dog")}
    )
    (root / "train" / "cat" / "000.png").rename(root / "train" / "cat" / "p7_a.png")
    (root / "test" / "dog" / "000.png").rename(root / "test" / "dog" / "p7_b.png")
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), group=r"(p7|\w+/\w+/\d+)"), cache=cache)
    assert caught.value.problems == ("group in several splits: 'p7' in train, test",)


def test_a_class_with_too_few_groups_is_named(make_folder, cache):
    root = _with_patients(make_folder({"cat": 10, "dog": 10}), per_patient=5)
    with pytest.raises(DataError) as caught:
        prepare(DataSource(folder=str(root), group=r"(\w+\d\d)_"), cache=cache)
    assert len(caught.value.problems) == 2
    assert all("10 images in too few groups" in text for text in caught.value.problems)
