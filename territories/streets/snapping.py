"""Which edge a door is on: by the name of its street first, then by distance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.streets.arrays import Bools, Bytes, Floats, Ints, StreetArrays
from territories.streets.names import street_key
from territories.streets.profiles import Profile
from territories.streets.roads import Barrier, Mark, Road
from territories.streets.snaps import SnapQuality, Snaps
from territories.streets.sphere import EARTH_RADIUS_M, mercator_m

REACH_M = 120.0  # farther from every street, a door is unreachable
OTHER_NAME_M = 40.0  # what another name than the address's costs
ON_THE_LINE_M = 0.5  # nearer than this a door has no side
PARTS = int(Mark.DRIVEWAY | Mark.SIDEWALK | Mark.CROSSING)  # of a street
SAME_M = 1e-6  # costs that differ by less are equal
DOORS_AT_ONCE = 4096  # bounds the pairs held in memory
NO_NAME = -2  # of a door; no edge has it
SPELLINGS = re.compile(r";|\s/\s")  # "Privatstraße / Private Road" are two names

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Segments:
    """The straight pieces of edges, in Mercator metres, those of an edge in its order."""

    edge: Ints
    point: Indices  # where each begins, among the points of all shapes
    begin: Floats  # (S, 2)
    end: Floats  # (S, 2)


@dataclass(frozen=True, eq=False)
class Doors:
    """Doors in Mercator metres, which are `stretch` times as short as metres."""

    at: Floats  # (n, 2)
    stretch: Floats  # (n,)
    name: Indices  # (n,) a number for the street's key, or NO_NAME

    def __getitem__(self, chosen: Bools) -> Doors:
        return Doors(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Offers:
    """Doors and the pieces within their reach, ordered by door, then by edge."""

    door: Indices
    segment: Indices
    share: Floats  # how far along the piece, 0 to 1
    distance_m: Floats

    def __getitem__(self, chosen: Bools | Indices) -> Offers:
        return Offers(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Town:
    """The pieces that some doors might be on, the barriers around, and the names as numbers."""

    arrays: StreetArrays
    private: Bools  # (E,)
    lesser: Bools  # (E,) not for doors that have their own street within reach
    segments: Segments
    names: Indices  # (names, spellings) as of Doors.name, -1 for others
    tree: shapely.STRtree
    barriers: shapely.STRtree


def snap(
    arrays: StreetArrays, lon: Floats, lat: Floats, street: Sequence[str] | None, profile: Profile
) -> Snaps:
    """Put doors on edges; see `StreetNetwork.snap`."""
    quality = quality_of_positions(arrays, lon, lat)
    snaps = unsnapped(quality)
    there = np.flatnonzero(quality == SnapQuality.NEAREST)
    keys = [street_key(name) for name in street] if street is not None else [""] * len(lon)
    number = {key: place for place, key in enumerate(sorted({*keys} - {""}))}
    name = np.array([number.get(key, NO_NAME) for key in keys], dtype=np.int64)
    town = town_around(arrays, (lon[there], lat[there]), number, profile)
    for start in range(0, len(there), DOORS_AT_ONCE):
        chosen = there[start : start + DOORS_AT_ONCE]
        at = np.column_stack(mercator_m(lon[chosen], lat[chosen]))
        doors = Doors(at, 1 / np.cos(np.radians(lat[chosen])), name[chosen])
        put(doors, chosen, town, snaps)
    return snaps


def quality_of_positions(arrays: StreetArrays, lon: Floats, lat: Floats) -> Bytes:
    """(n,) NEAREST where a position is on the map, else what is wrong with it."""
    west, south, east, north = arrays.box
    high, wide = reach_degrees(max(abs(south), abs(north)))

    def on_map(x: Floats, y: Floats) -> Bools:
        inside = (x >= west - wide) & (x <= east + wide)
        return np.asarray(inside & (y >= south - high) & (y <= north + high), dtype=bool)

    on_earth = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # False for NaN
    return np.select(
        [on_map(lon, lat), on_map(lat, lon), on_earth],
        [SnapQuality.NEAREST, SnapQuality.SWAPPED, SnapQuality.OUTSIDE_MAP],
        SnapQuality.NO_POSITION,
    ).astype(np.uint8)


def unsnapped(quality: Bytes) -> Snaps:
    """Doors without an edge, to be filled in."""
    n = len(quality)
    return Snaps(
        edge=np.full(n, -1, dtype=np.int32),
        offset_m=np.full(n, np.nan),
        side=np.zeros(n, dtype=np.int8),
        setback_m=np.full(n, np.nan),
        quality=quality,
    )


def town_around(
    arrays: StreetArrays, where: tuple[Floats, Floats], number: dict[str, int], profile: Profile
) -> Town:
    """What is within reach of the box of some doors."""
    segments = segments_of(arrays, arrays.usable(profile), *where)
    return Town(
        arrays=arrays,
        private=arrays.private(profile),
        lesser=lesser(arrays),
        segments=segments,
        names=numbered_names(arrays, segments, number),
        tree=shapely.STRtree(straight_lines(segments.begin, segments.end)),
        barriers=shapely.STRtree(barrier_lines(arrays)),
    )


def segments_of(arrays: StreetArrays, usable: Bools, lon: Floats, lat: Floats) -> Segments:
    """The pieces around some doors that they may be on: no motorway, and none in a tunnel."""
    usable = usable & (arrays.edge_road != Road.MOTORWAY)
    usable &= (arrays.edge_marks & Mark.TUNNEL) == 0
    edge = np.repeat(np.arange(len(usable), dtype=np.int32), np.diff(arrays.shape_first))
    meant = (edge[:-1] == edge[1:]) & usable[edge[:-1]]
    if len(lon):
        high, wide = reach_degrees(float(np.abs(lat).max()))
        meant &= overlapping(arrays.shape_lon, lon.min() - wide, lon.max() + wide)
        meant &= overlapping(arrays.shape_lat, lat.min() - high, lat.max() + high)
    point = np.flatnonzero(meant)
    begin = mercator_m(arrays.shape_lon[point], arrays.shape_lat[point])
    end = mercator_m(arrays.shape_lon[point + 1], arrays.shape_lat[point + 1])
    return Segments(edge[point], point, np.column_stack(begin), np.column_stack(end))


def overlapping(values: Floats, low: float, high: float) -> Bools:
    """(n - 1,) whether what is between a value and the next overlaps a range."""
    above, below = values >= low, values <= high
    return np.asarray((above[:-1] | above[1:]) & (below[:-1] | below[1:]), dtype=bool)


def reach_degrees(lat: float) -> tuple[float, float]:
    """The reach in degrees of latitude, and in degrees of longitude at a latitude."""
    high = float(np.degrees(REACH_M / EARTH_RADIUS_M))
    return high, high / float(np.cos(np.radians(min(lat, 89.0))))


def lesser(arrays: StreetArrays) -> Bools:
    """(E,) whether an edge is but a part of a street: its sidewalk, or a nameless way off it."""
    nameless_service = (arrays.edge_road == Road.SERVICE) & (arrays.edge_name == 0)
    return np.asarray(nameless_service | (arrays.edge_marks & PARTS > 0), dtype=bool)


def numbered_names(
    arrays: StreetArrays, segments: Segments, number: dict[str, int]
) -> NDArray[np.int64]:
    """(names, spellings) the number of each name and alias of the pieces' edges."""
    found = {
        int(name): [
            number.get(street_key(spelling), -1)
            for spelling in SPELLINGS.split(f"{arrays.names[name]};{arrays.aliases[name]}")
        ]
        for name in np.unique(arrays.edge_name[segments.edge])
    }
    numbers = np.full((len(arrays.names), max(map(len, found.values()), default=1)), -1)
    for name, spellings in found.items():
        numbers[name, : len(spellings)] = spellings
    return numbers


