"""What a cut is made of: doors with their addresses, on the streets of the maps in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from django.db.models import Value
from numpy.typing import NDArray
from shapely import LineString

from territories import cutting
from territories.cut_criteria import CutCriteria
from territories.models import DoorQuerySet, StreetMap
from territories.street_files import network_of
from territories.streets.network import StreetNetwork
from territories.streets.profiles import WALKING
from territories.streets.roads import Road

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BATCH = 10_000
NOWHERE = -1
ADDRESS = tuple(f"building__{part}" for part in ("city", "postcode", "street", "number"))
SNAP = tuple(
    f"snap__{part}" for part in ("street_map", "edge", "offset_m", "side", "lon", "lat", "street")
)


class Row(NamedTuple):
    """A door as the database has it, with its snap, which may be missing or out of date."""

    door: int
    number: int
    lon: float
    lat: float
    building: int
    city: str
    postcode: str
    street: str
    house: str
    street_map: int | None
    edge: int | None
    offset_m: float
    side: int
    snap_lon: float
    snap_lat: float
    snap_street: str

    def map_on(self, maps: set[int]) -> int:
        """The one of the maps on an edge of which the door is, NOWHERE if there is none."""
        as_snapped = (self.lon, self.lat, self.street)
        holds = (self.snap_lon, self.snap_lat, self.snap_street) == as_snapped
        is_on = self.street_map in maps and self.edge is not None and self.edge >= 0
        return self.street_map if holds and is_on and self.street_map else NOWHERE


@dataclass(frozen=True)
class Streets:
    """The streets of some maps in one, what nobody crosses, and where each map's edges went."""

    network: cutting.Streets | None
    barriers: tuple[LineString, ...]
    edges: dict[int, Ints]


@dataclass(frozen=True)
class Ground:
    """n doors by id, with the numbers (n,) of their territories: 0 where they are in none yet."""

    ids: Ints
    numbers: Ints
    rows: list[cutting.DoorRow]
    streets: Streets

    @cached_property
    def doors(self) -> cutting.Doors:
        """The doors as arrays."""
        return cutting.doors_from(self.rows)

    @cached_property
    def units(self) -> cutting.Units:
        """The street segments, and the work of each door. O(n log n)."""
        return cutting.units_from(self.doors, self.streets.network)

    @property
    def on_streets(self) -> int:
        """How many doors are on a street of a map."""
        return int((self.doors.edge >= 0).sum())

    def part(self, own: Bools) -> Self:
        """Only some of the doors (n,), on the same streets."""
        rows = [self.rows[index] for index in np.flatnonzero(own)]
        return type(self)(self.ids[own], self.numbers[own], rows, self.streets)

    def on_street(self, street: str, city: str) -> Bools:
        """The doors of a street, in any case of its letters; in every city if none is named."""
        wanted, place = street.strip().casefold(), city.strip().casefold()
        found = []
        for row in self.rows:
            where, _, name = row.street.casefold().split("|", 2)
            found.append(name == wanted and place in ("", where))
        return np.array(found, dtype=bool)


def load_ground(
    organisation_id: int, doors: DoorQuerySet, criteria: CutCriteria, number: Any = None
) -> Ground:
    """The doors of a query by id; `number` is the expression for each one's territory.

    Of the criteria, the time at a door and the barriers matter. A door counts as on a street where
    its snap still fits and the map is in use; others are cut by street name and block. 100,000
    take about a second. Raises StreetMapLost.
    """
    asked = doors.order_by("pk").annotate(placed_in=Value(0) if number is None else number)
    columns = ("pk", "placed_in", "lon", "lat", "building", *ADDRESS, *SNAP)
    rows = [Row(*row) for row in asked.values_list(*columns).iterator(BATCH)]
    maps = {one.pk: one for one in StreetMap.objects.filter(organisation=organisation_id).current()}
    on_map = [row.map_on(set(maps)) for row in rows]
    streets = streets_of([maps[pk] for pk in sorted(set(on_map) - {NOWHERE})])
    own = criteria.own_barriers()
    if own is not None:
        streets = replace(streets, barriers=tuple(own))
    return Ground(
        ids=np.array([row.door for row in rows], dtype=np.int64),
        numbers=np.array([row.number for row in rows], dtype=np.int64),
        rows=[door_row(*pair, streets, criteria.door_s) for pair in zip(rows, on_map, strict=True)],
        streets=streets,
    )


def door_row(row: Row, on_map: int, streets: Streets, door_s: int) -> cutting.DoorRow:
    """A door as the cutting wants it; a door on the street itself counts to its left side."""
    street = f"{row.city}|{row.postcode}|{row.street}"
    plain = cutting.DoorRow(row.lon, row.lat, row.building, street, row.house, door_s / 60)
    edge = NOWHERE if on_map == NOWHERE else int(streets.edges[on_map][row.edge])
    if edge == NOWHERE:
        return plain
    return plain._replace(edge=edge, offset_m=row.offset_m, side=int(row.side < 0))


def streets_of(maps: Sequence[StreetMap]) -> Streets:
    """What can be walked of some maps, one beside the other; what nobody crosses there."""
    parts, barriers, edges = [], [], {}
    first_edge = first_node = 0
    for street_map in maps:
        network = network_of(street_map)
        walked = np.flatnonzero(network.usable(WALKING))
        place = np.full(len(network.edge_start), NOWHERE, dtype=np.int64)
        place[walked] = first_edge + np.arange(len(walked))
        edges[street_map.pk] = place
        parts.append(columns_of(network, walked, first_node))
        barriers += barriers_of(network)
        first_edge, first_node = first_edge + len(walked), first_node + len(network.node_lon)
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Streets(cutting.Streets(*joined) if parts else None, tuple(barriers), edges)


def columns_of(network: StreetNetwork, walked: Ints, first_node: int) -> tuple[NDArray[Any], ...]:
    """The fields of `cutting.Streets` for the edges that can be walked."""
    return (
        network.edge_start[walked].astype(np.int64) + first_node,
        network.edge_end[walked].astype(np.int64) + first_node,
        np.asarray(network.edge_length_m[walked], dtype=np.float64),
        kinds_of(network.edge_road[walked]),
        np.asarray(network.node_lon, dtype=np.float64),
        np.asarray(network.node_lat, dtype=np.float64),
    )


def kinds_of(road: NDArray[Any]) -> Ints:
    """What each road is to somebody on foot; secondary roads and larger ones are main roads."""
    kinds = np.full(len(road), cutting.StreetKind.STREET, dtype=np.int64)
    kinds[road <= Road.SECONDARY] = cutting.StreetKind.MAIN
    kinds[road >= Road.SERVICE] = cutting.StreetKind.PATH
    return kinds


def barriers_of(network: StreetNetwork) -> list[LineString]:
    """The lines that nobody crosses but on an edge."""
    position = np.column_stack((network.barrier_lon, network.barrier_lat))
    first = network.barrier_first
    return [LineString(position[a:b]) for a, b in pairwise(first.tolist())]
