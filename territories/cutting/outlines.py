"""Polygons that show territories on a map; the doors in them are the truth, not the polygons.

Doors and samples of the streets between them become a mosaic (see `mosaic`), with a ring of points
around them that lie outside; each territory is made one piece, and the borders are simplified
together, so that neighbours keep sharing them.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from territories.cutting.asking import Ask, go_on
from territories.cutting.borders import borders_of, simplified
from territories.cutting.coarsening import tidied
from territories.cutting.division import Cut
from territories.cutting.mosaic import OUTSIDE, Mosaic
from territories.cutting.samples import Samples, sampled
from territories.cutting.sphere import FlatMap
from territories.cutting.units import Units

Ints = NDArray[np.int64]

BRIDGING_ROUNDS = 3
DECIMALS = 7  # of a degree: about 1 cm


def outlines(cut: Cut, ask: Ask = go_on) -> list[Polygon]:
    """The outline of each territory in lon, lat, in the order of their labels. O(n log n).

    A coverage: valid polygons of one part that share their borders and never overlap, with no gap
    between neighbours, of at most MAX_VERTICES vertices wherever a coverage allows it. A territory
    whose doors lie together has nearly all of them inside (a simplified border may run over a
    house); of one that is scattered among others, the largest piece is drawn. For `ask`, which may
    end it, see `Search`.
    """
    return drawn(cut.units, cut.labels, ask)


def drawn(units: Units, labels: Ints, ask: Ask = go_on) -> list[Polygon]:
    """The outline of each label from 0 on."""
    flat = FlatMap.around(units.doors.lon, units.doors.lat)
    samples = sampled(flat, units, labels)
    ask()
    mosaic = Mosaic.of(samples.points)
    ask()
    whole = filled(mosaic, in_one_piece(mosaic, samples))
    ask()
    borders = borders_of(mosaic, whole, samples.doors)
    tiles = tidied(borders, simplified(borders, ask), ask)
    return [
        shapely.transform(tile, lambda metres: flat.degrees(metres).round(DECIMALS))
        for tile in tiles
    ]


def outlines_of(units: Units, labels: Ints) -> dict[int, Polygon]:
    """The outline of each label (n,), whatever numbers they are (see `outlines`)."""
    present, code = np.unique(labels, return_inverse=True)
    return dict(zip(present.tolist(), drawn(units, code.ravel()), strict=True))


def in_one_piece(mosaic: Mosaic, samples: Samples) -> Ints:
    """The labels, changed so that the points of each territory are joined.

    Pieces of a territory are joined through what lies outside, where a way is free; what is cut off
    by others becomes theirs, but for the piece with the most doors.
    """
    labels = samples.labels
    for _ in range(BRIDGING_ROUNDS):
        bridged = with_bridges(mosaic, labels)
        if (bridged == labels).all():
            break
        labels = bridged
    pieces = mosaic.pieces(labels)
    lost = ~largest_pieces(pieces, labels, samples.doors)[pieces] & (labels != OUTSIDE)
    if not lost.any():
        return labels
    _, source, _ = mosaic.nearest(np.flatnonzero(~lost & (labels != OUTSIDE)), lost)
    return np.where(lost, np.where(source >= 0, labels[source], OUTSIDE), labels)


def largest_pieces(pieces: Ints, labels: Ints, doors: Ints) -> NDArray[np.bool_]:
    """Whether each piece has the most doors of its label; the first of equals."""
    size = np.bincount(pieces, doors)
    label = np.full(len(size), OUTSIDE)
    label[pieces] = labels
    order = np.lexsort((np.arange(len(size)), -size, label))
    first = np.r_[True, label[order][1:] != label[order][:-1]]
    kept = np.zeros(len(size), dtype=bool)
    kept[order[first]] = True
    return kept


def with_bridges(mosaic: Mosaic, labels: Ints) -> Ints:
    """The labels, with points outside given to a territory whose pieces they join, nearest first.

    The ways that spread from the pieces into the outside never meet but at their ends, so that no
    two bridges cross (Kruskal, 1956, doi:10.1090/S0002-9939-1956-0078686-7, over the meetings).
    """
    pieces, outside = mosaic.pieces(labels), labels == OUTSIDE
    free = outside.copy()
    free[mosaic.rim] = False
    metres, source, before = mosaic.nearest(np.flatnonzero(~outside), free)
    a, b = mosaic.edges.T
    meet = (source[a] >= 0) & (source[b] >= 0)
    meet[meet] = (labels[source[a[meet]]] == labels[source[b[meet]]]) & (
        pieces[source[a[meet]]] != pieces[source[b[meet]]]
    )
    a, b = a[meet], b[meet]
    order = np.argsort(metres[a] + metres[b] + mosaic.lengths[meet], kind="stable")
    bridged, group = labels.copy(), np.arange(pieces.max() + 1)
    for x, y in zip(a[order].tolist(), b[order].tolist(), strict=True):
        one, other = group[pieces[source[x]]], group[pieces[source[y]]]
        if one != other:
            group[group == other] = one
            lay(bridged, before, x, int(source[x]))
            lay(bridged, before, y, int(source[y]))
    return bridged


def lay(labels: Ints, before: Ints, end: int, source: int) -> None:
    """Give the way from `source` to `end` to the territory of the source."""
    while end != source:
        labels[end] = labels[source]
        end = int(before[end])


def filled(mosaic: Mosaic, labels: Ints) -> Ints:
    """The labels, with every gap that territories enclose given to the nearest of them."""
    pieces, outside = mosaic.pieces(labels), labels == OUTSIDE
    open_ = np.zeros(pieces.max() + 1, dtype=bool)
    open_[pieces[mosaic.rim]] = True
    gap = outside & ~open_[pieces]
    if not gap.any():
        return labels
    _, source, _ = mosaic.nearest(np.flatnonzero(~outside), gap)
    return np.where(gap, labels[np.maximum(source, 0)], labels)
