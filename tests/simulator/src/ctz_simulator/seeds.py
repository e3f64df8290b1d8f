"""Deterministic identifiers and random streams: the same words always give the same id and the same numbers."""

import hashlib
import random

import numpy as np


def hex_id(*words: object) -> str:
    """An entity id as Peloton writes it: 32 lower-case hex characters, the same for the same words."""
    return hashlib.md5(":".join(map(str, words)).encode(), usedforsecurity=False).hexdigest()


def number(*words: object) -> int:
    """A 63-bit seed derived from the words."""
    return int(hex_id(*words)[:16], 16) >> 1


def plain_random(*words: object) -> random.Random:
    """A standard-library random stream for the words."""
    return random.Random(number(*words))


def array_random(seed: int) -> np.random.Generator:
    """A numpy random stream for the seed."""
    return np.random.Generator(np.random.PCG64(seed))
