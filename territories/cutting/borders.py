"""The borders of a mosaic as lines between junctions, simplified without losing a tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from territories.cutting.asking import Ask, go_on
from territories.cutting.mosaic import OUTSIDE, Mosaic

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Lines = NDArray[np.object_]

MAX_VERTICES = 60
TOLERANCE_M = 6.0  # how far a border may be moved at first
COARSER = 1.4
COARSEST_M = 300.0
FINER = 2.0
MAX_LOST = 0.02  # of the doors of a territory may lie beyond its simplified border
ROUNDS = 30


@dataclass(frozen=True)
class Borders:
    """Lines in metres that meet only at their ends, and the doors (p, 2) next to them.

    `between` (l, 2) names the labels on both sides of each line; `labels` (p,) those of the points,
    `doors` (p,) how many doors each stands for, and `total` (k,) all doors of each label.
    """

    lines: Lines
    between: Ints
    points: Floats
    labels: Ints
    doors: Ints
    total: Ints


def borders_of(mosaic: Mosaic, labels: Ints, doors: Ints) -> Borders:
    """The borders between the labels, from junction to junction; rings are in two halves."""
    segments, sides = mosaic.borders(labels)
    pieces = np.asarray(shapely.linestrings(segments), dtype=object)
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces)))
    lines = np.array([half for line in merged for half in halves(line)], dtype=object)
    starts = shapely.linestrings([shapely.get_coordinates(line)[:2] for line in lines])
    of_line = shapely.STRtree(pieces).nearest(
        shapely.line_interpolate_point(starts, 0.5, normalized=True)
    )
    near = np.unique(mosaic.edges[(labels[mosaic.edges[:, 0]] != labels[mosaic.edges[:, 1]])])
    near = near[labels[near] != OUTSIDE]
    inside = labels != OUTSIDE
    return Borders(
        lines=lines,
        between=sides[of_line],
        points=mosaic.points[near],
        labels=labels[near],
        doors=doors[near],
        total=np.bincount(labels[inside], doors[inside]).astype(np.int64),
    )


def halves(line: shapely.LineString) -> list[shapely.LineString]:
    """A line; a closed one as two, which keep two distinct ends when they are simplified."""
    if not line.is_closed:
        return [line]
    xy = shapely.get_coordinates(line)
    middle = len(xy) // 2
    return [shapely.LineString(xy[: middle + 1]), shapely.LineString(xy[middle:])]


def simplified(borders: Borders, ask: Ask = go_on) -> Lines:
    """The tile of each label, its borders moved by as little as MAX_VERTICES vertices allow.

    Lines are simplified one by one (Douglas and Peucker, 1973, Algorithms for the reduction of the
    number of points required to represent a digitized line or its caricature, Cartographica 10(2),
    112-122, doi:10.3138/FM57-6770-U75U-7727), coarser around tiles with too many vertices and finer
    around tiles that this would break or strip of more than MAX_LOST of their doors.
    """
    tolerance = np.full(len(borders.lines), TOLERANCE_M)
    most = np.full(len(borders.lines), np.inf)
    for _ in range(ROUNDS):
        ask()
        lines = coarse_enough(borders, tolerance, most)
        tiles, broken = tiles_of(borders, lines)
        if not broken.any():
            break
        touched = broken[borders.between].any(axis=1)  # OUTSIDE is the last, and never broken
        most[touched] = tolerance[touched] / FINER
        tolerance = np.minimum(tolerance, most)
    return tiles


def coarse_enough(borders: Borders, tolerance: Floats, most: Floats) -> Lines:
    """The lines, simplified by `tolerance`, which grows up to `most` around rough tiles."""
    while True:
        lines = shapely.simplify(borders.lines, tolerance, preserve_topology=False)
        steps = np.repeat(shapely.get_num_coordinates(lines) - 1, 2)
        vertices = np.bincount(borders.between.ravel() + 1, steps)
        rough = np.r_[vertices[1:] > MAX_VERTICES, False]
        grows = rough[borders.between].any(axis=1) & (tolerance < np.minimum(most, COARSEST_M))
        if not grows.any():
            return np.asarray(lines, dtype=object)
        tolerance[grows] = np.minimum(tolerance[grows] * COARSER, most[grows])


def tiles_of(borders: Borders, lines: Lines) -> tuple[Lines, NDArray[np.bool_]]:
    """The tile of each label between the lines, and which labels have none that will do.

    A tile does if it is one valid polygon that crosses no other and holds nearly all of its doors.
    The flags (k + 1,) end with one for OUTSIDE, which is never set.
    """
    faces = shapely.get_parts(shapely.polygonize(list(lines)))
    point, face = shapely.STRtree(faces).query(shapely.points(borders.points), predicate="within")
    count = len(borders.total)
    owner = owners(face, borders.labels[point], len(faces), count)
    mine = owner[face] == borders.labels[point]
    held = np.bincount(borders.labels[point][mine], borders.doors[point][mine], minlength=count)
    near = np.bincount(borders.labels, borders.doors, minlength=count)
    broken = near - held > MAX_LOST * borders.total
    broken |= np.bincount(owner[owner >= 0], minlength=count) != 1
    tiles = np.full(count, Polygon(), dtype=object)
    tiles[owner[owner >= 0]] = faces[owner >= 0]
    broken |= ~shapely.is_valid(tiles)
    broken |= ~shapely.is_empty(shapely.coverage_invalid_edges(tiles))
    return tiles, np.r_[broken, False]


def owners(face: Ints, label: Ints, faces: int, labels: int) -> Ints:
    """The label that most points in each face have, the lower of equals; -1 where there is none."""
    keys, votes = np.unique(face * labels + label, return_counts=True)
    order = np.lexsort((keys, -votes, keys // labels))
    first = np.r_[True, np.diff(keys[order] // labels) != 0] if len(order) else []
    owner = np.full(faces, -1)
    owner[keys[order][first] // labels] = keys[order][first] % labels
    return owner
