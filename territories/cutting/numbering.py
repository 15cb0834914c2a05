"""Numbering groups from 0 without sorting: values are small, and there are many of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def numbered(values: Ints) -> Ints:
    """The values (n,), none negative, as numbers from 0 on in their order. O(n + largest)."""
    there = np.zeros(int(values.max(initial=-1)) + 1, dtype=np.bool_)
    there[values] = True
    return (np.cumsum(there) - 1)[values]


def firsts(values: Ints) -> Ints:
    """Where each value, none negative, stands first, in the values' order. O(n + largest)."""
    place = np.full(int(values.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[values[::-1]] = np.arange(len(values))[::-1]  # of equal ones the last is kept
    return place[place >= 0]


def is_mixed(groups: Ints, values: Ints) -> NDArray[np.bool_]:
    """Whether each of n is in a group whose values are not all the same. O(n)."""
    one = np.zeros(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    one[groups] = values
    mixed = np.zeros(len(one), dtype=np.bool_)
    mixed[groups[values != one[groups]]] = True
    return mixed[groups]
