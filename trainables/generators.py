"""Random streams as counters of (seed, purpose, epoch): nothing draws from a stream that others share.

So a resumed run, a reused process or a range test that ran in between cannot move anybody's numbers.
"""

import hashlib

import torch


def seed_for(seed: int, purpose: str, epoch: int = 0) -> int:
    """Return the seed of one stream: a 63-bit hash of its three coordinates."""
    digest = hashlib.blake2b(f"{seed}/{purpose}/{epoch}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def generator_for(seed: int, purpose: str, epoch: int = 0) -> torch.Generator:
    """Return a fresh CPU generator for one purpose in one epoch."""
    return torch.Generator().manual_seed(seed_for(seed, purpose, epoch))
