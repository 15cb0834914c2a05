"""How good a cut is: even, whole, in one piece, compact, and how far it makes people walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.cutting.division import Cut
from territories.cutting.links import Links, bridges, joined, parts_of, tree_of
from territories.cutting.notices import Notice, notices

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """What a cut is like. Tuples are in the order of the territories' labels.

    `split_streets` counts street sections (as in `Finder`) whose doors are in more than one
    territory, `shared_streets` streets by name of which that is true, `split_buildings` buildings.
    `pieces` is the number of pieces of each territory: doors are in one piece if walks between
    neighbours join them, without the doors of others. `crossings` are walks over a barrier that a
    territory needs to hang together. `walk_m` is the shortest net of walks that joins its doors,
    `dead_m` how much of it leads past no neighbour: what joins its pieces, and bridges.
    `largest_building` are the minutes of the building where each has most. `compactness` is the
    area of its convex hull as a share of the smallest circle around it (Reock, 1961, A note:
    measuring compactness as a requirement of legislative apportionment, doi:10.2307/2109043).
    """

    doors: tuple[int, ...]
    minutes: tuple[float, ...]
    pieces: tuple[int, ...]
    walk_m: tuple[float, ...]
    dead_m: tuple[float, ...]
    crossings: tuple[int, ...]
    compactness: tuple[float, ...]
    split_streets: int
    shared_streets: int
    split_buildings: int
    largest_building: tuple[float, ...]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is unusual, territory by territory, named."""
        found = notices(
            self.minutes, self.largest_building, self.pieces, self.crossings, self.dead_m
        )
        return tuple(found)

    @property
    def mean_minutes(self) -> float:
        """The minutes of a territory if all were equal."""
        return sum(self.minutes) / len(self.minutes)

    @property
    def smallest(self) -> float:
        """The least work of a territory, as a share of the mean: 1.0 is perfectly even."""
        return min(self.minutes) / self.mean_minutes if self.mean_minutes else 1.0

    @property
    def largest(self) -> float:
        """The most work of a territory, as a share of the mean."""
        return max(self.minutes) / self.mean_minutes if self.mean_minutes else 1.0

    @property
    def in_pieces(self) -> int:
        """How many territories are in more than one piece."""
        return sum(pieces > 1 for pieces in self.pieces)


def assess(cut: Cut) -> Assessment:
    """Measure a cut, whoever made it. O(n log n)."""
    units, labels, k = cut.units, cut.labels, cut.territories
    links = units.links
    inside = labels[links.tail] == labels[links.head]
    part = parts_of(len(labels), links.tail[inside], links.head[inside])
    first = np.unique(part, return_index=True)[1]
    pieces = np.bincount(labels[first], minlength=k)
    ties = joined([links.where(inside), *joins(cut, links.where(inside), pieces)])
    walks = tree_of(len(labels), ties.tail, ties.head, ties.gap_m)
    dead = among(len(labels), walks, ties.where(ties.bridge))
    over = among(len(labels), walks, links.where(cut.lines.barrier & inside))
    return Assessment(
        doors=tuple(np.bincount(labels, minlength=k).tolist()),
        minutes=tuple(np.bincount(labels, units.minutes, k).tolist()),
        pieces=tuple(pieces.tolist()),
        walk_m=tuple(np.bincount(labels[walks[0]], walks[2], k).tolist()),
        dead_m=tuple(np.bincount(labels[walks[0]], walks[2] * dead, k).tolist()),
        crossings=tuple(np.bincount(labels[walks[0][over]], minlength=k).tolist()),
        compactness=tuple(reock(cut).tolist()),
        split_streets=split(cut.sections.of_door, labels),
        shared_streets=split(units.doors.street[named := units.doors.street >= 0], labels[named]),
        split_buildings=split(units.doors.building, labels),
        largest_building=tuple(largest(cut).tolist()),
    )


def largest(cut: Cut) -> Floats:
    """The minutes (k,) that each territory has in the building where it has most."""
    pairs = cut.units.doors.building * cut.territories + cut.labels
    named, at = np.unique(pairs, return_inverse=True)
    found = np.zeros(cut.territories)
    np.maximum.at(found, named % cut.territories, np.bincount(at.ravel(), cut.units.minutes))
    return found


def joins(cut: Cut, inside: Links, pieces: Ints) -> list[Links]:
    """The shortest walks that join the pieces of each territory that is in several."""
    found = []
    place = np.zeros(len(cut.labels), dtype=np.int64)
    order = np.argsort(cut.labels, kind="stable")
    starts = np.searchsorted(cut.labels[order], np.arange(cut.territories + 1))
    own = cut.labels[inside.tail]
    by_label = np.argsort(own, kind="stable")
    bounds = np.searchsorted(own[by_label], np.arange(cut.territories + 1))
    for label in np.flatnonzero(pieces > 1).tolist():
        doors = order[starts[label] : starts[label + 1]]
        place[doors] = np.arange(len(doors))
        mine = by_label[bounds[label] : bounds[label + 1]]
        links = Links(
            place[inside.tail[mine]], place[inside.head[mine]], inside.gap_m[mine],
            inside.weight[mine], inside.bridge[mine],
        )  # fmt: skip
        made = bridges(cut.units.doors.metres[doors], links)
        ends = doors[made.tail], doors[made.head]
        found.append(Links(*ends, made.gap_m, made.weight, made.bridge))
    return found


def among(count: int, walks: tuple[Ints, Ints, Floats], some: Links) -> NDArray[np.bool_]:
    """Which of the walks between `count` doors are some of the links."""
    keys = np.minimum(some.tail, some.head) * count + np.maximum(some.tail, some.head)
    return np.isin(np.minimum(walks[0], walks[1]) * count + np.maximum(walks[0], walks[1]), keys)


def split(groups: Ints, labels: Ints) -> int:
    """How many groups have doors in more than one territory."""
    pairs = np.unique(groups * (labels.max(initial=0) + 1) + labels)
    _, territories = np.unique(pairs // (labels.max(initial=0) + 1), return_counts=True)
    return int((territories > 1).sum())


def reock(cut: Cut) -> Floats:
    """The compactness of each territory (k,)."""
    order = np.argsort(cut.labels, kind="stable")
    points = cut.units.doors.metres[order]
    present, index = np.unique(cut.labels[order], return_inverse=True)
    clouds = shapely.multipoints(points, indices=index)
    hulls = shapely.buffer(shapely.convex_hull(clouds), 1.0)
    radius = shapely.minimum_bounding_radius(hulls)
    found = np.zeros(cut.territories)
    found[present] = shapely.area(hulls) / (np.pi * radius**2)
    return found
