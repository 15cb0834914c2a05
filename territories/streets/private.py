"""Ways that may be used only to reach what stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Bools, Floats


@dataclass(frozen=True, eq=False)
class PrivateArcs:
    """The private arcs among P nodes; `gate` tells which of these are on public ways as well."""

    number: Indices  # (V,) among the P nodes, -1 for the others
    node: Indices  # (P,)
    gate: Bools  # (P,)
    leaving: csr_array  # (P, P)
    arriving: csr_array  # (P, P) the same, every arc the other way round

    @classmethod
    def of(cls, arcs: Arcs, is_public: Bools) -> Self:
        """Private arcs between V nodes of which some are on public ways."""
        node = np.unique(np.concatenate([arcs.tail, arcs.head]))
        number = np.full(len(is_public), -1, dtype=np.int64)
        number[node] = np.arange(len(node))
        inner = Arcs(number[arcs.tail], number[arcs.head], arcs.us)
        ahead, back = inner.matrix(len(node)), inner.reversed().matrix(len(node))
        return cls(number, node, is_public[node], ahead, back)

    def reach(self, starts: Arcs, graph: csr_array, doors: int) -> Floats:
        """(doors, P) the shortest time by private ways, from doors that are joined by `starts`.

        `graph` is `leaving`, or `arriving` for the time to the doors. O(doors · P log P).
        """
        count = graph.shape[0]
        inner = self.number[starts.head]
        kept = (inner >= 0) & np.isfinite(starts.us)
        joined = Arcs(starts.tail[kept] + count, inner[kept], starts.us[kept])
        coo = graph.tocoo()  # type: ignore[no-untyped-call]  # scipy has none
        arcs = Arcs(coo.row.astype(np.int64), coo.col.astype(np.int64), coo.data)
        everything = Arcs.joined(arcs, joined).matrix(count + doors)
        found: Floats = dijkstra(everything, indices=np.arange(count, count + doors))
        return found[:, :count]

    def gates(self, reached: Floats) -> Arcs:
        """From doors 0, 1, … to the nodes at which each gets out to public ways."""
        door, inner = np.nonzero(np.isfinite(reached) & self.gate)
        return Arcs(door, self.node[inner], reached[door, inner])
