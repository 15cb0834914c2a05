"""Cutting anew without upheaval: from the old territories to even ones, by as little as can be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territories.cutting.asking import Search
from territories.cutting.balancing import TOLERATED, Found, Task
from territories.cutting.drafting import mended
from territories.cutting.easing import LONG, QUICK, Effort, beyond, eased
from territories.cutting.flows import Limits, flow_of
from territories.cutting.graph import Graph, around, graph_of
from territories.cutting.leading import led
from territories.cutting.numbering import is_mixed
from territories.cutting.regions import LARGE
from territories.cutting.relocating import relocated
from territories.cutting.sections import SHARES, Finder, Lines, Sections
from territories.cutting.units import Units
from territories.cutting.wishes import Wishes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENOUGH = 0.048  # off its share is even enough: no finer sections for less
PLANNED = 0.04  # off its share when territories are relocated: sections are coarser than dust
SEVERE = 0.05  # a change after which more territories, or more of the work, need a new place


@dataclass(frozen=True)
class Dealt:
    """The labels of sections, and how coarse these are (see `Finder`)."""

    found: Found
    sections: Sections
    share: float


def old_of(of_door: Ints, units: Units, keep: Ints, count: int) -> Ints:
    """The old territory of most of each section's minutes (m,), -1 where there is none."""
    known = np.flatnonzero((keep >= 0) & (keep < count))
    old = np.full(int(of_door.max()) + 1, -1, dtype=np.int64)
    old[of_door[known]] = keep[known]
    known = known[is_mixed(of_door[known], keep[known])]
    pairs, at = np.unique(of_door[known] * count + keep[known], return_inverse=True)
    weight = np.bincount(at.ravel(), units.minutes[known] + 1e-9, len(pairs))
    order = np.lexsort((-weight, pairs // count))
    of, label = pairs[order] // count, pairs[order] % count
    first = np.unique(of, return_index=True)[1]
    old[of[first]] = label[first]
    return old


def old_of_doors(units: Units, of_door: Ints, keep: Ints, count: int) -> Ints:
    """The old territory (n,) of each door's building; where there is none, of its section."""
    known = np.where((keep >= 0) & (keep < count), keep, -1)
    of_building = np.full(units.doors.buildings, -1, dtype=np.int64)
    np.maximum.at(of_building, units.doors.building, known)
    own = of_building[units.doors.building]
    return np.where(own >= 0, own, old_of(of_door, units, keep, count)[of_door])


def anew(units: Units, keep: Ints, lines: Lines, wishes: Wishes, search: Search) -> Dealt:
    """The doors dealt out anew by sections as coarse as they can be.

    Where coarse ones leave a territory beyond the limits, finer ones go on from there; after a
    severe change the coarsest are not tried, as they never suffice.
    """
    count = wishes.count
    finder, labels = Finder(units, lines), np.where(keep < count, keep, -1)
    shares = SHARES[1:] if is_severe(units, labels, count) else SHARES
    for part in shares:
        whole, share = finder.enough(part, count)
        parted = finder.as_divided(whole, old_of_doors(units, whole, labels, count))
        sections = finder.sections(parted)
        old = old_of(parted, units, keep, count)
        start = old if part == shares[0] else old_of(parted, units, labels, count)
        effort = Effort(LONG if part == shares[-1] else QUICK, search)
        found = recut(sections, (old, start), wishes, effort)
        labels = found.labels[sections.of_door]
        if found.excess == 0 or share == 0:
            break
    return Dealt(found, sections, share)


def is_severe(units: Units, labels: Ints, count: int) -> bool:
    """Whether many territories (n,) are uneven, or much of the work is in none."""
    known = labels >= 0
    work = np.bincount(labels[known], units.minutes[known], count)
    uneven = np.abs(work - work.mean()) > ENOUGH * work.mean()
    return bool(uneven.mean() > SEVERE or work.sum() < (1 - SEVERE) * units.total)


def recut(sections: Sections, labels: tuple[Ints, Ints], wishes: Wishes, effort: Effort) -> Found:
    """The new territory (m,) of each section; what is locked keeps its own.

    `labels` are the old ones (m,), and those to begin with.
    """
    old, start = labels
    graph = graph_of(sections)
    held = np.isin(old, wishes.locked) if wishes.locked else np.zeros(len(old), dtype=np.bool_)
    made, free = old.copy(), np.flatnonzero(~held)
    names = np.setdiff1d(np.arange(wishes.count), wishes.locked)
    if len(free):
        part = around(graph, held).of_nodes(free)
        place = np.full(wishes.count + 1, -1)
        place[names] = np.arange(len(names))
        begun = place[old[free]], place[start[free]]
        found = recut_free(part, begun, len(names), effort)
        made[free] = names[found.labels]
        return replace(found, labels=made)
    return Found(made, 0.0, 0.0)


def recut_free(graph: Graph, labels: tuple[Ints, Ints], k: int, effort: Effort) -> Found:
    """The labels from 0 to k - 1 of a graph without locks.

    Minutes are led over the borders, and where that does not suffice, neighbours share out anew.
    Where sections are too coarse for either, excess is left.
    """
    old, start = labels
    effort.search.ask()
    if k == 1:
        return Found(np.zeros(len(old), dtype=np.int64), 0.0, 0.0)
    draft = mended(graph, spread_to_new(graph, start), k)
    limits = limits_of(graph, draft, k)
    task = Task(graph, (limits.low + limits.high) / 2, old, ask=effort.search.ask)
    if (start == old).all():
        draft = relocated(graph, draft, limits_of(graph, draft, k, PLANNED))
    enough = limits_of(graph, draft, k, ENOUGH)
    made = led(graph, eased(task, led(graph, draft, old, limits), enough, effort), old, limits)
    excess = beyond(np.bincount(made, graph.minutes, k), enough)
    return Found(made, float((excess / task.target).sum()), 0.0)


def limits_of(graph: Graph, labels: Ints, k: int, off: float = TOLERATED) -> Limits:
    """The least and the most minutes (k,) of territories that are `off` their shares by so much."""
    target = targets(graph, labels, k)
    return Limits(target * (1 - off), target * (1 + off))


def least_moved(sections: Sections, old: Ints, count: int) -> float:
    """The minutes that have to leave their territory (m,), to the next, if all are to be even.

    What a flow on the map of the old territories moves: no sections are too coarse for it.
    """
    graph = graph_of(sections)
    draft = mended(graph, spread_to_new(graph, old), count)
    return flow_of(graph, draft, limits_of(graph, draft, count)).minutes


def targets(graph: Graph, labels: Ints, k: int) -> Floats:
    """Equal shares (k,), but for territories that hold a building larger than a share."""
    largest = np.zeros(k)
    np.maximum.at(largest, labels, graph.minutes)
    target, giant = np.zeros(k), np.zeros(k, dtype=np.bool_)
    while True:
        rest = float(graph.minutes.sum() - largest[giant].sum())
        share = rest / max(1, (~giant).sum())
        target[:] = np.where(giant, largest, share)
        more = ~giant & (largest > LARGE * share)
        if not more.any() or (giant | more).all():
            return np.maximum(target, 1e-9)
        giant |= more


def spread_to_new(graph: Graph, old: Ints) -> Ints:
    """The labels with new sections given to the neighbour that they hold to most, and so on."""
    labels = old.copy()
    if (labels < 0).all():
        labels[0] = 0
    while (labels < 0).any():
        rim = (labels[graph.tail] < 0) & (labels[graph.head] >= 0)
        tail, head, weight = graph.tail[rim], graph.head[rim], graph.weight[rim]
        order = np.lexsort((head, -weight, tail))
        nodes, first = np.unique(tail[order], return_index=True)
        labels[nodes] = labels[head[order[first]]]
    return labels
