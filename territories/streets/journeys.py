"""The network as one kind of traveller sees it, and doors as points on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Bools, Floats, StreetArrays
from territories.streets.pavements import Pavements, StreetEdges, pavements
from territories.streets.private import PrivateArcs
from territories.streets.profiles import WALKING_KMH, Profile
from territories.streets.roads import Road
from territories.streets.shortcuts import Contraction, contract
from territories.streets.snaps import Snaps
from territories.streets.sphere import EARTH_RADIUS_M

US = 1e6  # microseconds in a second


@dataclass(frozen=True, eq=False)
class Journeys:
    """What a profile may do on V nodes and E edges; whole microseconds, inf where barred.

    `half_us` is half of the crossing of an edge: what it takes from either side to its middle,
    where all the other ways begin. Where nobody crosses (`is_divided`), middle and sides meet at
    the junctions, and there only. `component` tells which nodes hang together by public edges.
    `east_m` and `north_m` place the nodes on a flat map that shows no distance longer than it is.
    """

    edges: StreetEdges
    pavements: Pavements
    half_us: Floats  # (E,)
    is_divided: Bools  # (E,)
    component: Indices  # (V,)
    east_m: Floats  # (V,)
    north_m: Floats  # (V,)
    setback_us_per_m: float

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.component)

    def arcs(self, chosen: Bools) -> Arcs:
        """The arcs of some edges, in both directions where both are allowed."""
        start, end = self.edges.start[chosen], self.edges.end[chosen]
        both = Arcs(
            np.concatenate([start, end]).astype(np.int64),
            np.concatenate([end, start]).astype(np.int64),
            np.concatenate([self.edges.forward_us[chosen], self.edges.backward_us[chosen]]),
        )
        return both[np.isfinite(both.us)]

    def public_arcs(self) -> Arcs:
        """The arcs that everybody may pass through."""
        return self.arcs(self.edges.usable() & ~self.edges.is_private)

    def standing(self, snaps: Snaps) -> Indices:
        """The doors that stand on edges which the traveller may use at all."""
        return np.flatnonzero(snaps.is_snapped & self.edges.usable()[snaps.edge])

    @cached_property
    def private(self) -> PrivateArcs:
        """The arcs that lead to what stands on them, and nowhere else."""
        arcs = self.arcs(self.edges.usable() & self.edges.is_private)
        is_public = np.zeros(self.nodes, dtype=np.bool_)
        public = self.public_arcs()
        is_public[public.tail] = is_public[public.head] = True
        return PrivateArcs.of(arcs, is_public)

    def layered_arcs(self) -> Arcs:
        """All arcs, so that every path among them is private, then public, then private.

        Node v is v on public ways, V + v on private ones after the first door, 2V + v on private
        ones before the last.
        """
        inner = self.arcs(self.edges.usable() & self.edges.is_private)
        node = np.unique(np.concatenate([inner.tail, inner.head]))
        out, into, none = self.nodes, 2 * self.nodes, np.zeros(len(node))
        return Arcs.joined(
            self.public_arcs(),
            Arcs(inner.tail + out, inner.head + out, inner.us),
            Arcs(inner.tail + into, inner.head + into, inner.us),
            Arcs(node + out, node, none),
            Arcs(node, node + into, none),
        )

    @cached_property
    def layered(self) -> csr_array:
        """(3V, 3V) the same as a matrix."""
        return self.layered_arcs().matrix(3 * self.nodes)

    def fastest_edge(self, tail: int, head: int, *, is_private: bool) -> int:
        """The edge that leads from one node to another in the least time."""
        rank = np.arange(*np.searchsorted(self.by_tail[0], [tail, tail + 1]))
        arc = self.by_tail[1][rank]
        edge, goes_back = arc // 2, arc % 2 == 1
        edges = self.edges
        there = np.where(goes_back, edges.start[edge], edges.end[edge]) == head
        us = np.where(goes_back, edges.backward_us[edge], edges.forward_us[edge])
        us = np.where(there & (edges.is_private[edge] == is_private), us, np.inf)
        return int(edge[us.argmin()])

    @cached_property
    def by_tail(self) -> tuple[Indices, Indices]:
        """(2E,) nodes in order, and the arcs that leave them: 2e runs with edge e, 2e + 1 back."""
        tail = np.column_stack([self.edges.start, self.edges.end]).ravel().astype(np.int64)
        order = np.argsort(tail, kind="stable")
        return tail[order], order

    @cached_property
    def shortcuts(self) -> Contraction:
        """All public arcs, contracted."""
        return contract(self.public_arcs(), self.nodes)

    @property
    def has_shortcuts(self) -> bool:
        """Whether `shortcuts` has been worked out before."""
        return "shortcuts" in vars(self)

    @cached_property
    def fastest_m_per_us(self) -> float:
        """No arc is faster than this on the flat map."""
        arcs = self.public_arcs()
        across = np.hypot(
            self.east_m[arcs.tail] - self.east_m[arcs.head],
            self.north_m[arcs.tail] - self.north_m[arcs.head],
        )
        return float((across / np.maximum(arcs.us, 1.0)).max(initial=1e-9))


@dataclass(frozen=True, eq=False)
class Points:
    """n doors on the edges of a traveller; times are whole microseconds.

    From an edge's start it takes `from_start_us` to the door's point, from there `to_start_us`
    back; likewise for the end. `setback_us` leads from that point to the door. `pavement` is the
    side of the street that this door's pavement is on, seen along the street, 0 where there is
    nothing to cross. Equal `place`s are one place.
    """

    edge: Indices
    place: NDArray[np.float64]  # (n, 3) offset, side, setback
    pavement: NDArray[np.int8]
    setback_us: Floats
    half_us: Floats
    from_start_us: Floats
    to_start_us: Floats
    from_end_us: Floats
    to_end_us: Floats

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, chosen: Any) -> Points:
        return Points(*(column[chosen] for column in vars(self).values()))


KNOWN: WeakKeyDictionary[StreetArrays, dict[Profile, Journeys]] = WeakKeyDictionary()


def journeys(network: StreetArrays, profile: Profile) -> Journeys:
    """What a profile may do on a network; kept for as long as the network. O(E log E)."""
    known = KNOWN.setdefault(network, {})
    if profile not in known:
        known[profile] = journeys_anew(network, profile)
    return known[profile]


def journeys_anew(network: StreetArrays, profile: Profile) -> Journeys:
    """What a profile may do on a network, worked out."""
    forward_s, backward_s = network.edge_seconds(profile)
    crossing_s = network.crossing_s(profile)
    edges = StreetEdges(
        network.edge_start,
        network.edge_end,
        np.rint(forward_s * US),
        np.rint(backward_s * US),
        network.edge_name,
        network.private(profile),
        crossing_s,
    )
    is_divided = np.isinf(crossing_s)
    half_us = np.where(is_divided, 0.0, np.rint(crossing_s * US / 2))
    public = edges.usable() & ~edges.is_private
    nodes = len(network.node_lon)
    start, end = edges.start[public].astype(np.int64), edges.end[public].astype(np.int64)
    links = Arcs(start, end, np.ones(len(start))).matrix(nodes)
    component = connected_components(links, directed=False)[1].astype(np.int64)
    north_m, east_m = flat(network)
    return Journeys(
        edges, pavements(edges), half_us, is_divided, component, east_m, north_m,
        US / setback_m_s(profile),
    )  # fmt: skip


def flat(network: StreetArrays) -> tuple[Floats, Floats]:
    """Metres north and east of each node, on the scale of the parallel nearest to a pole."""
    latitude = np.radians(network.node_lat)
    scale = float(np.cos(np.abs(latitude).max(initial=0.0)))
    return EARTH_RADIUS_M * latitude, EARTH_RADIUS_M * scale * np.radians(network.node_lon)


def setback_m_s(profile: Profile) -> float:
    """The pace from the street to a door: on foot, and a slow walker's own."""
    own_kmh = float(profile.speed_kmh[Road.RESIDENTIAL])
    return min(own_kmh, WALKING_KMH) / 3.6


