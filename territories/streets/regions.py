"""Only as much of the streets as shortest paths between the doors may need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Bools, Floats
from territories.streets.journeys import Journeys
from territories.streets.shortcuts import Contraction, contract, slots

MARGINS = (0.5, 2.0, np.inf)  # around the doors, in lengths of their box
LEAST_MARGIN_M = 300.0
MOST_SHARE = 0.6  # of all nodes; a region with more might as well have them all
ANYWHERE, NOWHERE = -1, -2  # components of doors with gates on several, and on none


@dataclass(frozen=True, eq=False)
class Region:
    """Some of the nodes, contracted.

    `here_us` and `there_us` are how long it takes at least from each door to outside the region: a
    path that leaves it cannot be shorter than their sum.
    """

    contraction: Contraction
    number: Indices  # (V,) of each node in the contraction's numbers before
    climbs: csr_array
    here_us: Floats
    there_us: Floats

    def times(self, starts: Arcs, ends: list[Arcs], shape: tuple[int, int]) -> Floats:
        """(n, m) shortest times within the region from origins to doors."""
        inner = Arcs(starts.tail, self.number[starts.head], starts.us)
        reached = self.contraction.spread(self.climbs, inner, shape[0])
        found = np.full((shape[1], shape[0]), np.inf)
        for slot in ends:
            arrived = reached[self.contraction.number[self.number[slot.head]]]
            arrived += slot.us[:, None]
            if len(slot) == len(found):  # nearly all doors have two gates: no need to pick them
                np.minimum(found, arrived, out=found)
            else:
                found[slot.tail] = np.minimum(found[slot.tail], arrived)
        return found.T


class Regions:
    """Ever larger regions around the gates of doors; each is made when it is needed."""

    def __init__(
        self, ways: Journeys, leaving: Arcs, arriving: Arcs, doors: tuple[int, int]
    ) -> None:
        self.ways, self.leaving, self.arriving, self.doors = ways, leaving, arriving, doors
        slot = slots(arriving.tail)
        self.ends = [arriving[slot == each] for each in range(int(slot.max(initial=-1)) + 1)]
        self.here = components(ways, leaving, doors[0])
        self.there = components(ways, arriving, doors[1])
        self.made: dict[float, Region] = {}

    def times(self, block: Indices) -> Floats:
        """Shortest times from a block of neighbouring origins to all doors; inf for no path."""
        if not len(self.leaving) or not len(self.arriving):
            return np.full((len(block), self.doors[1]), np.inf)
        us = self.times_within(MARGINS[0], block)
        open_rows = self.unproven(MARGINS[0], block, us)
        for margin in MARGINS[1:]:
            if not len(open_rows):
                break
            again = self.times_within(margin, block[open_rows])
            us[open_rows] = again
            open_rows = open_rows[self.unproven(margin, block[open_rows], again)]
        return us

    def times_within(self, margin: float, rows: Indices) -> Floats:
        """Shortest times from some origins to all doors within a region."""
        shape = (len(rows), self.doors[1])
        return self.region(margin).times(self.starts(rows), self.ends, shape)

    def unproven(self, margin: float, rows: Indices, us: Floats) -> Indices:
        """Which of some origins may have shorter ways that lead out of the region."""
        region = self.region(margin)
        if np.isinf(region.here_us).all():
            return np.zeros(0, dtype=np.int64)
        least = region.here_us[rows][:, None] + region.there_us
        return np.flatnonzero(((us > least) & self.connected(rows)).any(axis=1))

    def starts(self, rows: Indices) -> Arcs:
        """The gates of some origins, which are numbered anew."""
        number = np.full(self.doors[0], -1, dtype=np.int64)
        number[rows] = np.arange(len(rows))
        kept = self.leaving[number[self.leaving.tail] >= 0]
        return Arcs(number[kept.tail], kept.head, kept.us)

    def connected(self, block: Indices) -> Bools:
        """(n, m) whether there may be a path."""
        here, there = self.here[block][:, None], self.there
        either = (here == ANYWHERE) | (there == ANYWHERE)
        neither = (here == NOWHERE) | (there == NOWHERE)
        return np.asarray(((here == there) | either) & ~neither)

    def region(self, margin: float) -> Region:
        """The region of a margin, made once."""
        if margin not in self.made:
            self.made[margin] = self.region_anew(margin)
        return self.made[margin]

    def region_anew(self, margin: float) -> Region:
        """The region of a margin; all nodes if it has most of them, or they are contracted."""
        ways = self.ways
        gates = np.unique(np.concatenate([self.leaving.head, self.arriving.head]))
        inside_m = inside(ways, gates, margin)
        chosen = inside_m >= 0
        if ways.has_shortcuts or chosen.mean() > MOST_SHARE:
            chosen[:] = True
            inside_m = np.full(ways.nodes, np.inf)
            contraction, number = ways.shortcuts, np.arange(ways.nodes)
        else:
            number = np.cumsum(chosen) - 1
            contraction = contract(ways.public_arcs().within(chosen), int(chosen.sum()))
        contraction = contraction.around(number[gates])
        out_us = inside_m / ways.fastest_m_per_us
        climbs = contraction.climbs.matrix(int(contraction.number.max()) + 1)
        return Region(
            contraction, number, climbs,
            out_of(self.leaving, out_us, self.doors[0]),
            out_of(self.arriving, out_us, self.doors[1]),
        )  # fmt: skip


def inside(ways: Journeys, gates: Indices, margin: float) -> Floats:
    """(V,) how far inside a box around the gates each node is; negative outside of it."""
    inside_m = np.full(ways.nodes, np.inf)
    span = max(float(np.ptp(place[gates])) for place in (ways.east_m, ways.north_m))
    for place in (ways.east_m, ways.north_m):
        low, high = float(place[gates].min()), float(place[gates].max())
        wide = max(LEAST_MARGIN_M, margin * span)
        inside_m = np.minimum(inside_m, np.minimum(place - (low - wide), (high + wide) - place))
    return inside_m


def out_of(gates: Arcs, out_us: Floats, doors: int) -> Floats:
    """(doors,) how long it takes at least from each door to outside."""
    least = np.full(doors, np.inf)
    np.minimum.at(least, gates.tail, gates.us + np.maximum(out_us[gates.head], 0.0))
    return least


def components(ways: Journeys, gates: Arcs, doors: int) -> NDArray[np.int64]:
    """(doors,) the component that a door's gates are on."""
    low = np.full(doors, ways.nodes, dtype=np.int64)
    high = np.full(doors, -1, dtype=np.int64)
    component = ways.component[gates.head]
    np.minimum.at(low, gates.tail, component)
    np.maximum.at(high, gates.tail, component)
    return np.where(low == high, low, np.where(high < 0, NOWHERE, ANYWHERE))
