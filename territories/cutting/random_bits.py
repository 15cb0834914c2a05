"""Random numbers for compiled code: the state is one uint64 in an array, never a global.

SplitMix64: Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators,
doi:10.1145/2660193.2660195.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.compiled import compiled

Bits = NDArray[np.uint64]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_MIX = np.uint64(0xBF58476D1CE4E5B9)
SECOND_MIX = np.uint64(0x94D049BB133111EB)
UNIT = 1.0 / 9007199254740992.0  # 2**-53


def random_bits(seed: int) -> Bits:
    """The state for a seed."""
    return np.array([seed % 2**64], dtype=np.uint64)


@compiled
def uniform(bits: Bits) -> float:
    """A number from 0 to below 1."""
    bits[0] += GOLDEN
    z = bits[0]
    z = (z ^ (z >> np.uint64(30))) * FIRST_MIX
    z = (z ^ (z >> np.uint64(27))) * SECOND_MIX
    return float((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * UNIT