def barrier_lines(arrays: StreetArrays) -> NDArray[np.object_]:
    """The straight pieces of barriers, in Mercator metres; none of shores, where boats lie."""
    at = np.column_stack(mercator_m(arrays.barrier_lon, arrays.barrier_lat))
    is_shore = np.repeat(arrays.barrier_kind == Barrier.WATER, np.diff(arrays.barrier_first))
    begins = np.setdiff1d(np.flatnonzero(~is_shore), arrays.barrier_first[1:] - 1)
    return straight_lines(at[begins], at[begins + 1])


def straight_lines(begin: Floats, end: Floats) -> NDArray[np.object_]:
    """(n,) lines from one point to another."""
    return np.asarray(shapely.linestrings(np.stack([begin, end], axis=1)), dtype=object)


def put(doors: Doors, chosen: Indices, town: Town, snaps: Snaps) -> None:
    """Write into the chosen rows of the snaps where the doors are.

    What costs no more than another name does cannot be beaten from beyond that distance, and that
    settles most doors; the others look as far as the reach.
    """
    settled = settle(doors, chosen, town, snaps, OTHER_NAME_M)
    settle(doors[~settled], chosen[~settled], town, snaps, REACH_M)


def settle(
    doors: Doors, chosen: Indices, town: Town, snaps: Snaps, reach_m: float
) -> NDArray[np.bool_]:
    """Write where doors are as far as pieces within a distance tell, and say for which they do."""
    offers = offers_to(doors, town, reach_m)
    named = is_named(doors, offers, town)
    allowed = named | ~town.private[town.segments.edge[offers.segment]]
    offers, named = offers[allowed], named[allowed]
    main = town.arrays.edge_component[town.segments.edge[offers.segment]] == 0
    snaps.quality[chosen] = SnapQuality.TOO_FAR
    snaps.quality[chosen[offers.door[~main]]] = SnapQuality.ISLAND
    cost_m = costs(doors, offers, town, named, main)
    best = cheapest(offers.door, cost_m)
    best = best[(cost_m[best] <= reach_m) | (reach_m == REACH_M)]
    write(doors, chosen, offers[best], town, snaps)
    has_name = doors.name[offers.door[best]] != NO_NAME
    snaps.quality[chosen[offers.door[best]]] = np.select(
        [named[best], has_name], [SnapQuality.BY_NAME, SnapQuality.OTHER_NAME], SnapQuality.NEAREST
    )
    return np.isin(np.arange(len(chosen)), offers.door[best])


