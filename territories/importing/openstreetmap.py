"""Doors from OpenStreetMap: addressed nodes, buildings and their entrances.

Tags are those of https://wiki.openstreetmap.org/wiki/Key:addr and Key:entrance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from typing import Any

import osmium
import shapely
from osmium import filter as osm_filter
from osmium.osm import RELATION, WAY

from territories.importing.errors import Damaged, NoAddresses
from territories.importing.files import SourceFile
from territories.importing.rows import Reason, Reject, Row
from territories.models import DoorUse, PositionQuality

ADDRESS_KEYS = ("addr:housenumber", "addr:street", "addr:place")
LOCATIONS = "sparse_file_array"  # an unnamed temporary file: any extract fits
MAX_UNITS = 500  # behind one address; more is a typing error

NOT_ENTRANCES = frozenset({"no", "exit", "emergency", "fire_exit", "garage", "service"})

BUSINESS_KEYS = ("shop", "office", "amenity", "craft", "healthcare", "tourism", "leisure")
BUSINESS_BUILDINGS = frozenset(
    "commercial retail office industrial warehouse supermarket hotel kiosk school hospital church "
    "public civic government university train_station".split()
)
HOME_BUILDINGS = frozenset(
    "apartments house residential detached semidetached_house terrace bungalow dormitory farm "
    "cabin static_caravan houseboat".split()
)
FORMATS = {"gz": "osm.gz", "bz2": "osm.bz2"}
LISTED = re.compile(r"[;,]")
RANGE = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})")

Tags = Mapping[str, str]
Point = tuple[int, float, float]  # a node's id, lon, lat
Position = tuple[float, float, str]  # lon, lat, quality


class OsmReader:
    """Reads the addresses of one OpenStreetMap extract, in passes, whatever its size."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.format = osm_format(source)
        self.is_read = False
        self._entrances: dict[int, bool] = {}  # a node's id → whether it is the main entrance
        self._outlines: dict[int, list[Point]] = {}  # ways that draw an addressed relation

    def progress(self) -> tuple[int, int]:
        """KiB read, and KiB in all; the library tells only when it is done."""
        return (self.source.size_kib if self.is_read else 0), self.source.size_kib

    def facts(self) -> dict[str, Any]:
        """Nothing but what the format says already."""
        return {}

    def rows(self) -> Iterator[Row | Reject]:
        """Every address of the extract. Raises Damaged, and NoAddresses if there is none."""
        found = False
        with refusing_damaged():
            self._read_outlines()
            keys = osm_filter.KeyFilter(*ADDRESS_KEYS, "entrance")
            for thing in self._file().with_locations(LOCATIONS).with_filter(keys):
                if thing.is_node() and is_entrance(thing.tags):
                    self._entrances[thing.id] = thing.tags["entrance"] == "main"
                if is_address(thing.tags):
                    found = True
                    yield from self._addresses(thing)
        self.is_read = True
        if not found:
            raise NoAddresses

    def _file(self, *kinds: Any) -> Any:
        return osmium.FileProcessor(osmium.io.File(str(self.source.path), self.format), *kinds)

    def _read_outlines(self) -> None:
        """Find the ways of addressed relations, which stand before them in the file."""
        addressed = self._file(RELATION).with_filter(osm_filter.KeyFilter(*ADDRESS_KEYS))
        ways = {ref for relation in addressed for ref in outer_ways(relation)}
        if ways:
            drawn = self._file().with_locations(LOCATIONS).with_filter(osm_filter.EntityFilter(WAY))
            drawn = drawn.with_filter(osm_filter.IdFilter(ways))
            self._outlines = {way.id: points_of(way) for way in drawn}

    def _addresses(self, thing: Any) -> Iterator[Row | Reject]:
        """The doors of one addressed object."""
        line, tags = f"{thing.type_str()}{thing.id}", dict(thing.tags)
        position = self._position(thing)
        if position is None:
            yield Reject(line, Reason.NO_POSITION, "")
            return
        lon, lat, quality = position
        street = tags.get("addr:street") or tags.get("addr:place", "")
        postcode, city = tags.get("addr:postcode", ""), tags.get("addr:city", "")
        numbers = listed(tags.get("addr:housenumber", ""))
        for number, unit in product(numbers, units_of(tags)):
            name, use = tags.get("name", ""), use_of(tags)
            yield Row(line, street, number, unit, name, postcode, city, use, lon, lat, quality, "")

    def _position(self, thing: Any) -> Position | None:
        """Where the object's door is, as far as the map tells."""
        if thing.is_node():
            at_entrance = is_entrance(thing.tags)
            quality = PositionQuality.ENTRANCE if at_entrance else PositionQuality.ADDRESS_POINT
            return thing.lon, thing.lat, quality.value
        if thing.is_way():
            return self._door_of(points_of(thing))
        outlines = [self._outlines.get(ref, []) for ref in outer_ways(thing)]
        return self._door_of(max(outlines, key=len, default=[]))

    def _door_of(self, outline: list[Point]) -> Position | None:
        """The main entrance on an outline, or another, or a point inside."""
        if not outline:
            return None
        entrances = [point for point in outline if point[0] in self._entrances]
        if entrances:
            _, lon, lat = max(entrances, key=lambda point: self._entrances[point[0]])
            return lon, lat, PositionQuality.ENTRANCE.value
        return *inside_of([(lon, lat) for _, lon, lat in outline]), PositionQuality.BUILDING.value


