"""Made-up suburbs: cul-de-sacs between main roads, with a river and a motorway through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, linestrings

from territories.cutting import DoorRow, StreetKind, Streets

Point = tuple[float, float]
Floats = NDArray[np.float64]

BLOCK_M, STEP_M, COURT_M = 600.0, 100.0, 220.0
LOT_M, SETBACK_M = 16.0, 12.0
DEGREE_M = 111_195.0
LON, LAT = -76.6, 39.4
DOORS_OF_A_BLOCK = 290  # about
CROSSED = 3  # at this step of the avenue the parkway crosses it
FLATS, SHARE_OF_FLATS, EMPTY_LOTS = (6, 24), 0.004, 0.06
MINUTES = (1.0, 1.5, 2.5)  # seldom home, new, known


@dataclass
class Suburbs:
    """What is built so far, in metres: junctions, edges and doors; none of it on the lines."""

    draw: np.random.Generator
    river: LineString
    motorway: LineString
    points: dict[Point, int] = field(default_factory=dict)
    edges: list[tuple[int, int, float, int]] = field(default_factory=list)
    doors: list[DoorRow] = field(default_factory=list)
    buildings: int = 0

    def road(self, way: tuple[Point, Point], kind: StreetKind, name: str = "") -> None:
        """A straight street; with doors on both sides if it has a name."""
        tail, head = (
            self.points.setdefault((round(x, 2), round(y, 2)), len(self.points)) for x, y in way
        )
        length = float(np.hypot(way[1][0] - way[0][0], way[1][1] - way[0][1]))
        self.edges.append((tail, head, length, int(kind)))
        if name:
            self.houses(np.array(way), length, name)

    def street(self, way: tuple[Point, Point], name: str) -> None:
        """A street with doors, unless the river or the motorway is in its way."""
        line = LineString(way)
        if not (line.intersects(self.river) or line.intersects(self.motorway)):
            self.road(way, StreetKind.STREET, name)

    def main_road(self, way: tuple[Point, Point], *, has_bridge: bool) -> None:
        """A main road without doors; over the river and the motorway only with a bridge."""
        line = LineString(way)
        if has_bridge or not (line.intersects(self.river) or line.intersects(self.motorway)):
            self.road(way, StreetKind.MAIN)

    def houses(self, way: Floats, length: float, name: str) -> None:
        """Houses on both sides of the last edge, some lots empty."""
        along = (way[1] - way[0]) / length
        across = np.array([-along[1], along[0]])
        lots = int(length // LOT_M) - 1
        for lot in range(lots):
            offset = length * (lot + 1) / (lots + 1)
            for side in (0, 1):
                if self.draw.random() > EMPTY_LOTS:
                    at = way[0] + along * offset + across * SETBACK_M * (1 - 2 * side)
                    self.house(at, (name, str(2 * lot + 1 + side)), (offset, side))

    def house(self, at: Floats, address: tuple[str, str], place: tuple[float, int]) -> None:
        """A building of one door, or now and then of many."""
        lon, lat = degrees([at + self.draw.normal(0, 1.0, 2)])[0]
        has_flats = self.draw.random() < SHARE_OF_FLATS
        for _ in range(int(self.draw.integers(*FLATS)) if has_flats else 1):
            minutes = float(self.draw.choice(MINUTES))
            edge = len(self.edges) - 1
            self.doors.append(DoorRow(lon, lat, self.buildings, *address, minutes, edge, *place))
        self.buildings += 1

    def block(self, column: int, row: int) -> None:
        """An avenue, a parkway across it and courts off the avenue, within main roads."""
        x, y = column * BLOCK_M, row * BLOCK_M
        middle = x + BLOCK_M / 2
        south = (middle, y)
        self.main_road(((x, y), south), has_bridge=row % 2 == 0)
        self.main_road((south, (x + BLOCK_M, y)), has_bridge=row % 2 == 0)
        halfway = (x, y + BLOCK_M / 2)
        self.main_road(((x, y), halfway), has_bridge=column % 2 == 0)
        self.main_road((halfway, (x, y + BLOCK_M)), has_bridge=column % 2 == 0)
        name = f"{column}.{row}"
        for step in range(int(BLOCK_M / STEP_M)):
            at, onward = (middle, y + step * STEP_M), (middle, y + (step + 1) * STEP_M)
            self.street((at, onward), f"Avenue {name}")
            for sign in (-1, 1) if step else ():
                if step == CROSSED:
                    self.street((at, (middle + sign * BLOCK_M / 2, at[1])), f"Parkway {name}")
                    continue
                end = (middle + sign * COURT_M * self.draw.uniform(0.8, 1.2), at[1])
                self.street((at, end), f"Court {name}.{step}{'we'[sign > 0]}")


def suburbs(doors: int, seed: int) -> tuple[list[DoorRow], Streets, list[LineString]]:
    """About so many doors, with their streets (a motorway among them) and a river, in degrees."""
    side = max(2, round(np.sqrt(doors / DOORS_OF_A_BLOCK)))
    whole = side * BLOCK_M
    steps = np.linspace(-0.1, 1.1, 60)
    river = LineString(np.column_stack((steps, 0.38 + 0.06 * np.sin(6 * steps))) * whole)
    bypass = (side * 5 // 8) * BLOCK_M + BLOCK_M / 6
    motorway = LineString([(bypass, -0.1 * whole), (bypass, 1.1 * whole)])
    made = Suburbs(np.random.default_rng(seed), river, motorway)
    for row in range(side):
        for column in range(side):
            made.block(column, row)
    made.road(((bypass, -0.1 * whole), (bypass, 1.1 * whole)), StreetKind.MOTORWAY)
    return made.doors, streets_of(made), [*linestrings([degrees(river.coords)])]


def streets_of(made: Suburbs) -> Streets:
    """The edges as arrays."""
    tail, head, length_m, kind = zip(*made.edges, strict=True)
    ends = np.array(degrees(list(made.points)))
    whole = (np.array(column, dtype=np.int64) for column in (tail, head, kind))
    tails, heads, kinds = whole
    return Streets(tails, heads, np.array(length_m), kinds, ends[:, 0], ends[:, 1])


def degrees(places: Sequence[Point] | Sequence[Floats] | object) -> list[Point]:
    """Metres east and north as lon, lat."""
    east, north = np.array(places, dtype=np.float64).T
    lon = LON + east / (DEGREE_M * np.cos(np.radians(LAT)))
    return [*zip(lon.tolist(), (LAT + north / DEGREE_M).tolist(), strict=True)]
