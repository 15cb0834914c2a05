"""The nearest few of many places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean

Ints = NDArray[np.int32]


@lean
def find_nearest(there: Ints, back: Ints, own: int, near: Ints) -> None:
    """Fill `near` with the nearest places, by the better of there and back, but for the own one.

    The nearest first, of equals the first. O(n + k² log(n / k)) for k of n places in any order.
    """
    count, farthest = 0, 0
    for place in range(there.size):
        way = min(there[place], back[place])
        if place == own or (count == near.size and way >= farthest):
            continue
        at = min(count, near.size - 1)
        while at > 0 and min(there[near[at - 1]], back[near[at - 1]]) > way:
            near[at] = near[at - 1]
            at -= 1
        near[at] = place
        count = min(count + 1, near.size)
        farthest = min(there[near[count - 1]], back[near[count - 1]])
