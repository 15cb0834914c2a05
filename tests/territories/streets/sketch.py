"""Networks drawn by hand in metres, and doors on them, for tests of travel times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territories.streets import Access, Road, SnapQuality, Snaps, StreetNetwork

DEGREE_M = 6_371_008.8 * np.pi / 180
OPEN = Access.WALK | Access.CYCLE_FORWARD | Access.CYCLE_BACKWARD
OPEN |= Access.DRIVE_FORWARD | Access.DRIVE_BACKWARD
PRIVATE = OPEN | Access.PRIVATE_WALK | Access.PRIVATE_CYCLE | Access.PRIVATE_DRIVE
ONE_WAY = OPEN & ~Access.DRIVE_BACKWARD


@dataclass(frozen=True)
class Street:
    """An edge from corner to corner, over bends between."""

    start: str
    end: str
    name: str = ""
    road: Road = Road.RESIDENTIAL
    access: Access = OPEN
    bends: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Door:
    """A door at an edge: metres from its start, side, metres from the line."""

    edge: int
    offset_m: float
    side: int = 1
    setback_m: float = 0.0


def network(corners: dict[str, tuple[float, float]], streets: Sequence[Street]) -> StreetNetwork:
    """A network of straight pieces; corners are metres east and north of 0, 0 on the equator."""
    places = list(corners)
    names = ["", *dict.fromkeys(street.name for street in streets if street.name)]
    shapes = [
        np.array([corners[street.start], *street.bends, corners[street.end]], dtype=np.float64)
        for street in streets
    ]
    along = [
        np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(shape, axis=0).T))]) for shape in shapes
    ]
    points = np.concatenate(shapes) / DEGREE_M
    junctions = np.array(list(corners.values()), dtype=np.float64) / DEGREE_M
    count = len(streets)
    return StreetNetwork(
        node_lon=junctions[:, 0],
        node_lat=junctions[:, 1],
        edge_start=np.array([places.index(s.start) for s in streets], dtype=np.int32),
        edge_end=np.array([places.index(s.end) for s in streets], dtype=np.int32),
        edge_length_m=np.array([metres[-1] for metres in along]),
        edge_road=np.array([s.road for s in streets], dtype=np.uint8),
        edge_access=np.array([s.access for s in streets], dtype=np.uint8),
        edge_marks=np.zeros(count, dtype=np.uint8),
        edge_name=np.array([names.index(s.name) for s in streets], dtype=np.int32),
        edge_component=np.zeros(count, dtype=np.int32),
        shape_first=np.cumsum([0, *map(len, shapes)]).astype(np.int32),
        shape_lon=points[:, 0],
        shape_lat=points[:, 1],
        shape_m=np.concatenate(along),
        barrier_kind=np.zeros(0, dtype=np.uint8),
        barrier_first=np.zeros(1, dtype=np.int32),
        barrier_lon=np.zeros(0),
        barrier_lat=np.zeros(0),
        names=tuple(names),
        aliases=("",) * len(names),
    )


def snaps(*doors: Door) -> Snaps:
    """Doors as snapped ones."""
    return Snaps(
        edge=np.array([door.edge for door in doors], dtype=np.int32),
        offset_m=np.array([door.offset_m for door in doors], dtype=np.float64),
        side=np.array([door.side for door in doors], dtype=np.int8),
        setback_m=np.array([door.setback_m for door in doors], dtype=np.float64),
        quality=np.full(len(doors), SnapQuality.BY_NAME, dtype=np.uint8),
    )
