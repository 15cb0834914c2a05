"""Drawing a few territories anew within what they covered; all others stay to the vertex."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from territories.cutting.borders import MAX_VERTICES
from territories.cutting.coarsening import coarser
from territories.cutting.faces import dealt_faces
from territories.cutting.mosaic import Mosaic
from territories.cutting.outlines import DECIMALS, outlines_of
from territories.cutting.samples import RING_M, shaken, worked
from territories.cutting.sphere import FlatMap
from territories.cutting.units import Units

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

LEAST_INSIDE = 0.97  # of a territory's doors; for less, its neighbours are drawn as well
SLIGHT = 0.01  # of a scattered territory's doors may lie beyond its simplified border
TOUCHES_M = 0.05


def redraw(
    units: Units, labels: Ints, drawn: Mapping[int, Polygon], changed: Collection[int]
) -> dict[int, Polygon]:
    """The outlines in lon, lat that are others after doors went from hand to hand, by label.

    `labels` (n,) are those of the doors now, any numbers; `drawn` the outlines so far, one valid
    coverage (see `outlines`); `changed` every label that lost or got doors, new ones and such as
    have no door left included. Those are drawn anew within what they covered together: what is
    not in the answer is still right, and with the answer it is a coverage as `outlines` makes it.
    Where they cannot be drawn well within that, their neighbours are drawn as well, at last all.
    O(doors of the changed, log), but for the last.
    """
    flat = FlatMap.around(units.doors.lon, units.doors.lat)
    names = set(changed)
    for least in (LEAST_INSIDE, 0.0):
        task = Redrawing.of(flat, units, labels, drawn, names)
        made = task.made(least) if task else None
        if made is not None:
            return made
        names |= neighbours_of(drawn, names)
    return outlines_of(units, labels)


def neighbours_of(drawn: Mapping[int, Polygon], names: Collection[int]) -> set[int]:
    """The labels whose outlines touch some."""
    labels = list(drawn)
    tree = shapely.STRtree(list(drawn.values()))
    mine = np.array([drawn[name] for name in names if name in drawn], dtype=object)
    return {labels[at] for at in tree.query(mine, predicate="intersects")[1].tolist()}


@dataclass(frozen=True, eq=False)
class Redrawing:
    """Units of n doors with labels from 0, the frame they are drawn in, and what lies around it.

    Metres on a flat map. `names` are what the labels were; `around` the outlines beside the frame,
    and `beside` the same in degrees.
    """

    flat: FlatMap
    units: Units
    metres: Floats
    labels: Ints
    names: Ints
    frame: BaseGeometry
    around: Shapes
    beside: Shapes

    @classmethod
    def of(
        cls,
        flat: FlatMap,
        units: Units,
        labels: Ints,
        drawn: Mapping[int, Polygon],
        names: Collection[int],
    ) -> Redrawing | None:
        """What is to be drawn for some labels; None where nothing of them was, or has a door."""
        covered = [drawn[name] for name in names if name in drawn]
        mine = np.isin(labels, list(names))
        if not covered or not mine.any():
            return None
        own = units.where(mine)
        present, code = np.unique(labels[mine], return_inverse=True)
        frame = shapely.coverage_union_all(covered)
        others = np.array([shape for name, shape in drawn.items() if name not in names], object)
        near = others[shapely.STRtree(others).query(frame, predicate="intersects")]

        def flattened(shape: BaseGeometry) -> BaseGeometry:
            return shapely.transform(shape, lambda xy: flat.metres(xy[:, 0], xy[:, 1]))

        around = np.array([flattened(shape) for shape in near], dtype=object)
        metres = flat.metres(own.doors.lon, own.doors.lat)
        return cls(flat, own, metres, code.ravel(), present, flattened(frame), around, near)

    def made(self, least: float) -> dict[int, Polygon] | None:
        """The outlines by name, None where they cannot be drawn well within the frame.

        Well means with at least so many of the doors inside, as a share of each territory's; if
        that is more than nothing, also with at most MAX_VERTICES vertices.
        """
        tiles = self.tiles()
        if tiles is None or (at_best := self.inside(tiles)).min() < least:
            return None
        found = None
        for coarse in map(self.snapped, coarser(tiles, self.around)):
            if (self.inside(coarse) < np.minimum(LEAST_INSIDE, at_best - SLIGHT)).any():
                break
            shapes = self.in_degrees(coarse)
            if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(
                [*shapes, *self.beside]
            ):
                found = dict(zip(self.names.tolist(), shapes, strict=True))
                if shapely.get_num_coordinates(shapes).max() - 1 <= MAX_VERTICES:
                    return found
        return None if least else found

    def tiles(self) -> Shapes | None:
        """The part of the frame (k,) of each label, in one piece; None where that cannot be."""
        inner, of, _ = worked(self.flat, self.units, self.labels)
        halo = shapely.segmentize(shapely.buffer(self.frame, RING_M).boundary, RING_M)
        outer = shapely.get_coordinates(halo)
        nearest = KDTree(inner).query(outer)[1]  # type: ignore[no-untyped-call]  # scipy
        mosaic = Mosaic.of(shaken(np.concatenate((inner, outer))))
        segments, _ = mosaic.borders(np.concatenate((of, of[nearest])))
        between = np.asarray(shapely.linestrings(segments), dtype=object)
        between = between[shapely.intersects(between, self.frame)]
        lines = shapely.union_all([self.frame.boundary, *between])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        faces = faces[shapely.contains_properly(self.frame, shapely.point_on_surface(faces))]
        return dealt_faces(faces, inner, of, len(self.names))

    def inside(self, tiles: Shapes) -> Floats:
        """The share (k,) of the doors of each label that are in its tile."""
        held = shapely.contains_xy(tiles[self.labels], *self.metres.T)
        share: Floats = np.bincount(self.labels, held) / np.bincount(self.labels)
        return share

    def snapped(self, tiles: Shapes) -> Shapes:
        """The tiles, whose borders end at a vertex of the frame wherever an outline lies beyond."""
        fixed = shapely.get_coordinates(self.frame)
        known = set(map(tuple, fixed.tolist()))
        rim = shapely.get_coordinates(shapely.coverage_union_all(tiles))
        ends = np.array([point for point in rim.tolist() if tuple(point) not in known])
        if not len(ends) or not len(self.around):
            return tiles
        beside = shapely.dwithin(shapely.union_all(self.around), shapely.points(ends), TOUCHES_M)
        ends = ends[beside]
        corner = KDTree(fixed).query(ends)[1]  # type: ignore[no-untyped-call]  # scipy
        moved = {tuple(end): fixed[at] for end, at in zip(ends.tolist(), corner, strict=True)}

        def move(xy: Floats) -> Floats:
            return np.array([moved.get(tuple(point), point) for point in xy.tolist()])

        return np.asarray(shapely.remove_repeated_points(shapely.transform(tiles, move)))

    def in_degrees(self, tiles: Shapes) -> list[Polygon]:
        """The tiles in lon, lat."""
        return list(
            shapely.transform(tiles, lambda metres: self.flat.degrees(metres).round(DECIMALS))
        )
