"""The network as plain arrays: junctions, the edges between them, their shapes, and barriers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territories.streets.profiles import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StreetArrays:
    """V junctions and E edges; the arrays may be read-only views of a file.

    An edge is a chain of segments between two junctions, all with the same name, kind and access.
    It runs from its western end to its eastern one (from the southern where both are as far west; a
    loop so that its first step is the more western), however the way was drawn. Parallel edges and
    loops (start == end) exist. Edges for walking, cycling and driving stand together: `usable` and
    `edge_seconds` say which count for a profile.

    **Private edges** (`private`) lead to what stands on them and nowhere else. A path may leave its
    first door by private edges and reach its last door by private edges, and uses none in between:
    private* public* private*. With two copies of every node on private edges, one only to leave by
    and one only to arrive by (leaving → public → arriving, and leaving → arriving at each node at
    no cost), a plain Dijkstra finds just those paths.

    **Components**: edges of component 0 are the main one: the greatest length of public walkable
    edges that hang together, and the private ones that touch it. Islands count from 1; edges that
    nobody may walk have -1.

    `edge_name` is an index into `names`, 0 for no name (`names[0] == ""`); `aliases` has other
    names of the same way, separated by ";". The shape of edge e is the points
    `shape_first[e]:shape_first[e + 1]`; `shape_m` is the length from its start to each.

    **Barriers** are lines that nobody crosses except on an edge: motorways, railways, rivers and
    the shores of lakes, drawn like shapes.
    """

    node_lon: Floats  # (V,)
    node_lat: Floats  # (V,)
    edge_start: Ints  # (E,) node
    edge_end: Ints  # (E,) node
    edge_length_m: Floats  # (E,)
    edge_road: Bytes  # (E,) Road
    edge_access: Bytes  # (E,) Access
    edge_marks: Bytes  # (E,) Mark
    edge_name: Ints  # (E,)
    edge_component: Ints  # (E,)
    shape_first: Ints  # (E + 1,)
    shape_lon: Floats  # (P,)
    shape_lat: Floats  # (P,)
    shape_m: Floats  # (P,)
    barrier_kind: Bytes  # (B,) Barrier
    barrier_first: Ints  # (B + 1,)
    barrier_lon: Floats  # (Q,)
    barrier_lat: Floats  # (Q,)
    names: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all edges, in degrees."""
        lon, lat = self.shape_lon, self.shape_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def usable(self, profile: Profile) -> Bools:
        """(E,) whether the profile may use an edge in some direction."""
        forward_s, backward_s = self.edge_seconds(profile)
        return np.isfinite(np.minimum(forward_s, backward_s))

    def private(self, profile: Profile) -> Bools:
        """(E,) whether the profile may use an edge only to reach what stands on it."""
        return (self.edge_access & int(profile.private)) > 0

    def edge_seconds(self, profile: Profile) -> tuple[Floats, Floats]:
        """(E,) seconds from start to end, and from end to start; inf where not allowed."""
        speed = profile.metres_per_s()[self.edge_road]
        with np.errstate(divide="ignore"):
            seconds = np.where(speed > 0, self.edge_length_m / speed, np.inf)
        return (
            np.where(self.edge_access & int(profile.forward), seconds, np.inf),
            np.where(self.edge_access & int(profile.backward), seconds, np.inf),
        )

    def crossing_s(self, profile: Profile) -> Floats:
        """(E,) what getting to the other side of each edge costs; inf where there is no way."""
        return np.asarray(profile.crossing_s, dtype=np.float64)[self.edge_road]

    def shape(self, edge: int) -> NDArray[Any]:
        """(k, 2) lon, lat of an edge from its start to its end."""
        points = slice(self.shape_first[edge], self.shape_first[edge + 1])
        return np.column_stack([self.shape_lon[points], self.shape_lat[points]])

    def places(self, edge: Ints, offset_m: Floats) -> NDArray[Any]:
        """(n, 2) lon, lat of the points that are some way along edges; NaN for edge -1."""
        found = np.full((len(edge), 2), np.nan)
        there = edge >= 0
        edges, which = np.unique(edge[there], return_inverse=True)
        apart_m = self.edge_length_m[edges] + 1.0
        base = np.cumsum(apart_m) - apart_m  # one behind the other, a metre apart
        counts = np.diff(self.shape_first)[edges]
        shift = self.shape_first[edges] - (np.cumsum(counts) - counts)
        point = np.arange(counts.sum()) + np.repeat(shift, counts)
        along = self.shape_m[point] + np.repeat(base, counts)
        wanted = base[which] + np.minimum(offset_m, self.edge_length_m[edge])[there]
        if len(edges):
            for axis, degrees in enumerate((self.shape_lon, self.shape_lat)):
                found[there, axis] = np.interp(wanted, along, degrees[point])
        return found
