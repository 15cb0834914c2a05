"""Made-up suburbs: cul-de-sacs between main roads, with a river and a motorway through them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString

from territories.cutting import DoorRow, StreetKind, Streets

Point = tuple[float, float]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK_M, STEP_M, COURT_M = 600.0, 100.0, 220.0
LOT_M, SETBACK_M, ASTRAY_M = 16.0, 12.0, 1.0
DEGREE_M = 111_195.0
LON, LAT = -76.6, 39.4
DOORS_OF_A_BLOCK = 290  # about
CROSSED = 3  # at this step of the avenue the parkway crosses it
FLATS, SHARE_OF_FLATS, EMPTY_LOTS = (6, 24), 0.004, 0.06
MINUTES = (1.0, 1.5, 2.5)  # seldom home, new, known


class Road(NamedTuple):
    """A straight road, with doors on both sides if it has a name."""

    start: Point
    end: Point
    kind: StreetKind
    name: str = ""
    has_bridge: bool = False


@dataclass
class Plan:
    """The roads of blocks, before any is given up for a river or a motorway."""

    draw: np.random.Generator
    roads: list[Road] = field(default_factory=list)

    def main_road(self, start: Point, end: Point, *, has_bridge: bool) -> None:
        """A main road without doors; over the river and the motorway only with a bridge."""
        self.roads.append(Road(start, end, StreetKind.MAIN, has_bridge=has_bridge))

    def street(self, start: Point, end: Point, name: str) -> None:
        """A street with doors."""
        self.roads.append(Road(start, end, StreetKind.STREET, name))

    def block(self, column: int, row: int) -> None:
        """An avenue, a parkway across it and courts off the avenue, within main roads."""
        x, y = column * BLOCK_M, row * BLOCK_M
        middle = x + BLOCK_M / 2
        self.main_road((x, y), (middle, y), has_bridge=row % 2 == 0)
        self.main_road((middle, y), (x + BLOCK_M, y), has_bridge=row % 2 == 0)
        halfway = (x, y + BLOCK_M / 2)
        self.main_road((x, y), halfway, has_bridge=column % 2 == 0)
        self.main_road(halfway, (x, y + BLOCK_M), has_bridge=column % 2 == 0)
        name = f"{column}.{row}"
        for step in range(int(BLOCK_M / STEP_M)):
            at = (middle, y + step * STEP_M)
            self.street(at, (middle, at[1] + STEP_M), f"Avenue {name}")
            for sign in (-1, 1) if step else ():
                if step == CROSSED:
                    self.street(at, (middle + sign * BLOCK_M / 2, at[1]), f"Parkway {name}")
                    continue
                end = (middle + sign * COURT_M * self.draw.uniform(0.8, 1.2), at[1])
                self.street(at, end, f"Court {name}.{step}{'we'[sign > 0]}")


def suburbs(doors: int, seed: int) -> tuple[list[DoorRow], Streets, list[LineString]]:
    """About so many doors, with their streets (a motorway among them) and a river, in degrees."""
    side = max(2, round(np.sqrt(doors / DOORS_OF_A_BLOCK)))
    whole = side * BLOCK_M
    plan = Plan(np.random.default_rng(seed))
    for row in range(side):
        for column in range(side):
            plan.block(column, row)
    steps = np.linspace(-0.1, 1.1, 60)
    river = LineString(np.column_stack((steps, 0.38 + 0.06 * np.sin(6 * steps))) * whole)
    bypass = (side * 5 // 8) * BLOCK_M + BLOCK_M / 6
    motorway = Road((bypass, -0.1 * whole), (bypass, 1.1 * whole), StreetKind.MOTORWAY)
    roads = [*passable(plan.roads, [river, LineString(motorway[:2])]), motorway]
    return houses(roads, plan.draw), streets_of(roads), [LineString(degrees(river.coords))]


def passable(roads: list[Road], in_the_way: list[LineString]) -> list[Road]:
    """The roads that nothing is in the way of, or that have a bridge."""
    lines = shapely.linestrings([road[:2] for road in roads])
    blocked = np.zeros(len(roads), dtype=np.bool_)
    blocked[shapely.STRtree(lines).query(in_the_way, predicate="intersects")[1]] = True
    return [road for road, is_blocked in zip(roads, blocked, strict=True)
            if road.has_bridge or not is_blocked]  # fmt: skip


def houses(roads: list[Road], draw: np.random.Generator) -> list[DoorRow]:
    """Doors on both sides of the roads with a name, some lots empty, some with many doors."""
    named = np.flatnonzero([bool(road.name) for road in roads])
    ends = np.array([roads[edge][:2] for edge in named])
    length = lengths(ends)
    lots = np.maximum((length // LOT_M).astype(np.int64) - 1, 0)
    road = np.repeat(np.arange(len(named)), 2 * lots)
    place = np.arange(len(road)) - np.repeat(np.cumsum(2 * lots) - 2 * lots, 2 * lots)
    built = draw.random(len(road)) > EMPTY_LOTS
    road, lot, side = road[built], place[built] // 2, place[built] % 2
    offset_m = length[road] * (lot + 1) / (lots[road] + 1)
    along = (ends[:, 1] - ends[:, 0])[road] / length[road, None]
    across = np.column_stack((-along[:, 1], along[:, 0])) * (SETBACK_M * (1 - 2 * side))[:, None]
    at = ends[road, 0] + along * offset_m[:, None] + across
    at = degrees(at + draw.normal(0, ASTRAY_M, at.shape))
    flats = np.where(draw.random(len(at)) < SHARE_OF_FLATS, draw.integers(*FLATS, len(at)), 1)
    building = np.repeat(np.arange(len(at)), flats)
    minutes = draw.choice(MINUTES, len(building))
    names = [roads[edge].name for edge in named[road].tolist()]
    numbers = (2 * lot + 1 + side).tolist()
    places = zip(named[road].tolist(), offset_m.tolist(), side.tolist(), strict=True)
    fronts = [*zip(at.tolist(), names, map(str, numbers), places, strict=True)]
    return [
        DoorRow(lon, lat, one, name, number, minute, *place)
        for one, minute in zip(building.tolist(), minutes.tolist(), strict=True)
        for (lon, lat), name, number, place in (fronts[one],)
    ]


def lengths(ends: Floats) -> Floats:
    """The metres (e,) between both ends (e, 2, 2) of each road."""
    between = ends[:, 1] - ends[:, 0]
    return np.hypot(between[:, 0], between[:, 1])


def streets_of(roads: list[Road]) -> Streets:
    """The roads as arrays; roads meet where their ends lie on one spot."""
    ends = np.array([road[:2] for road in roads])
    spots, place = np.unique(ends.reshape(-1, 2).round(2), axis=0, return_inverse=True)
    tail, head = place.reshape(-1, 2).T.astype(np.int64)
    kind = np.array([road.kind for road in roads], dtype=np.int64)
    lon, lat = degrees(spots).T
    return Streets(tail, head, lengths(ends), kind, lon, lat)


def degrees(places: ArrayLike) -> Floats:
    """Metres (n, 2) east and north as lon, lat."""
    east, north = np.asarray(places, dtype=np.float64).T
    return np.column_stack(
        (LON + east / (DEGREE_M * np.cos(np.radians(LAT))), LAT + north / DEGREE_M)
    )
