"""What is dealt: territories that go together as one item, with the reps that may take it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from territories.cutting.assigning.wishes import NOBODY, Wish

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Items:
    """m items for r reps. Those who may take item i are `rep[first[i]:first[i + 1]]`, ascending.

    `cost_m` (c,) is the price of each such pair in metres, `of` (t,) the item of each territory,
    `settled` (m,) the rep whose it is already (NOBODY: open) and `apart` (p, 2) pairs of items.
    """

    first: Ints
    rep: Ints
    cost_m: Floats
    value: Floats
    minutes: Floats
    of: Ints
    settled: Ints
    apart: Ints

    def __len__(self) -> int:
        return len(self.value)

    @property
    def item(self) -> Ints:
        """The item (c,) of each pair."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))


def items_of(wish: Wish) -> Items:
    """The items of a wish. A rep may take an item if every territory of it; O(c log c)."""
    territories, reps = len(wish.value), len(wish.share)
    joined = np.array(wish.together, dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(joined))
    graph = csr_array((ones, (joined[:, 0], joined[:, 1])), shape=(territories, territories))  # type: ignore[no-untyped-call]  # scipy ships no types
    components = connected_components(graph, directed=False)
    count, of = int(components[0]), np.asarray(components[1], dtype=np.int64)
    settled = np.full(count, NOBODY)
    for territory, rep in wish.forced:
        settled[of[territory]] = rep
    pairs = wish.candidates
    keys, group = np.unique(of[pairs.territory] * reps + pairs.rep, return_inverse=True)
    complete = np.bincount(group, minlength=len(keys)) == np.bincount(of)[keys // reps]
    cost = np.bincount(group, wish.cost_m, minlength=len(keys))
    item, rep = np.divmod(keys, reps)
    complete &= (settled[item] == NOBODY) | (settled[item] == rep)
    return Items(
        first=np.searchsorted(item[complete], np.arange(count + 1)),
        rep=rep[complete],
        cost_m=cost[complete],
        value=np.bincount(of, wish.value).astype(np.float64),
        minutes=np.bincount(of, wish.minutes).astype(np.float64),
        of=of,
        settled=settled,
        apart=of[np.array(wish.apart, dtype=np.int64).reshape(-1, 2)],
    )
