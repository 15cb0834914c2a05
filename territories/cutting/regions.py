"""How many territories each bank of the river gets: which parts of a graph are cut on their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.graph import Graph, around
from territories.cutting.links import parts_of

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGE = 1.05  # a section with more of a territory's minutes than this is a territory


@dataclass(frozen=True)
class Regions:
    """The region (m,) of each node, how many territories (r,) each gets, and its own graph.

    `graph` has no edge from one region to another. `giants` are nodes that are more than a
    territory: each is a region of its own.
    """

    of_node: Ints
    territories: Ints
    graph: Graph
    giants: Ints


def regions_of(graph: Graph, k: int, slack: float) -> Regions:
    """Cut along wide edges where the parts come out as whole numbers of territories.

    A part may be off its share by `slack`; one that would be further off joins the neighbour that
    holds to it most. O(e log e + r^2) for r parts.
    """
    giants = giants_of(graph, k)
    gone = np.zeros(len(graph.minutes), dtype=np.bool_)
    gone[giants] = True
    left = around(graph, gone)
    free = np.flatnonzero(~gone)
    narrow = ~left.wide
    part = np.full(len(gone), -1, dtype=np.int64)
    if len(free):
        part[free] = parts_of(len(gone), left.tail[narrow], left.head[narrow])[free]
    share = float(graph.minutes[free].sum()) / max(1, k - len(giants))
    part, numbers = Merging(left, part, share, slack).until(k - len(giants))
    part[giants] = len(numbers) + np.arange(len(giants))
    apart = part[left.tail] != part[left.head]
    return Regions(
        of_node=part,
        territories=np.array([*numbers, *[1] * len(giants)], dtype=np.int64),
        graph=left.keep_edges(~apart),
        giants=giants,
    )


def giants_of(graph: Graph, k: int) -> Ints:
    """The nodes that are more than a territory, the largest first."""
    order = np.argsort(-graph.minutes, kind="stable")
    rest, found = float(graph.minutes.sum()), 0
    for node in order[: k - 1].tolist():
        if graph.minutes[node] * (k - found) <= LARGE * rest:
            break
        rest -= float(graph.minutes[node])
        found += 1
    return order[:found]


class Merging:
    """Parts that join until each is nearly a whole number of territories."""

    def __init__(self, graph: Graph, part: Ints, share: float, slack: float) -> None:
        self.share, self.slack = share, slack
        self.part = part
        free = part >= 0
        names = np.unique(part[free])
        self.minutes = dict(zip(names.tolist(), sums(names, part, graph.minutes), strict=True))
        self.sizes = dict(zip(names.tolist(), sums(names, part, np.ones(len(part))), strict=True))
        self.into = {name: name for name in self.minutes}
        self.ties: dict[int, dict[int, float]] = defaultdict(dict)
        apart = graph.wide & (part[graph.tail] != part[graph.head])
        rows = zip(
            part[graph.tail[apart]].tolist(),
            part[graph.head[apart]].tolist(),
            graph.weight[apart].tolist(),
            strict=True,
        )
        for tail, head, weight in rows:
            self.ties[tail][head] = self.ties[tail].get(head, 0.0) + weight

    def until(self, k: int) -> tuple[Ints, list[int]]:
        """The parts, numbered from 0, and their numbers of territories, `k` in all."""
        while True:
            misfit = self.misfit()
            if misfit is None:
                numbers = self.numbers(k)
                if numbers is not None:
                    return self.numbered(), numbers
                misfit = min(self.minutes, key=lambda name: (self.minutes[name], name))
            self.join(misfit)

    def off(self, name: int, number: int) -> float:
        """How far the territories of a part would be from their share."""
        if not 1 <= number <= self.sizes[name]:
            return np.inf
        return abs(self.minutes[name] / (number * self.share) - 1) if self.share else 0.0

    def fitting(self, name: int) -> int:
        """The number of territories that fits a part best."""
        low = max(1, int(self.minutes[name] / self.share)) if self.share else 1
        return min((low, low + 1), key=lambda number: self.off(name, number))

    def misfit(self) -> int | None:
        """The smallest part that does not fit any number of territories."""
        if len(self.minutes) == 1:
            return None
        off = [n for n in self.minutes if self.off(n, self.fitting(n)) > self.slack]
        return min(off, key=lambda name: (self.minutes[name], name), default=None)

    def numbers(self, k: int) -> list[int] | None:
        """Numbers of territories that make `k`, or None if the parts cannot stay within slack."""
        names = sorted(self.minutes)
        if len(names) <= 1:
            return [k] * len(names)
        found = {name: self.fitting(name) for name in names}
        while sum(found.values()) != k:
            step = 1 if sum(found.values()) < k else -1
            off, name = min((self.off(name, found[name] + step), name) for name in names)
            if off > self.slack:
                return None
            found[name] += step
        return [found[name] for name in names]

    def join(self, name: int) -> None:
        """Let a part join the neighbour that holds to it most."""
        ties = self.ties.pop(name)
        other = max(ties, key=lambda neighbour: (ties[neighbour], -neighbour))
        self.into[name] = other
        self.minutes[other] += self.minutes.pop(name)
        self.sizes[other] += self.sizes.pop(name)
        for neighbour, weight in ties.items():
            del self.ties[neighbour][name]
            if neighbour != other:
                for one, two in ((neighbour, other), (other, neighbour)):
                    self.ties[one][two] = self.ties[one].get(two, 0.0) + weight

    def numbered(self) -> Ints:
        """The region of each node, numbered from 0 in the order of the parts' names."""
        place = {name: number for number, name in enumerate(sorted(self.minutes))}
        final = np.full(int(self.part.max(initial=-1)) + 2, -1, dtype=np.int64)
        for name in self.into:
            last = name
            while self.into[last] != last:
                last = self.into[last]
            final[name] = place[last]
        return final[self.part]


def sums(names: Ints, part: Ints, values: np.ndarray) -> list[float]:
    """The sum of the values of each named part."""
    found: list[float] = np.bincount(part[part >= 0], values[part >= 0])[names].tolist()
    return found
