"""Tiles of a coverage with fewer vertices, by moving together the borders that they share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.cutting.asking import Ask, go_on
from territories.cutting.borders import (
    COARSER,
    COARSEST_M,
    MAX_VERTICES,
    TOLERANCE_M,
    Borders,
)

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]

AT_MOST_LOST = 0.03  # of the doors of a territory may lie beyond a border with few vertices


def coarser(tiles: Shapes, around: Shapes) -> Iterator[Shapes]:
    """The tiles (t,) of a coverage in metres, coarser and coarser, none ever over another.

    What they share with the tiles `around` them stays as it is; what faces empty land does not.
    Visvalingam and Whyatt 1993, Line generalisation by repeated elimination of points, The
    Cartographic Journal 30(1), 46-51, doi:10.1179/000870493786962263.
    """
    frame = shapely.union_all(tiles)
    empty = shapely.difference(
        shapely.buffer(frame, COARSEST_M), shapely.union_all([frame, *around])
    )
    parts = shapely.get_parts(empty)
    land = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    tolerance = TOLERANCE_M
    while tolerance <= COARSEST_M:
        found = shapely.coverage_simplify([*tiles, *land], tolerance, simplify_boundary=False)
        yield np.array(found[: len(tiles)], dtype=object)
        tolerance *= COARSER


def tidied(borders: Borders, tiles: Shapes, ask: Ask = go_on) -> Shapes:
    """The tiles (k,) of a coverage, those with too many vertices and their neighbours coarser.

    As coarse as MAX_VERTICES wants, or, if that comes first, as AT_MOST_LOST allows.
    """
    made = tiles.copy()
    for rough in np.flatnonzero(shapely.get_num_coordinates(tiles) - 1 > MAX_VERTICES).tolist():
        ask()
        one = np.array([rough])
        for some in (touching(made, one), one):
            if shapely.get_num_coordinates(made[rough]) - 1 > MAX_VERTICES:
                tidy(borders, made, some, rough)
    return made


def tidy(borders: Borders, made: Shapes, some: Ints, rough: int) -> None:
    """Make some tiles coarser until a rough one of them is no more, or one lost too many doors.

    Whoever has lost more than that before must not lose another.
    """
    around = np.setdiff1d(touching(made, some), some)
    before = lost(borders, some, made[some])
    most = np.maximum(before, AT_MOST_LOST * borders.total[some])
    for coarse in coarser(made[some], made[around]):
        if (lost(borders, some, coarse) > most).any():
            break
        made[some] = coarse
        if shapely.get_num_coordinates(made[rough]) - 1 <= MAX_VERTICES:
            break


def touching(tiles: Shapes, some: Ints) -> Ints:
    """The numbers of the tiles that touch some of them, and of those."""
    found: Ints = np.unique(shapely.STRtree(tiles).query(tiles[some], predicate="intersects")[1])
    return found


def lost(borders: Borders, labels: Ints, tiles: Shapes) -> Ints:
    """The doors (t,) of some labels that lie outside of their tiles."""
    found = np.zeros(len(labels), dtype=np.int64)
    for at, (label, tile) in enumerate(zip(labels.tolist(), tiles.tolist(), strict=True)):
        mine = borders.labels == label
        inside = shapely.contains_xy(tile, *borders.points[mine].T)
        found[at] = borders.doors[mine][~inside].sum()
    return found