def costs(doors: Doors, offers: Offers, town: Town, named: Bools, main: Bools) -> Floats:
    """(k,) distance, and what another name costs; inf for islands and for parts of streets."""
    at_home = np.zeros(len(doors.at), dtype=bool)
    at_home[offers.door[named & main]] = True
    part = town.lesser[town.segments.edge[offers.segment]] & ~named & at_home[offers.door]
    other = ~named & (doors.name[offers.door] != NO_NAME)
    cost_m = offers.distance_m + np.where(other, OTHER_NAME_M, 0.0)
    return np.where(main & ~part, cost_m, np.inf)


def offers_to(doors: Doors, town: Town, reach_m: float) -> Offers:
    """Every piece within a distance of each door, without those beyond a barrier."""
    reach = (reach_m * doors.stretch)[:, None]
    boxes = np.asarray(shapely.box(*(doors.at - reach).T, *(doors.at + reach).T), dtype=object)
    door, segment = town.tree.query(boxes)
    share, distance_m = projected(doors, door, town.segments, segment)
    within = np.flatnonzero(distance_m <= reach_m)
    within = within[np.lexsort((segment[within], door[within]))]
    offers = Offers(door[within], segment[within], share[within], distance_m[within])
    return offers[~is_blocked(doors, offers, town, boxes)]


def projected(
    doors: Doors, door: Indices, segments: Segments, segment: Indices
) -> tuple[Floats, Floats]:
    """(k,) how far along each piece, 0 to 1, a door's nearest point is, and how far away."""
    along = segments.end - segments.begin
    square = np.maximum((along**2).sum(axis=1), 1e-12)  # a piece may be a point
    dx, dy = along[:, 0][segment], along[:, 1][segment]
    x = doors.at[:, 0][door] - segments.begin[:, 0][segment]
    y = doors.at[:, 1][door] - segments.begin[:, 1][segment]
    share = np.clip((x * dx + y * dy) / square[segment], 0.0, 1.0)
    return share, np.hypot(x - share * dx, y - share * dy) / doors.stretch[door]


def feet(offers: Offers, segments: Segments) -> Floats:
    """(k, 2) where on the pieces the doors' nearest points are, in Mercator metres."""
    begin, end = segments.begin[offers.segment], segments.end[offers.segment]
    return begin + offers.share[:, None] * (end - begin)


def is_blocked(doors: Doors, offers: Offers, town: Town, boxes: NDArray[np.object_]) -> Bools:
    """(k,) whether a motorway or a railway lies between door and foot; each is in a door's box."""
    around = np.unique(town.barriers.query(boxes)[0])
    (of, _), nearest = town.barriers.query_nearest(
        shapely.points(doors.at[around]), return_distance=True, all_matches=False
    )
    free_m = np.full(len(doors.at), np.inf)  # nearer pieces cannot be beyond a barrier
    free_m[around[of]] = nearest / doors.stretch[around[of]]
    asked = np.flatnonzero(offers.distance_m >= free_m[offers.door])
    ways = straight_lines(doors.at[offers.door[asked]], feet(offers[asked], town.segments))
    blocked = np.zeros(len(offers.door), dtype=bool)
    blocked[asked[town.barriers.query(ways, predicate="intersects")[0]]] = True
    return blocked


def is_named(doors: Doors, offers: Offers, town: Town) -> Bools:
    """(k,) whether the piece's edge bears the name of the door's street."""
    name = town.arrays.edge_name[town.segments.edge[offers.segment]]
    same = town.names[name] == doors.name[offers.door][:, None]
    return np.asarray(same.any(axis=1), dtype=bool)


def cheapest(door: Indices, cost_m: Floats) -> Indices:
    """For each door with an offer of finite cost, the first among its cheapest."""
    if not len(door):
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(door, prepend=-1))
    least = np.repeat(np.minimum.reduceat(cost_m, first), np.diff(first, append=len(door)))
    equal = np.flatnonzero((cost_m <= least + SAME_M) & np.isfinite(cost_m))
    return equal[np.unique(door[equal], return_index=True)[1]]


def write(doors: Doors, chosen: Indices, best: Offers, town: Town, snaps: Snaps) -> None:
    """Where doors are on the pieces that were best."""
    at, rows = doors.at[best.door], chosen[best.door]
    begin, end = town.segments.begin[best.segment], town.segments.end[best.segment]
    point, shape_m = town.segments.point[best.segment], town.arrays.shape_m
    (ax, ay), (bx, by) = (end - begin).T, (at - begin).T
    side = np.sign(ax * by - ay * bx)
    snaps.edge[rows] = town.segments.edge[best.segment]
    snaps.offset_m[rows] = shape_m[point] + best.share * (shape_m[point + 1] - shape_m[point])
    snaps.side[rows] = np.where(best.distance_m < ON_THE_LINE_M, 0, side)
    snaps.setback_m[rows] = best.distance_m
