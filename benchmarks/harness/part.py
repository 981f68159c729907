"""A part of a folder of images: so many of each class, validation no larger than training."""

from pathlib import Path


def part_of(images: Path, folder: Path, *, per_class: int) -> Path:
    """Link the first `per_class` images of every class and split below `folder`, unless they are there; return it."""
    if folder.exists():
        return folder
    for split in ("train", "val", "test"):
        for label in sorted((images / split).iterdir()):
            place = folder / split / label.name
            place.mkdir(parents=True)
            for file in sorted(label.iterdir())[:per_class]:
                (place / file.name).symlink_to(file)
    return folder
