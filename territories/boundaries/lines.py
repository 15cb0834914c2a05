"""Lines that nobody wants to cross, from GeoJSON that somebody has drawn or downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

MOST_POINTS = 20_000
WORLD = shapely.box(-180, -90, 180, 90)


class BarriersUnreadable(ValueError):
    """The GeoJSON holds no lines or areas in degrees, or too many."""


def barrier_lines(document: dict[str, Any]) -> list[LineString]:
    """The lines of a GeoJSON geometry, feature or collection, and the borders of its areas.

    Points are none. Raises BarriersUnreadable. O(points).
    """
    found = [line for shape in geometries(document) for line in lines_of(shape)]
    if not found:
        raise BarriersUnreadable("it holds no line and no area")
    if sum(shapely.get_num_coordinates(line) for line in found) > MOST_POINTS:
        raise BarriersUnreadable(f"it has more than {MOST_POINTS:,} points")
    if not all(WORLD.covers(line) for line in found):
        raise BarriersUnreadable("positions are lon, lat in degrees")
    return found


def geometries(document: Any) -> Iterator[BaseGeometry]:
    """The geometries of a GeoJSON document. Raises BarriersUnreadable."""
    if not isinstance(document, dict):
        raise BarriersUnreadable("it is no GeoJSON")
    if document.get("type") == "FeatureCollection":
        for feature in document.get("features") or ():
            yield from geometries(feature)
    elif document.get("type") == "Feature":
        if document.get("geometry") is not None:
            yield from geometries(document["geometry"])
    else:
        try:
            yield shapely.from_geojson(json.dumps(document))
        except (shapely.GEOSException, TypeError, ValueError, RecursionError) as error:
            raise BarriersUnreadable("it is no GeoJSON") from error


def lines_of(shape: BaseGeometry) -> Iterator[LineString]:
    """The lines of a geometry, and the rings of its areas, as far as they have a length."""
    for part in shapely.get_parts(shapely.get_parts(shape)):  # of what a collection holds, too
        drawn = part.boundary if part.geom_type == "Polygon" else part
        lines = shapely.get_parts(drawn)
        yield from (line for line in lines if "Line" in line.geom_type and line.length > 0)
