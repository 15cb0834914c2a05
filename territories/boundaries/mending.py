"""Areas out of whatever geometry a file has: mended, cut at the antimeridian, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.errors import ShapelyError
from shapely.geometry import shape

Coordinates = NDArray[np.float64]
Area = shapely.Polygon | shapely.MultiPolygon

HALF, WHOLE = 180.0, 360.0
WORLD = shapely.box(-HALF, -90.0, HALF, 90.0)
MOST_TURNS = 1  # how often the Earth may be gone round to reach a coordinate


class Refusal(StrEnum):
    """Why a feature did not become a neighborhood."""

    NO_GEOMETRY = "no_geometry"
    NOT_AN_AREA = "not_an_area"
    NOT_DEGREES = "not_degrees"
    AROUND_A_POLE = "around_a_pole"


class Refused(ValueError):
    """A geometry that encloses no area that could be kept."""

    def __init__(self, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(reason.value)


class Mended(NamedTuple):
    """A valid Polygon or MultiPolygon in degrees, and what had to be done for it."""

    area: Area
    was_invalid: bool
    crossed_antimeridian: bool


def mended(geometry: dict[str, Any] | None) -> Mended:
    """The area of a GeoJSON geometry. Raises Refused.

    Heights are dropped, points and lines too. What crosses itself is mended (`make_valid`). What
    crosses the antimeridian, whether its longitudes jump there or go on beyond 180, is cut in two
    there, as RFC 7946 (section 3.1.9) has it.
    """
    polygons = polygons_of(geometry)
    if not polygons:
        raise Refused(Refusal.NOT_AN_AREA)
    refuse_no_degrees(shapely.get_coordinates(polygons))
    unrolled = [unrolled_polygon(polygon) for polygon in polygons]
    was_invalid = not bool(shapely.is_valid(unrolled).all())
    area = areal(shapely.union_all([areal(shapely.make_valid(one)) for one in unrolled]))
    west, _, east, _ = area.bounds if not area.is_empty else (0.0,) * 4
    crosses = west < -HALF or east > HALF
    if crosses:
        area = cut_at_antimeridian(area)
    if not area.area > 0:
        raise Refused(Refusal.NOT_AN_AREA)
    return Mended(area, was_invalid, crosses)


def polygons_of(geometry: dict[str, Any] | None) -> list[shapely.Polygon]:
    """The polygons in a geometry, at any depth. Raises Refused for what is no geometry."""
    if geometry is None:
        raise Refused(Refusal.NO_GEOMETRY)
    try:
        whole = shapely.force_2d(shape(geometry))
    except (AttributeError, LookupError, TypeError, ValueError, ShapelyError) as error:
        raise Refused(Refusal.NO_GEOMETRY) from error
    return list(polygons_in(whole))


def polygons_in(geometry: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """The polygons that are not empty, at any depth."""
    if isinstance(geometry, shapely.Polygon):
        if not geometry.is_empty:
            yield geometry
    elif isinstance(geometry, shapely.MultiPolygon | shapely.GeometryCollection):
        for part in geometry.geoms:
            yield from polygons_in(part)


def areal(geometry: shapely.Geometry) -> Area:
    """The area of a geometry, without the points and lines that mending may leave."""
    parts = list(polygons_in(geometry))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def refuse_no_degrees(coordinates: Coordinates) -> None:
    """Raise Refused unless these are positions on Earth, at most once around it."""
    lon, lat = np.abs(coordinates.T)
    if not (np.isfinite(coordinates).all() and lon.max() <= HALF + WHOLE and lat.max() <= 90.0):
        raise Refused(Refusal.NOT_DEGREES)


def unrolled_polygon(polygon: shapely.Polygon) -> shapely.Polygon:
    """The polygon with longitudes that go on across the antimeridian instead of jumping."""
    shell = unrolled_ring(shapely.get_coordinates(polygon.exterior))
    holes = [unrolled_ring(shapely.get_coordinates(hole)) for hole in polygon.interiors]
    return shapely.Polygon(shell, [beside(hole, shell) for hole in holes])


def unrolled_ring(ring: Coordinates) -> Coordinates:
    """A ring whose longitudes do not jump; one step of 360 is an edge along a parallel.

    Raises Refused if it does not come back to where it began: it goes around a pole.
    """
    steps = np.diff(ring[:, 0])
    jumps = (np.abs(steps) > HALF) & (np.abs(steps) < WHOLE)
    if not jumps.any():
        return ring
    turns = np.concatenate(([0.0], np.cumsum(-np.sign(steps) * jumps)))
    if turns[-1]:
        raise Refused(Refusal.AROUND_A_POLE)
    return np.column_stack((ring[:, 0] + WHOLE * turns, ring[:, 1]))


def beside(hole: Coordinates, shell: Coordinates) -> Coordinates:
    """A hole, moved around the Earth to where its shell is."""
    turns = np.round((shell[:, 0].mean() - hole[:, 0].mean()) / WHOLE)
    moved: Coordinates = hole + np.array([WHOLE * turns, 0.0])
    return moved


def cut_at_antimeridian(area: Area) -> Area:
    """An area whose longitudes go beyond 180 degrees, as parts that do not."""
    turned = [translate(area, WHOLE * turn) for turn in (-MOST_TURNS, 0, MOST_TURNS)]
    return areal(shapely.union_all([areal(shapely.intersection(WORLD, one)) for one in turned]))
