"""Street maps of the little town of town.py, and tools to bring them in.

Street A runs east in front of its houses, 10 m south of them, B 200 m north of it, C and so on; at
their western ends they are joined by Cross Way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from common.runs import RunState
from territories.models import SnapRun, StreetMap
from territories.street_maps import request_street_map
from territories.tasks import import_streets_of, snap_doors_of
from tests.cast import NOON, Company
from tests.territories.importing.reading import node, osm, packed, way
from tests.territories.town import LAT, LON, admin_of

WEST, EAST = LON - 0.0009, LON + 20 * 0.00036  # 50 m before the first house, and after the last
SOUTH = LAT - 0.00009  # 10 m south of the houses
RAILWAY = {"railway": "rail"}
BLOCK = 0.0018  # degrees from street to street


def streets(
    names: str = "AB",
    *,
    road: str = "residential",
    west: float = WEST,
    rail: int | None = None,
    line: Mapping[str, str] = RAILWAY,
) -> str:
    """The extract of a town with these streets; at a "-" there is none.

    With `rail` a railway, or another `line`, runs halfway between the street of that row, from 0,
    and the next; Cross Way crosses it.
    """
    nodes, ways, corners = [], [], []
    for row, name in [(row, name) for row, name in enumerate(names) if name != "-"]:
        corner, end = 10 * row + 1, 10 * row + 2
        lat = SOUTH + row * BLOCK
        nodes += [node(corner, west, lat), node(end, EAST, lat)]
        ways.append(way(row + 1, corner, end, highway=road, name=name))
        corners.append(corner)
    cross = way(99, *corners, highway=road, name="Cross Way")
    lines = [cross] if len(corners) > 1 else []
    if rail is not None:
        lat = SOUTH + (rail + 0.5) * BLOCK
        nodes += [node(901, west - BLOCK, lat), node(902, EAST + BLOCK, lat)]
        lines.append(way(100, 901, 902, **line))
    return osm(*nodes, *ways, *lines)


def requested(
    company: Company, content: str | bytes = "", *, name: str = "Hill", file: str = "hill.osm"
) -> StreetMap:
    """A map that the company's admin has asked for and no worker has begun."""
    data = (content or streets()).encode() if isinstance(content, str) else content
    return request_street_map(
        actor=admin_of(company),
        file=ContentFile(packed(data, file), name=file),
        name=name,
        now=NOON,
    )


def built(company: Company, content: str | bytes = "", **wish: Any) -> StreetMap:
    """A map that a worker has built, however it ended; its doors are not snapped yet."""
    street_map = requested(company, content, **wish)
    import_streets_of(street_map.pk)
    street_map.refresh_from_db()
    return street_map


def mapped(company: Company, content: str | bytes = "", **wish: Any) -> StreetMap:
    """A map in use, to which a worker has snapped the doors."""
    street_map = built(company, content, **wish)
    assert street_map.state == RunState.DONE, street_map.error_message
    snap_all()
    return street_map


def snap_all() -> list[SnapRun]:
    """Every snapping that is queued, carried out by a worker's task."""
    queued = list(SnapRun.objects.filter(state=RunState.QUEUED).order_by("pk"))
    for run in queued:
        snap_doors_of(run.pk)
        run.refresh_from_db()
    return queued
