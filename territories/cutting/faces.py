"""Faces between lines, dealt out so that each label is one polygon and no face is left over."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.cutting.borders import owners

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


def dealt_faces(faces: Shapes, points: Floats, labels: Ints, k: int) -> Shapes | None:
    """A polygon (k,) for each label, from faces that meet at their vertices; None if that fails.

    A face is that of most of the points (p, 2) with `labels` (p,) in it. Of each label the face
    with the most points stays; all others join the neighbour with which they share most border.
    """
    point, face = shapely.STRtree(faces).query(shapely.points(points), predicate="within")
    owner = owners(face, labels[point], len(faces), k)
    held = np.bincount(face, labels[point] == owner[face], len(faces))
    order = np.lexsort((-held, owner))
    first = order[np.r_[True, np.diff(owner[order]) != 0]]
    main = np.full(len(faces), -1)
    main[first] = owner[first]
    if set(main[main >= 0].tolist()) != set(range(k)):
        return None
    main = joined_faces(faces, main)
    if (main < 0).any():
        return None
    tiles = [shapely.coverage_union_all(faces[main == label]) for label in range(k)]
    whole = all(tile.geom_type == "Polygon" for tile in tiles)
    return np.array(tiles, dtype=object) if whole else None


def joined_faces(faces: Shapes, label: Ints) -> Ints:
    """The labels (f,) of faces, with those of -1 given to the neighbour that they touch most."""
    one, two = shapely.STRtree(faces).query(faces, predicate="touches")
    loose = label[one] < 0
    one, two = one[loose], two[loose]
    rims = shapely.boundary(faces)
    shared = shapely.length(shapely.intersection(rims[one], rims[two]))
    found = label.copy()
    while True:
        ready = (found[one] < 0) & (found[two] >= 0) & (shared > 0)
        if not ready.any():
            return found
        at = int(np.argmax(np.where(ready, shared, -1.0)))
        found[one[at]] = found[two[at]]
