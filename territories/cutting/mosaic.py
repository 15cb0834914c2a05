"""A plane of labelled points as a mosaic: which points belong together, where the borders run.

Points are joined to triangles (Delaunay). Points of one label that are joined lie in one tile; the
borders run through the middles of the edges that join two labels. So every point is inside the tile
of its label, tiles never overlap, and a tile is in one piece exactly if its points are joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

OUTSIDE = -1
SIDES = np.array([[0, 1], [1, 2], [2, 0]])  # of a triangle, by its corners
OPPOSITE = np.array([[1, 2], [2, 0], [0, 1]])  # the side across from each corner


@dataclass(frozen=True, eq=False)
class Mosaic:
    """m points (m, 2) in metres, in general position, with their triangles."""

    points: Floats
    triangles: Delaunay

    @classmethod
    def of(cls, points: Floats) -> Mosaic:
        """The mosaic of points, no two alike and not all in a line. O(m log m)."""
        return cls(points, Delaunay(points))

    @cached_property
    def edges(self) -> Ints:
        """Each pair (e, 2) of joined points once."""
        first = self.triangles.neighbors < np.arange(len(self.triangles.simplices))[:, None]
        ends: Ints = self.triangles.simplices[:, OPPOSITE][first].astype(np.int64)
        return ends

    @cached_property
    def lengths(self) -> Floats:
        """The metres (e,) of the edges."""
        ends = self.points[self.edges]
        metres: Floats = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
        return metres

    @cached_property
    def rim(self) -> Ints:
        """The points on the outer rim."""
        return np.unique(self.triangles.convex_hull)

    def pieces(self, labels: Ints) -> Ints:
        """The piece (m,) of each point: joined points of one label share theirs. O(m)."""
        same = self.edges[labels[self.edges[:, 0]] == labels[self.edges[:, 1]]]
        found: Ints = connected_components(graph_of(same, np.ones(len(same)), len(labels)))[1]
        return found.astype(np.int64)

    def nearest(self, sources: Ints, through: NDArray[np.bool_]) -> tuple[Floats, Ints, Ints]:
        """From each point the nearest source along edges: metres, the source, the point before it.

        Ways end at sources and lead only `through` (m,) points. inf and the source -1 where there
        is none. O(m log m).
        """
        arcs = np.concatenate([self.edges, self.edges[:, ::-1]])
        lengths = np.concatenate([self.lengths, self.lengths])
        leave = through.copy()
        leave[sources] = True
        open_ = leave[arcs[:, 0]] & through[arcs[:, 1]]
        graph = graph_of(arcs[open_], lengths[open_], len(self.points))
        found = dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)
        metres, before, source = found
        return metres, np.maximum(source, -1).astype(np.int64), before.astype(np.int64)

    def borders(self, labels: Ints) -> tuple[Floats, Ints]:
        """The pieces (b, 2, 2) of the borders, each within one triangle, and the two labels (b, 2).

        Through a triangle of two labels a border runs from middle to middle of the sides that join
        both; in one of three labels the middles of all sides meet at its middle.
        """
        corners = self.triangles.simplices
        middles = self.points[corners[:, SIDES]].sum(axis=2) / 2  # (t, 3, 2)
        ends = labels[corners[:, SIDES]]  # (t, 3, 2)
        mixed = ends[..., 0] != ends[..., 1]
        two, three = mixed.sum(axis=1) == 2, mixed.all(axis=1)
        across = middles[two][mixed[two]].reshape(-1, 2, 2)
        centres = self.points[corners[three]].mean(axis=1)
        spokes = np.stack([middles[three], np.repeat(centres[:, None], 3, axis=1)], axis=2)
        between = [ends[two][mixed[two]][::2], ends[three].reshape(-1, 2)]
        return np.concatenate([across, spokes.reshape(-1, 2, 2)]), np.concatenate(between)


def graph_of(arcs: Ints, lengths: Floats, points: int) -> csr_array:
    """The arcs (a, 2) between points as a sparse matrix of their lengths."""
    ends = (arcs[:, 0], arcs[:, 1])
    return csr_array((lengths, ends), shape=(points, points))  # type: ignore[no-untyped-call]  # scipy ships no types
