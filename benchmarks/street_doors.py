"""The doors of a benchmark of streets: from the map itself, or from any file that imports read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np
import shapely
from numpy.typing import NDArray

from territories.streets import WALKING, StreetNetwork
from territories.streets.names import street_key

REACH_M = 120.0  # how far a door may be from its street
DEGREE_M = 111_195.08
SPELLINGS = re.compile(r";|\s/\s")  # of one way: "Privatstraße / Private Road"


@dataclass(frozen=True, eq=False)
class Doors:
    """Addresses with positions in degrees."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    street: list[str]
    number: list[str]

    def __len__(self) -> int:
        return len(self.street)

    def chosen(self, places: NDArray[np.int64]) -> Doors:
        """Some of the doors."""
        return Doors(
            self.lon[places],
            self.lat[places],
            [self.street[place] for place in places],
            [self.number[place] for place in places],
        )

    def within(self, box: tuple[float, float, float, float]) -> Doors:
        """The doors inside of west, south, east and north."""
        west, south, east, north = box
        inside = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        return self.chosen(np.flatnonzero(inside))


def read_doors(path: Path) -> Doors:
    """The addresses of a file that have a position."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from territories.importing.options import (  # noqa: PLC0415  # once Django is set up
        ImportOptions,
        format_of,
    )
    from territories.importing.readers import reader_for  # noqa: PLC0415  # as above
    from territories.importing.rows import Row  # noqa: PLC0415  # as above

    kind = format_of(path.name)
    mapping = {"street": "street+type"} if kind == "csv" and splits_streets(path) else {}
    options = ImportOptions(format=kind, dataset="benchmark", mapping=mapping)
    rows = [row for row in reader_for(path, options).rows() if isinstance(row, Row)]
    return Doors(
        np.array([row.lon for row in rows], dtype=np.float64),
        np.array([row.lat for row in rows], dtype=np.float64),
        [row.street for row in rows],
        [row.number for row in rows],
    )


def splits_streets(path: Path) -> bool:
    """Whether a county's list has "GUNPOWDER" and "RD" in columns of their own."""
    from territories.importing.files import SourceFile  # noqa: PLC0415  # once Django is set up

    source = SourceFile(path)
    with source.text(source.encoding()) as lines:
        return {"street", "type"} <= set(re.split(r"\W+", next(iter(lines), "").lower()))


def near_own_street(
    network: StreetNetwork, doors: Doors, same: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(n,) whether an edge of the door's street is in reach, and hangs together with the rest."""
    scale = np.array([np.cos(np.radians(np.median(doors.lat))), 1.0]) * DEGREE_M
    edges = np.flatnonzero(network.usable(WALKING) & (network.edge_component == 0))
    lines = [shapely.LineString(network.shape(int(edge)) * scale) for edge in edges]
    places = shapely.points(np.column_stack([doors.lon, doors.lat]) * scale)
    door, near = shapely.STRtree(lines).query(places, predicate="dwithin", distance=REACH_M)
    found = np.zeros(len(doors), dtype=np.bool_)
    found[door[same[door, network.edge_name[edges[near]]]]] = True
    return found


def same_street(network: StreetNetwork, doors: Doors) -> NDArray[np.bool_]:
    """(n, names) whether a door's street is one of the spellings of each name of the network."""
    keys = [
        {street_key(part) for part in SPELLINGS.split(f"{name};{others}") if part.strip()}
        for name, others in zip(network.names, network.aliases, strict=True)
    ]
    wanted = {street: street_key(street) for street in set(doors.street)}
    named = {
        street: np.array([key in found for found in keys], dtype=np.bool_)
        for street, key in wanted.items()
    }
    return np.array([named[street] for street in doors.street]).reshape(len(doors), len(keys))
