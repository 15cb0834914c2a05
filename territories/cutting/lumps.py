"""Lumps: what hangs on one section changes sides as a whole, and minutes are led on from there.

Behind a neck or a junction of dead ends lies more than anybody has room for, and it goes together
or not at all. So it goes, whoever gets too many leads minutes on to others, and the few that are
best of what then lies there are where the next lump is tried (a beam search: Lowerre 1976, The
Harpy speech recognition system).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.balancing import Task
from territories.cutting.flows import Limits
from territories.cutting.graph import Graph
from territories.cutting.leading import led
from territories.cutting.links import parts_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 0.05  # of a territory: less is no lump, and is led over the border without this
DEPTH, WIDTH = 5, 3  # lumps that go one after the other, and labels that each is tried with
ROOM = 0.01  # of all work: with less room, lumps only change places
ALIKE = 0.01  # of a territory: works that are off by less are the same


class Lump(NamedTuple):
    """Some nodes (m,) of one territory that may all go to the one with the `label`."""

    nodes: Ints
    label: int


class Tried(NamedTuple):
    """Labels (m,), the minutes beyond the limits, and those that are not where they were."""

    beyond: float
    moved: float
    labels: Ints


def without_lumps(task: Task, labels: Ints, limits: Limits) -> Ints:
    """The labels (m,) of a few territories, after lumps have gone where that helps.

    O(DEPTH · WIDTH · lumps at the border of one territory · ways to lead minutes).
    """
    best = judged(task, labels, limits)
    if best.beyond <= 0 or is_crowded(task, limits):
        return labels
    front, seen = [best], set[bytes]()
    for _ in range(DEPTH):
        task.ask()
        found = []
        for one in front:
            for lump in lumps(task.graph, one.labels, worst_of(task, one.labels, limits)):
                tried = after(task, one.labels, limits, lump)
                alike = works(task, tried.labels).tobytes()
                if alike not in seen:
                    seen.add(alike)
                    found.append(tried)
        front = sorted(found, key=lambda one: one[:2])[:WIDTH]
        best = min([best, *front], key=lambda one: one[:2])
        if best.beyond <= 0 or not front:
            break
    return best.labels


def is_crowded(task: Task, limits: Limits) -> bool:
    """Whether all together have so much work, or so little, that next to nothing has room."""
    work, room = task.graph.minutes.sum(), ROOM * task.target.sum()
    return bool(work > limits.high.sum() - room or work < limits.low.sum() + room)


def judged(task: Task, labels: Ints, limits: Limits) -> Tried:
    """The labels with what is beyond the limits."""
    work = work_of(task, labels)
    beyond = np.maximum(np.maximum(work - limits.high, limits.low - work), 0.0).sum()
    moved = task.graph.minutes[(task.old >= 0) & (labels != task.old)].sum()
    return Tried(float(beyond), float(moved), labels)


def after(task: Task, labels: Ints, limits: Limits, lump: Lump) -> Tried:
    """What comes of it if a lump goes and minutes are led on."""
    gone = labels.copy()
    gone[lump.nodes] = lump.label
    return judged(task, led(task.graph, gone, task.old, limits), limits)


def work_of(task: Task, labels: Ints) -> Floats:
    """The minutes of each territory (k,)."""
    return np.bincount(labels, task.graph.minutes, len(task.target)).astype(np.float64, copy=False)


def works(task: Task, labels: Ints) -> Ints:
    """The work of each territory (k,), in steps that are worth telling apart."""
    return (work_of(task, labels) / task.target / ALIKE).round().astype(np.int64)


def worst_of(task: Task, labels: Ints, limits: Limits) -> int:
    """The territory that is most beyond its limits."""
    work = work_of(task, labels)
    return int(np.argmax(np.maximum(work - limits.high, limits.low - work) / task.target))


def lumps(graph: Graph, labels: Ints, label: int) -> list[Lump]:
    """What could leave a territory as a whole, or come to it, so that all stay in one piece.

    A section at the border goes, and all but one of the parts that it held together.
    """
    least = LEAST * float(graph.minutes[labels == label].sum())
    tail, head = labels[graph.tail], labels[graph.head]
    rim = (tail != head) & ((tail == label) | (head == label))
    found: dict[tuple[int, int, float], Lump] = {}
    pairs = np.unique(np.column_stack((graph.tail[rim], head[rim])), axis=0)
    for node, there in pairs.tolist():
        for nodes in leaving(graph, labels, node):
            minutes = float(graph.minutes[nodes].sum())
            if minutes >= least:
                found[int(labels[node]), there, round(minutes / least, 1)] = Lump(nodes, there)
    return list(found.values())


def leaving(graph: Graph, labels: Ints, node: int) -> list[Ints]:
    """The nodes that may leave a territory with one: of the parts left, all but one, for each."""
    stay = np.flatnonzero((labels == labels[node]) & (np.arange(len(labels)) != node))
    place = np.full(len(labels), -1)
    place[stay] = np.arange(len(stay))
    tail, head = place[graph.tail], place[graph.head]
    inside = (tail >= 0) & (head >= 0)
    part = parts_of(len(stay), tail[inside], head[inside])
    return [np.append(stay[part != one], node) for one in range(int(part.max(initial=-1)) + 1)]
