"""The way from one door to another: over which edges, how far, and its line on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Floats, StreetArrays
from territories.streets.errors import NoPath, NotSnapped
from territories.streets.gates import ends
from territories.streets.journeys import US, Journeys, Points, journeys, points
from territories.streets.neighbours import along_streets, is_ahead
from territories.streets.profiles import WALKING, Profile
from territories.streets.shapes import beside, part
from territories.streets.snaps import Snaps

FAR_US = 1800 * US  # of a walk; most are shorter by far


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of one edge, walked from `from_m` to `to_m`, both measured from the edge's start."""

    edge: int
    from_m: float
    to_m: float
    name: str  # "" for ways without a name
    line: Floats  # (k, 2) lon, lat

    @property
    def length_m(self) -> float:
        """How far that is."""
        return abs(self.to_m - self.from_m)


@dataclass(frozen=True, eq=False)
class WalkPath:
    """A walk from door to door; `crosses` where it goes to the other side of one street.

    `line` begins at the first door and ends at the last, `length_m` has both setbacks in it.
    """

    seconds: int
    length_m: float
    line: Floats  # (k, 2) lon, lat
    streets: tuple[str, ...]  # names in order, each once in a row
    pieces: tuple[Piece, ...]
    crosses: bool


@dataclass(frozen=True)
class Move:
    """From one place on an edge to another, in metres from its start."""

    edge: int
    from_m: float
    to_m: float


def walk_path(
    network: StreetArrays, origin: Snaps, destination: Snaps, profile: Profile = WALKING
) -> WalkPath:
    """The shortest way from one door to another, with the time that `walk_matrix` gives it.

    Raises NotSnapped if a door has no edge that the profile may use, and NoPath if no way leads
    from one to the other. One run of Dijkstra's algorithm: O(E log V).
    """
    ways = journeys(network, profile)
    if not (len(ways.standing(origin)) and len(ways.standing(destination))):
        raise NotSnapped("A path begins and ends at doors that have an edge.")
    here, there = points(network, ways, origin), points(network, ways, destination)
    along = along_streets(ways, here, there)
    along_us = float(along.us[0]) if len(along) else np.inf
    nodes, us = search(ways, here, there, along_us)
    if not np.isfinite(us):
        raise NoPath("No way leads from one door to the other.")
    places = (float(origin.offset_m[0]), float(destination.offset_m[0]))
    if us == 0:
        moves = []
    elif nodes:
        moves = moves_over(network, ways, (here, there), nodes, places)
    else:
        moves = moves_along(network, ways, (here, there), places)
    crosses = not nodes and int(here.pavement[0]) * int(there.pavement[0]) < 0
    pieces = tuple(piece(network, move) for move in moves)
    setbacks_m = float(origin.setback_m[0] + destination.setback_m[0]) if us > 0 else 0.0
    return WalkPath(
        seconds=int(np.ceil(us / US)),
        length_m=sum(each.length_m for each in pieces) + setbacks_m,
        line=line_of(
            [beside(network, origin), *(p.line for p in pieces), beside(network, destination)]
        ),
        streets=once_in_a_row([each.name for each in pieces]),
        pieces=pieces,
        crosses=crosses,
    )


def search(ways: Journeys, here: Points, there: Points, known_us: float) -> tuple[list[int], float]:
    """The layered nodes of the shortest path and its time; none if the known time is no longer.

    The search goes no farther than a long detour at first, and anywhere if that is not enough.
    """
    source = 3 * ways.nodes
    starts, stops = ends(ways, here, is_leaving=True), ends(ways, there, is_leaving=False)
    first = ways.nodes if ways.edges.is_private[here.edge[0]] else 0
    last = 2 * ways.nodes if ways.edges.is_private[there.edge[0]] else 0
    graph = with_source(ways.layered, Arcs(starts.tail, starts.head + first, starts.us))
    for limit_us in (min(known_us, FAR_US), known_us):
        found, before = dijkstra(graph, indices=source, return_predecessors=True, limit=limit_us)
        arrived = found[stops.head + last] + stops.us
        us = float(arrived.min())
        if us <= limit_us:
            break
    if not us < known_us:
        return [], known_us
    return trace(before, source, int(stops.head[arrived.argmin()]) + last), us


