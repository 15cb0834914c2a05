"""The doors and streets that cuts are measured on: files, maps, or made-up suburbs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from shapely import LineString

from benchmarks.suburbs import suburbs
from territories.cutting import DoorRow, StreetKind, Streets
from territories.streets import WALKING, Road, StreetNetwork

MAPS = (".osm.pbf", ".osm")


@dataclass(frozen=True)
class Town:
    """What is cut: doors, perhaps streets, and lines that nobody wants to cross."""

    rows: list[DoorRow]
    streets: Streets | None
    barriers: list[LineString]


def town_of(
    name: str, seed: int, streets: Path | None = None, mapping: dict[str, str] | None = None
) -> Town:
    """The doors of a file, on the streets of a map if there is one, or made-up ones on theirs."""
    if name.startswith("suburbs:"):
        return Town(*suburbs(int(name.partition(":")[2]), seed))
    rows = rows_of(Path(name), mapping or {})
    return Town(rows, None, []) if streets is None else on_streets(rows, streets)


def rows_of(path: Path, mapping: dict[str, str]) -> list[DoorRow]:
    """The doors of a file, tidied and without duplicates as an import would have them.

    `mapping` says which column holds a field, as for `ImportOptions`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415  # the importer belongs to Django; made-up suburbs need none

    django.setup()
    from territories.importing.normalise import Normaliser  # noqa: PLC0415  # as above
    from territories.importing.options import ImportOptions, format_of  # noqa: PLC0415
    from territories.importing.readers import reader_for  # noqa: PLC0415
    from territories.importing.rows import Row  # noqa: PLC0415

    options = ImportOptions(format=format_of(path.name), dataset="benchmark", mapping=mapping)
    rows = [row for row in reader_for(path, options).rows() if isinstance(row, Row)]
    doors: dict[str, DoorRow] = {}
    buildings: dict[str, int] = {}
    for door in Normaliser(options).batch(rows)[0]:
        building = buildings.setdefault(door.building_key, len(buildings))
        street = f"{door.city or door.postcode}|{door.street}"
        doors[door.key] = DoorRow(door.lon, door.lat, building, street, door.number)
    return list(doors.values())


def on_streets(rows: list[DoorRow], path: Path) -> Town:
    """The doors snapped to a map, its streets, and its railways and rivers as barriers.

    Doors that are on no street of it are cut by street name and block, as ever.
    """
    network = StreetNetwork.from_osm(path)
    walked = np.flatnonzero(network.usable(WALKING))
    place = np.full(len(network.edge_start) + 1, -1, dtype=np.int64)
    place[walked] = np.arange(len(walked))
    lon, lat = (np.array([getattr(row, axis) for row in rows]) for axis in ("lon", "lat"))
    names = [row.street.partition("|")[2] for row in rows]
    snaps = network.snap(lon, lat, street=names)
    found = zip(
        place[snaps.edge].tolist(),
        snaps.offset_m.astype(float).tolist(),
        (snaps.side < 0).astype(int).tolist(),
        strict=True,
    )
    on_map = [
        row._replace(edge=edge, offset_m=offset_m, side=side) if edge >= 0 else row
        for row, (edge, offset_m, side) in zip(rows, found, strict=True)
    ]
    position = np.column_stack((network.barrier_lon, network.barrier_lat))
    ends = pairwise(network.barrier_first.tolist())
    barriers = [LineString(position[first:last]) for first, last in ends]
    return Town(on_map, streets_of(network, walked), barriers)


def streets_of(network: StreetNetwork, walked: np.ndarray) -> Streets:
    """Some edges of a network, as the cutting wants them."""
    road = network.edge_road[walked]
    kind = np.full(len(road), StreetKind.STREET, dtype=np.int64)
    kind[road <= Road.SECONDARY] = StreetKind.MAIN
    kind[road >= Road.SERVICE] = StreetKind.PATH
    return Streets(
        network.edge_start[walked].astype(np.int64),
        network.edge_end[walked].astype(np.int64),
        network.edge_length_m[walked].astype(np.float64),
        kind,
        network.node_lon.astype(np.float64),
        network.node_lat.astype(np.float64),
    )


def streets_on(path: Path) -> Streets | None:
    """The streets of a street map, to be drawn; None of a list of doors."""
    if not path.name.endswith(MAPS):
        return None
    network = StreetNetwork.from_osm(path)
    return streets_of(network, np.arange(len(network.edge_start)))
