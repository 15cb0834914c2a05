"""Which street maps cover doors, and the snaps that are known there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from territories.models import DoorSnap, StreetMap
from territories.streets.snaps import Snaps

Spot = tuple[float, float, str]  # lon, lat, street
COLUMNS = ("edge", "offset_m", "side", "setback_m", "quality")


def covering_maps(
    organisation_id: int, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> list[StreetMap]:
    """The organisation's maps in use that hold any of the positions (n,), the best first.

    That is the one that holds most of them, and among equals the newest.
    """
    held = []
    for street_map in StreetMap.objects.filter(organisation=organisation_id).current():
        west, south, east, north = street_map.box or (1.0, 1.0, 0.0, 0.0)
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        held.append((int(inside.sum()), street_map))
    return [each for count, each in sorted(held, key=lambda pair: -pair[0]) if count]


def known_snaps(street_map: StreetMap, doors: QuerySet[Any, Any]) -> dict[Spot, tuple[Any, ...]]:
    """The snaps to a map that are kept of some doors (a query of their ids), by their spots."""
    rows = DoorSnap.objects.filter(street_map=street_map, door__in=doors)
    found = rows.values_list("lon", "lat", "street", *COLUMNS)
    return {(lon, lat, street): tuple(snap) for lon, lat, street, *snap in found}


def rows_of(snaps: Snaps) -> list[tuple[Any, ...]]:
    """Snaps as rows of COLUMNS; what no number can say of an unreachable door is 0."""
    columns = (
        snaps.edge,
        np.nan_to_num(snaps.offset_m, posinf=0.0, neginf=0.0),
        snaps.side,
        np.nan_to_num(snaps.setback_m, posinf=0.0, neginf=0.0),
        snaps.quality,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


def snaps_of(rows: Sequence[tuple[Any, ...]]) -> Snaps:
    """Rows of COLUMNS as snaps."""
    edge, offset_m, side, setback_m, quality = zip(*rows, strict=True) if rows else [()] * 5
    return Snaps(
        edge=np.array(edge, dtype=np.int32),
        offset_m=np.array(offset_m, dtype=np.float64),
        side=np.array(side, dtype=np.int8),
        setback_m=np.array(setback_m, dtype=np.float64),
        quality=np.array(quality, dtype=np.uint8),
    )
