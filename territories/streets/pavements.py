"""Which edges are one street that goes on, so that its two sides go on as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.streets.arcs import Indices
from territories.streets.arrays import Bools, Floats, Ints

NO_STREET = -1


@dataclass(frozen=True, eq=False)
class Pavements:
    """Edges strung together to streets; a side of a street is a pavement.

    A street goes on at a junction where exactly two edges bear its name, if they cost the same to
    cross and the same may be done on both. `along` is 1 where an edge runs with its street, -1
    where against it. `forward_us` and `backward_us` say how long it takes from the street's start
    to where the edge begins on it, and back from there; `street_forward_us` and
    `street_backward_us` how long the whole of each street takes, inf where that is not allowed. A
    ring is a street that comes back to its start.
    """

    street: Ints  # (E,) NO_STREET where the edge is not usable
    along: NDArray[np.int8]  # (E,)
    forward_us: Floats  # (E,)
    backward_us: Floats  # (E,)
    is_ring: Bools  # (S,)
    street_forward_us: Floats  # (S,)
    street_backward_us: Floats  # (S,)


@dataclass(frozen=True, eq=False)
class StreetEdges:
    """What stringing needs to know of E edges; inf where a direction is not allowed."""

    start: Ints
    end: Ints
    forward_us: Floats
    backward_us: Floats
    name: Ints
    is_private: Bools
    crossing_s: Floats

    def arm_us(self) -> tuple[Floats, Floats]:
        """(2E,) times away from and towards the node, for arms 2e (at the start) and 2e + 1."""
        away = np.column_stack([self.forward_us, self.backward_us]).ravel()
        towards = np.column_stack([self.backward_us, self.forward_us]).ravel()
        return away, towards

    def usable(self) -> Bools:
        """(E,) whether there is any direction to use an edge in."""
        return np.isfinite(np.minimum(self.forward_us, self.backward_us))


def pavements(edges: StreetEdges) -> Pavements:
    """String edges together to streets. O(E log E)."""
    usable = edges.usable()
    count = len(usable)
    partner = partners(edges, usable)
    street = np.full(count, NO_STREET, dtype=np.int32)
    along = np.zeros(count, dtype=np.int8)
    strings: list[list[int]] = []
    rings: list[bool] = []
    is_first = usable & ((partner[0::2] < 0) | (partner[1::2] < 0))
    for edge in [*np.flatnonzero(is_first).tolist(), *np.flatnonzero(usable).tolist()]:
        if street[edge] != NO_STREET:
            continue
        arms, is_ring = string_from(edge, partner)
        for arm in arms:
            street[arm // 2] = len(strings)
            along[arm // 2] = 1 - 2 * (arm % 2)
        strings.append(arms)
        rings.append(is_ring)
    return measured(edges, (street, along), strings, rings)


def partners(edges: StreetEdges, usable: Bools) -> Indices:
    """(2E,) the arm in which the street of each arm goes on at the arm's node; -1 for none."""
    node = np.column_stack([edges.start, edges.end]).ravel().astype(np.int64)
    name = np.repeat(edges.name.astype(np.int64), 2)
    arms = np.flatnonzero(np.repeat(usable, 2) & (name > 0))
    key = node[arms] * (int(name.max(initial=0)) + 1) + name[arms]
    order = np.argsort(key, kind="stable")
    arms, key = arms[order], key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1) != 0)
    pairs = starts[np.diff(np.append(starts, len(key))) == 2]
    one, other = arms[pairs], arms[pairs + 1]
    away, towards = edges.arm_us()
    goes_on = (
        (np.isfinite(away[one]) == np.isfinite(towards[other]))
        & (np.isfinite(towards[one]) == np.isfinite(away[other]))
        & (edges.is_private[one // 2] == edges.is_private[other // 2])
        & (edges.crossing_s[one // 2] == edges.crossing_s[other // 2])
    )
    partner = np.full(len(node), -1, dtype=np.int64)
    partner[one[goes_on]] = other[goes_on]
    partner[other[goes_on]] = one[goes_on]
    return partner


def string_from(edge: int, partner: Indices) -> tuple[list[int], bool]:
    """The arms by which a street's edges are entered, from one end of it on; whether it is a ring.

    `edge` has an end at which the street does not go on, unless the street is a ring.
    """
    arm = 2 * edge if partner[2 * edge] < 0 else 2 * edge + 1
    if partner[arm] >= 0:
        arm = 2 * edge
    arms = [arm]
    while (arm := int(partner[arm ^ 1])) >= 0:
        if arm == arms[0]:
            return arms, True
        arms.append(arm)
    return arms, False


def measured(
    edges: StreetEdges,
    placed: tuple[Ints, NDArray[np.int8]],
    strings: list[list[int]],
    rings: list[bool],
) -> Pavements:
    """Streets with the times along them."""
    away, towards = edges.arm_us()
    arms = np.array([arm for string in strings for arm in string], dtype=np.int64)
    sizes = np.array([len(string) for string in strings], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)])
    forward_us = np.zeros(len(edges.start))
    backward_us = np.zeros(len(edges.start))
    whole = []
    for times, placed_us in ((away, forward_us), (towards, backward_us)):
        steps = np.where(np.isfinite(times[arms]), times[arms], 0.0)
        run = np.concatenate([[0.0], np.cumsum(steps)])
        placed_us[arms // 2] = run[:-1] - np.repeat(run[first[:-1]], sizes)
        allowed = np.isfinite(times[arms[first[:-1]]]) if len(strings) else np.zeros(0, np.bool_)
        whole.append(np.where(allowed, run[first[1:]] - run[first[:-1]], np.inf))
    return Pavements(*placed, forward_us, backward_us, np.array(rings, dtype=np.bool_), *whole)
