"""Areas out of sound, broken and crossing geometries."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping

from territories.boundaries.mending import Refusal, Refused, mended


def polygon(*rings: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in rings]}


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def test_a_sound_polygon_stays_as_it_is() -> None:
    """Its hole too; nothing is reported."""
    found = mended(polygon(box(0, 0, 3, 3), box(1, 1, 2, 2)))
    assert found.area.equals(shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2))
    assert not found.was_invalid
    assert not found.crossed_antimeridian


def test_a_polygon_that_crosses_itself_is_mended_and_said() -> None:
    """A bow tie becomes its two triangles."""
    found = mended(polygon([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)]))
    assert found.was_invalid
    assert found.area.is_valid
    assert found.area.area == pytest.approx(2)


def test_the_polygons_of_a_collection_are_one_area_and_lines_are_dropped() -> None:
    """At any depth, with heights left out."""
    inner = {"type": "MultiPolygon", "coordinates": [polygon(box(4, 0, 5, 1))["coordinates"]]}
    high = {"type": "Polygon", "coordinates": [[[x, y, 9.0] for x, y in box(0, 0, 1, 1)]]}
    line = {"type": "LineString", "coordinates": [[0, 0], [9, 9]]}
    nested = {"type": "GeometryCollection", "geometries": [inner, line]}
    found = mended({"type": "GeometryCollection", "geometries": [high, nested]})
    assert found.area.equals(shapely.box(0, 0, 1, 1) | shapely.box(4, 0, 5, 1))
    assert not found.area.has_z


@pytest.mark.parametrize(
    "ring",
    [
        [(179, 0), (-179, 0), (-179, 1), (179, 1), (179, 0)],
        [(-179, 1), (179, 1), (179, 0), (-179, 0), (-179, 1)],
        [(179, 0), (181, 0), (181, 1), (179, 1), (179, 0)],
        [(-181, 0), (-179, 0), (-179, 1), (-181, 1), (-181, 0)],
    ],
)
def test_what_crosses_the_antimeridian_is_cut_there(ring: list[tuple[float, float]]) -> None:
    """Two parts of one degree each, whichever way the file writes it."""
    found = mended(polygon(ring))
    assert found.crossed_antimeridian
    assert found.area.equals(shapely.box(179, 0, 180, 1) | shapely.box(-180, 0, -179, 1))


def test_a_hole_beyond_the_antimeridian_stays_a_hole() -> None:
    """Its longitudes are those of the other side."""
    shell = [(178.0, 0.0), (-178.0, 0.0), (-178.0, 4.0), (178.0, 4.0), (178.0, 0.0)]
    found = mended(polygon(shell, box(-179.5, 1, -178.5, 2)))
    assert found.area.area == pytest.approx(16 - 1)
    assert not found.area.covers(shapely.Point(-179, 1.5))


def test_the_whole_world_is_no_crossing() -> None:
    """An edge of 360 degrees runs along a parallel."""
    found = mended(polygon(box(-180, -90, 180, 90)))
    assert found.area.equals(shapely.box(-180, -90, 180, 90))


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, Refusal.NO_GEOMETRY),
        ({"type": "Polygon"}, Refusal.NO_GEOMETRY),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, Refusal.NO_GEOMETRY),
        ({"type": "Polygon", "coordinates": []}, Refusal.NOT_AN_AREA),
        ({"type": "Point", "coordinates": [1, 2]}, Refusal.NOT_AN_AREA),
        (polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), Refusal.NOT_AN_AREA),
        (polygon(box(500000, 4000000, 500100, 4000100)), Refusal.NOT_DEGREES),
        (polygon([(-120, 80), (0, 80), (120, 80), (-120, 80)]), Refusal.AROUND_A_POLE),
    ],
)
def test_what_is_no_area_is_refused_with_its_reason(geometry: Any, reason: Refusal) -> None:
    """Never silently dropped."""
    with pytest.raises(Refused) as caught:
        mended(geometry)
    assert caught.value.reason == reason


coordinate = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@given(st.lists(coordinate, min_size=3, max_size=12))
def test_whatever_ring_is_drawn_becomes_a_valid_area_or_none(ring: list[tuple[int, int]]) -> None:
    """Also when read again it is the same and needs no more mending."""
    drawn = polygon([(float(x), float(y)) for x, y in [*ring, ring[0]]])
    if shapely.make_valid(shapely.geometry.shape(drawn)).area == 0:
        with pytest.raises(Refused, match=Refusal.NOT_AN_AREA):
            mended(drawn)
        return
    found = mended(drawn)
    assert found.area.is_valid
    assert found.area.area > 0
    assert not mended(mapping(found.area)).was_invalid
