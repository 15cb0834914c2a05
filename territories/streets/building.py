"""From the ways of an extract to a network's arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territories.streets.access import Kind, kind_of
from territories.streets.arrays import Bools, Bytes, Ints
from territories.streets.components import components
from territories.streets.contraction import Chains, Lines, contract, offsets
from territories.streets.errors import NoWalkableWay
from territories.streets.names import names_of
from territories.streets.openstreetmap import Ways
from territories.streets.roads import Access
from territories.streets.sphere import steps_m

SWAPS = (
    (Access.CYCLE_FORWARD, Access.CYCLE_BACKWARD),
    (Access.DRIVE_FORWARD, Access.DRIVE_BACKWARD),
)
ON_FOOT = int(Access.WALK | Access.PRIVATE_WALK)
BOTH_WAYS = sum(forward | backward for forward, backward in SWAPS)


def arrays_from(ways: Ways) -> dict[str, Any]:
    """The fields of `StreetArrays`. Raises NoWalkableWay."""
    kinds = [kind_of(tags) for tags in ways.tags]
    used = np.array([kind.access > 0 for kind in kinds], dtype=bool)
    barrier = np.array([kind.barrier for kind in kinds], dtype=np.uint8)
    sorts = sorts_of(ways, kinds)
    lines = drawn(ways, used, sorts)
    if not np.any(sorts.access[lines.kind] & ON_FOOT == Access.WALK):
        raise NoWalkableWay(NoWalkableWay.__doc__)
    chains = contract(lines)
    fields = edges_of(lines, chains, sorts) | shapes_of(lines, chains)
    fields["edge_component"] = components_of(fields)
    return fields | barriers_of(ways, barrier)


@dataclass(frozen=True, eq=False)
class Sorts:
    """The distinct combinations of what ways are and how they are called."""

    number: NDArray[np.int64]  # (ways,)
    road: Bytes
    access: Bytes
    marks: Bytes
    name: Ints
    names: tuple[str, ...]
    aliases: tuple[str, ...]


def sorts_of(ways: Ways, kinds: list[Kind]) -> Sorts:
    """What there is in the ways, numbered in an order that does not depend on theirs."""
    called = [names_of(tags) for tags in ways.tags]
    known = {name: number for number, name in enumerate(sorted({("", ""), *called}))}
    sort = [(*kind[:3], known[name]) for kind, name in zip(kinds, called, strict=True)]
    distinct = sorted(set(sort))
    number = {each: place for place, each in enumerate(distinct)}
    road, access, marks, name = np.array(distinct, dtype=np.int64).reshape(-1, 4).T
    return Sorts(
        number=np.array([number[each] for each in sort], dtype=np.int64),
        road=road.astype(np.uint8),
        access=access.astype(np.uint8),
        marks=marks.astype(np.uint8),
        name=name.astype(np.int32),
        names=tuple(name for name, _ in known),
        aliases=tuple(others for _, others in known),
    )


def drawn(ways: Ways, used: Bools, sorts: Sorts) -> Lines:
    """The used ways as lines, broken where the extract lacks a node."""
    way = np.repeat(np.arange(len(used)), np.diff(ways.first))
    missing = np.isnan(ways.lon)
    keep = used[way] & ~missing
    keep[1:] &= (ways.node[1:] != ways.node[:-1]) | (way[1:] != way[:-1])
    point = np.flatnonzero(keep)
    stretch = np.cumsum(missing)[point] + way[point]  # grows where a line ends
    sizes = np.diff(np.flatnonzero(np.diff(stretch, prepend=-1, append=-1)))
    long_enough = sizes > 1
    point = point[np.repeat(long_enough, sizes)]
    first = offsets(sizes[long_enough])
    sort = sorts.number[way[point[first[:-1]]]]
    return Lines(
        first=first,
        node=ways.node[point],
        lon=ways.lon[point],
        lat=ways.lat[point],
        kind=sort,
        directed=directed_sorts(sorts.access)[sort],
    )


def directed_sorts(access: Bytes) -> Bools:
    """Whether access differs between the two directions."""
    return np.asarray(access != swapped(access), dtype=bool)


def swapped(access: Bytes) -> Bytes:
    """The same access, seen from the other end."""
    other = access & ~np.uint8(BOTH_WAYS)
    for forward, backward in SWAPS:
        other |= np.where(access & forward, backward, 0).astype(np.uint8)
        other |= np.where(access & backward, forward, 0).astype(np.uint8)
    return other


def edges_of(lines: Lines, chains: Chains, sorts: Sorts) -> dict[str, Any]:
    """The nodes, and what edges are."""
    ends = np.concatenate([chains.point[chains.first[:-1]], chains.point[chains.first[1:] - 1]])
    nodes, where = np.unique(lines.node[ends], return_inverse=True)
    edges = len(chains.kind)
    at = np.empty(len(nodes), dtype=np.int64)
    at[where] = ends
    access = sorts.access[chains.kind]
    return {
        "node_lon": lines.lon[at],
        "node_lat": lines.lat[at],
        "edge_start": where[:edges].astype(np.int32),
        "edge_end": where[edges:].astype(np.int32),
        "edge_road": sorts.road[chains.kind],
        "edge_access": np.where(chains.reverse, swapped(access), access),
        "edge_marks": sorts.marks[chains.kind],
        "edge_name": sorts.name[chains.kind],
        "names": sorts.names,
        "aliases": sorts.aliases,
    }


def shapes_of(lines: Lines, chains: Chains) -> dict[str, Any]:
    """How edges run, and how long they are."""
    lon, lat = lines.lon[chains.point], lines.lat[chains.point]
    along_m = np.concatenate([[0.0], np.cumsum(steps_m(lon, lat))])
    shape_m = along_m - np.repeat(along_m[chains.first[:-1]], np.diff(chains.first))
    return {
        "shape_first": chains.first.astype(np.int32),
        "shape_lon": lon,
        "shape_lat": lat,
        "shape_m": shape_m,
        "edge_length_m": shape_m[chains.first[1:] - 1],
    }


def components_of(fields: dict[str, Any]) -> Ints:
    """(E,) which walkable edges hang together."""
    walkable = fields["edge_access"] & Access.WALK > 0
    private = fields["edge_access"] & Access.PRIVATE_WALK > 0
    ends = fields["edge_start"], fields["edge_end"]
    return components(ends, fields["edge_length_m"], walkable & ~private, walkable & private)


def barriers_of(ways: Ways, barrier: Bytes) -> dict[str, Any]:
    """The ways that nobody crosses but on an edge; `barrier` (ways,) says which those are."""
    way = np.repeat(np.arange(len(barrier)), np.diff(ways.first))
    point = np.flatnonzero((barrier[way] > 0) & ~np.isnan(ways.lon))
    sizes = np.bincount(way[point], minlength=len(barrier))[barrier > 0]
    long_enough = sizes > 1
    point = point[np.repeat(long_enough, sizes)]
    return {
        "barrier_kind": barrier[barrier > 0][long_enough],
        "barrier_first": offsets(sizes[long_enough]).astype(np.int32),
        "barrier_lon": ways.lon[point],
        "barrier_lat": ways.lat[point],
    }