def points(network: StreetArrays, ways: Journeys, snaps: Snaps) -> Points:
    """Snapped doors as points; every door must have an edge. O(n)."""
    edge = snaps.edge.astype(np.int64)
    length_m = network.edge_length_m[edge]
    share = np.clip(snaps.offset_m / np.where(length_m > 0, length_m, 1.0), 0.0, 1.0)
    forward_us, backward_us = ways.edges.forward_us[edge], ways.edges.backward_us[edge]
    from_start_us, to_start_us = part_of(forward_us, share), part_of(backward_us, share)
    crosses = (snaps.side != 0) & ((ways.half_us[edge] > 0) | ways.is_divided[edge])
    return Points(
        edge,
        np.column_stack([snaps.offset_m, snaps.side, snaps.setback_m]),
        np.where(crosses, snaps.side * ways.pavements.along[edge], 0).astype(np.int8),
        np.rint(snaps.setback_m * ways.setback_us_per_m),
        np.where(crosses, ways.half_us[edge], 0.0),
        from_start_us,
        to_start_us,
        rest_of(backward_us, to_start_us),
        rest_of(forward_us, from_start_us),
    )


def part_of(whole_us: Floats, share: Floats) -> Floats:
    """A share of some times, in whole microseconds; inf of what is barred."""
    part = np.full(len(whole_us), np.inf)
    allowed = np.isfinite(whole_us)
    part[allowed] = np.rint(whole_us[allowed] * share[allowed])
    return part


def rest_of(whole_us: Floats, part_us: Floats) -> Floats:
    """What is left of some times; inf of what is barred."""
    rest = np.full(len(whole_us), np.inf)
    allowed = np.isfinite(whole_us)
    rest[allowed] = whole_us[allowed] - part_us[allowed]
    return rest
