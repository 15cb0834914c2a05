"""The region that an import is confined to, and how far apart two positions are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from geopy.distance import EARTH_RADIUS
from numpy.typing import NDArray
from shapely.geometry import shape

from territories.importing.errors import InvalidOptions

BBox = tuple[float, float, float, float]
Degrees = NDArray[np.float64]


def region_polygon(region: Sequence[float] | dict[str, Any]) -> shapely.Geometry:
    """The region as a shape: a box [west, south, east, north], or a GeoJSON polygon.

    A GeoJSON feature, or a collection of them, stands for its polygons. Raises InvalidOptions for
    anything that encloses no area.
    """
    try:
        polygon = geojson_polygon(region) if isinstance(region, dict) else box(region)
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise InvalidOptions(
            "The region must be west,south,east,north in degrees, or a GeoJSON polygon."
        ) from error
    shapely.prepare(polygon)
    return polygon


def box(bounds: Sequence[float]) -> shapely.Geometry:
    """A box from west, south, east, north in degrees. Raises ValueError if it encloses nothing."""
    west, south, east, north = (float(bound) for bound in bounds)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(bounds)
    return shapely.box(west, south, east, north)


def geojson_polygon(value: dict[str, Any]) -> shapely.Geometry:
    """The area of a GeoJSON geometry, feature or collection. Raises ValueError if there is none."""
    if value["type"] == "FeatureCollection":
        parts = [shape(feature["geometry"]) for feature in value["features"]]
    else:
        parts = [shape(value["geometry"] if value["type"] == "Feature" else value)]
    polygon = shapely.make_valid(shapely.union_all(parts))
    if not (polygon.area > 0 and all(map(math.isfinite, polygon.bounds))):
        raise ValueError(value["type"])
    return polygon


def inside(polygon: shapely.Geometry, lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Which positions lie in the polygon or on its edge. (n,) degrees in, (n,) bool out."""
    return np.asarray(shapely.intersects_xy(polygon, lon, lat), dtype=np.bool_)


def distance_m(lon: Degrees, lat: Degrees, other_lon: Degrees, other_lat: Degrees) -> Degrees:
    """Great-circle distances in metres between pairs of positions (haversine). All (n,) degrees."""
    north, other_north = np.radians(lat), np.radians(other_lat)
    half_lat = np.sin((other_north - north) / 2) ** 2
    half_lon = np.sin(np.radians(other_lon - lon) / 2) ** 2
    chord = half_lat + np.cos(north) * np.cos(other_north) * half_lon
    metres: Degrees = 2000 * EARTH_RADIUS * np.arcsin(np.sqrt(chord))
    return metres
