"""Directed arcs between numbered nodes, in whole microseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from territories.streets.arrays import Bools, Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arcs:
    """k arcs: from `tail` to `head` in `us` microseconds, whole numbers or inf.

    Whole numbers in float64 add up exactly in any order up to 285 years, so that a path is as long
    as its parts and the triangle inequality does not depend on rounding.
    """

    tail: Indices  # (k,)
    head: Indices  # (k,)
    us: Floats  # (k,)

    def __len__(self) -> int:
        return len(self.tail)

    def __getitem__(self, chosen: Any) -> Self:
        return type(self)(self.tail[chosen], self.head[chosen], self.us[chosen])

    @classmethod
    def joined(cls, *parts: Arcs) -> Self:
        """All arcs of some sets."""
        return cls(
            np.concatenate([part.tail for part in parts]),
            np.concatenate([part.head for part in parts]),
            np.concatenate([part.us for part in parts]),
        )

    def reversed(self) -> Self:
        """Every arc the other way round."""
        return type(self)(self.head, self.tail, self.us)

    def shortest(self) -> Self:
        """One arc for each pair of nodes, the shortest, sorted by tail and head. O(k log k)."""
        order = np.lexsort((self.us, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return self[order[first]]

    def within(self, chosen: Bools) -> Self:
        """The arcs with both ends among the chosen nodes, which are numbered anew in order."""
        kept = self[chosen[self.tail] & chosen[self.head]]
        number = np.cumsum(chosen) - 1
        return type(self)(number[kept.tail], number[kept.head], kept.us)

    def matrix(self, nodes: int) -> csr_array:
        """(nodes, nodes) sparse matrix for scipy's shortest paths."""
        kept = self[np.isfinite(self.us)].shortest()
        first = np.searchsorted(kept.tail, np.arange(nodes + 1))
        return csr_array(  # type: ignore[no-untyped-call]  # scipy has none
            (kept.us, kept.head.astype(np.int32), first.astype(np.int32)), shape=(nodes, nodes)
        )
