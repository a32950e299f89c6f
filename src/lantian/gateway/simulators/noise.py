"""Randomness as a pure function of a seed and a place or moment: the same question gets the same answer at any time."""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MASK = 2**64 - 1


@lru_cache(maxsize=65536)
def seed_of(*parts: str | int) -> int:
    """Return a seed of 63 bits for a name.

    >>> seed_of("dust", 7) == seed_of("dust", 7) != seed_of("dust", 8)
    True
    """
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def uniform(seed: int, index: Floats | NDArray[np.int64]) -> Floats:
    """Return a number in [0, 1) for each index (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        state = np.asarray(index, dtype=np.int64).astype(np.uint64) + np.uint64(1)
        state = np.uint64(seed) + state * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    found: Floats = (state >> np.uint64(11)).astype(np.float64) / 2**53
    return found


def one(seed: int, index: int = 0) -> float:
    """Return one number in [0, 1), the same as :func:`uniform` and quicker for a single one.

    >>> one(7, -3) == float(uniform(7, np.array([-3]))[0])
    True
    """
    state = (seed + ((index + 1) & _MASK) * 0x9E3779B97F4A7C15) & _MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((state ^ (state >> 31)) >> 11) / 2**53


def bell(seed: int, index: Floats | NDArray[np.int64]) -> Floats:
    """Return bell-shaped numbers with mean 0, variance 1, within ±3: a sum of three uniform ones."""
    places = np.asarray(index, dtype=np.int64) * 3
    found: Floats = 2 * (uniform(seed, places) + uniform(seed, places + 1) + uniform(seed, places + 2)) - 3
    return found


def smooth(seed: int, times: Floats, step_s: float) -> Floats:
    """Return a series with mean 0 that changes over about ``step_s`` seconds: bells at whole steps, joined smoothly."""
    position = np.asarray(times, dtype=np.float64) / step_s
    before = np.floor(position)
    share = (1 - np.cos(np.pi * (position - before))) / 2
    found: Floats = bell(seed, before) * (1 - share) + bell(seed, before + 1) * share
    return found