def osm_format(source: SourceFile) -> str:
    """What the library calls the format; told by the content, since uploads are renamed."""
    if source.compression:
        return FORMATS[source.compression]
    with source.path.open("rb") as file:
        return "osm" if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "pbf"


@contextmanager
def refusing_damaged() -> Iterator[None]:
    """Turns what the library raises for a truncated, unsorted or foreign file into Damaged."""
    try:
        yield
    except RuntimeError as error:
        raise Damaged(
            f"The file is not a whole OpenStreetMap extract ({error}); fetch it again."
        ) from error


def is_address(tags: Tags) -> bool:
    """Whether tags hold an address of their own, and not how a row of others is numbered."""
    return any(key in tags for key in ADDRESS_KEYS) and "addr:interpolation" not in tags


def is_entrance(tags: Tags) -> bool:
    """Whether tags mark a place where visitors go in."""
    return tags.get("entrance", "no") not in NOT_ENTRANCES


def outer_ways(relation: Any) -> list[int]:
    """The ids of the ways that draw a relation's outline."""
    return [
        member.ref
        for member in relation.members
        if member.type == "w" and member.role in ("outer", "outline", "")
    ]


def points_of(way: Any) -> list[Point]:
    """The points of a way whose positions are in the file."""
    return [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]


def inside_of(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """A point inside a closed outline; of a line or a broken outline, its middle."""
    shape = shapely.LineString(ring) if len(ring) > 1 else shapely.Point(ring[0])
    if len(ring) > 3 and ring[0] == ring[-1]:
        polygon = shapely.Polygon(ring)
        shape = polygon.representative_point() if polygon.is_valid and polygon.area else shape
    middle = shape.centroid
    return middle.x, middle.y


def listed(text: str) -> list[str]:
    """The parts of a list such as "12;14"; an empty text is one empty part."""
    parts = [part for part in LISTED.split(text) if part.strip()]
    return parts or [""]


def units_of(tags: Tags) -> list[str]:
    """The units at an address, "" for a door without; flats may be ranges such as 1-12;14."""
    units = listed(tags.get("addr:unit", ""))
    if units == [""]:
        flats = listed(tags.get("addr:flats", ""))
        units = [unit for part in flats for unit in spread(part)]
    return units[:MAX_UNITS]


def spread(part: str) -> list[str]:
    """The flats of a range, or the part itself where it is none."""
    found = RANGE.fullmatch(part.strip())
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if found and first <= last < first + MAX_UNITS:
        return [str(flat) for flat in range(first, last + 1)]
    return [part]


def use_of(tags: Tags) -> str:
    """Who is behind the door, as far as the tags tell."""
    building = tags.get("building", "")
    if any(tags.get(key, "no") != "no" for key in BUSINESS_KEYS):
        return DoorUse.BUSINESS.value
    if building in BUSINESS_BUILDINGS:
        return DoorUse.BUSINESS.value
    if building in HOME_BUILDINGS or "addr:flats" in tags:
        return DoorUse.HOME.value
    return ""
