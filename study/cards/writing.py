"""Writing a card and its pictures beside a model."""

from pathlib import Path

import numpy as np

from study.cards.card import CONFUSIONS, RELIABILITY, CardContent, card_text
from study.cards.confusions_picture import draw_confusions
from study.cards.reliability import draw_reliability
from study.results.folder import write_whole

CARD = "README.md"


def write_card(folder: Path, content: CardContent, *, test_images: np.ndarray | None) -> Path:
    """Write `README.md` and its pictures into a model's folder, and return the card's path.

    Args:
        folder: Of the model.
        content: What the card says.
        test_images: The test images as the network sees them, uint8 (I, H, W, C); None draws no confusions.
    """
    pictures = []
    tested = content.tested
    if tested is not None and test_images is not None and not tested.right.all():
        draw_confusions(tested, test_images, folder / CONFUSIONS)
        pictures.append(CONFUSIONS)
    if content.reliability is not None:
        draw_reliability(content.reliability, folder / RELIABILITY)
        pictures.append(RELIABILITY)
    card = folder / CARD
    write_whole(card, card_text(content, pictures=pictures))
    return card
