"""Start weights that lrstudy trained on a source, put into the plain network."""

from pathlib import Path

import torch
from torch import nn

BODY, HEAD = "body.", "fc."


def load_body(network: nn.Module, file: Path) -> None:
    """Load all but the last layer, which stays as it was drawn.

    Raises:
        ValueError: If the file is another network's.
    """
    state = torch.load(file, weights_only=True, map_location="cpu")["state"]
    body = {name.removeprefix(BODY): value for name, value in state.items() if name.startswith(BODY)}
    missing, unexpected = network.load_state_dict(body, strict=False)
    if unexpected or not all(name.startswith(HEAD) for name in missing):
        raise ValueError(f"{file} is no body of this network: {[*missing, *unexpected]}")
