"""Names of networks: ours, and what tells whose library another one is of."""

SMALL_RESNET = "small_resnet"

TIMM = "timm/"
"""What the names of timm's models begin with here."""


def is_timm(architecture: str) -> bool:
    """Return whether a name asks for one of timm's models."""
    return architecture.startswith(TIMM)