def with_source(graph: csr_array, starts: Arcs) -> csr_array:
    """A graph with one more node, from which the arcs lead."""
    nodes, starts = graph.shape[0], starts[np.isfinite(starts.us)].shortest()
    return csr_array(  # type: ignore[no-untyped-call]  # scipy has none
        (
            np.concatenate([graph.data, starts.us]),
            np.concatenate([graph.indices, starts.head.astype(np.int32)]),
            np.append(graph.indptr, graph.nnz + len(starts)).astype(np.int32),
        ),
        shape=(nodes + 1, nodes + 1),
    )


def trace(before: Indices, source: int, last: int) -> list[int]:
    """The nodes after a source up to a last one, by their predecessors."""
    nodes = [last]
    while (node := int(before[nodes[-1]])) != source:
        nodes.append(node)
    return nodes[::-1]


def moves_over(
    network: StreetArrays,
    ways: Journeys,
    doors: tuple[Points, Points],
    nodes: list[int],
    places: tuple[float, float],
) -> list[Move]:
    """The moves of a path through junctions."""
    here, there = doors
    first, last = nodes[0] % ways.nodes, nodes[-1] % ways.nodes
    edge, final = int(here.edge[0]), int(there.edge[0])
    out_m = end_m(network, edge, first, (here.to_start_us[0], here.to_end_us[0]))
    in_m = end_m(network, final, last, (there.from_start_us[0], there.from_end_us[0]))
    moves = [Move(edge, places[0], out_m)]
    for one, other in pairwise(nodes):
        if one % ways.nodes != other % ways.nodes:
            moves.append(move_between(network, ways, one, other))
    return [*moves, Move(final, in_m, places[1])]


def end_m(network: StreetArrays, edge: int, node: int, us: tuple[float, float]) -> float:
    """Where on its edge a node is; of a loop the end that takes less time."""
    at_start, at_end = network.edge_start[edge] == node, network.edge_end[edge] == node
    if at_start and (not at_end or us[0] <= us[1]):
        return 0.0
    return float(network.edge_length_m[edge])


def move_between(network: StreetArrays, ways: Journeys, one: int, other: int) -> Move:
    """The move over the fastest edge from a layered node to the next."""
    tail, head = one % ways.nodes, other % ways.nodes
    edge = ways.fastest_edge(tail, head, is_private=one >= ways.nodes)
    length_m = float(network.edge_length_m[edge])
    is_ahead = network.edge_start[edge] == tail and network.edge_end[edge] == head
    return Move(edge, 0.0, length_m) if is_ahead else Move(edge, length_m, 0.0)


def moves_along(
    network: StreetArrays,
    ways: Journeys,
    doors: tuple[Points, Points],
    places: tuple[float, float],
) -> list[Move]:
    """The moves of a path that stays in its street."""
    here, there = doors
    streets, edge, final = ways.pavements, int(here.edge[0]), int(there.edge[0])
    forward = is_ahead(ways, here, there)
    row = np.flatnonzero(streets.street == streets.street[edge])
    row = row[np.argsort(streets.forward_us[row], kind="stable")]
    row = row if forward else row[::-1]
    first, last = (int(np.flatnonzero(row == each)[0]) for each in (edge, final))
    lengths = network.edge_length_m
    onward = [bool((streets.along[each] > 0) == forward) for each in row.tolist()]
    behind = places[1] < places[0] if onward[first] else places[1] > places[0]
    if first == last and not behind:
        return [Move(edge, *places)]
    count = (last - first) % len(row) or len(row)
    between = [(first + step) % len(row) for step in range(1, count)]
    ends_m = [(0.0, float(lengths[each])) for each in row.tolist()]
    return [
        Move(edge, places[0], ends_m[first][onward[first]]),
        *(Move(int(row[at]), ends_m[at][not onward[at]], ends_m[at][onward[at]]) for at in between),
        Move(final, ends_m[last][not onward[last]], places[1]),
    ]


def piece(network: StreetArrays, move: Move) -> Piece:
    """A move with its name and line."""
    name = network.names[network.edge_name[move.edge]]
    line = part(network, move.edge, move.from_m, move.to_m)
    return Piece(move.edge, move.from_m, move.to_m, name, line)


def line_of(parts: Sequence[Floats]) -> Floats:
    """Lines joined to one, without points that repeat."""
    points = np.concatenate(parts)
    moved = np.ones(len(points), dtype=np.bool_)
    moved[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
    return np.asarray(points[moved])


def once_in_a_row(names: Sequence[str]) -> tuple[str, ...]:
    """The names that there are, in order, none twice in a row."""
    named = [name for name in names if name]
    return tuple(name for at, name in enumerate(named) if at == 0 or named[at - 1] != name)
