"""An independent judge of travel times: the streets as a networkx graph, from first principles.

Every point of every shape is a node, so nothing is contracted. The middle of a street is one line,
its two sides are two more where a crossing costs anything; who crosses pays half from the side to
the middle and half from the middle to the other side. Private ways are there three times over:
once to leave by, once to arrive by, and never to pass through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf, isfinite
from typing import Any

import networkx as nx

from territories.streets import Profile, Snaps, StreetNetwork

Node = Hashable
LEFT, RIGHT = 1, -1
PUBLIC, LEAVING, ARRIVING = "public", "leaving", "arriving"


@dataclass(eq=False)
class Judge:
    """The graph of a network with some doors on it."""

    network: StreetNetwork
    profile: Profile
    doors: Snaps
    graph: Any = field(default_factory=nx.DiGraph)

    def __post_init__(self) -> None:
        self.forward_s, self.backward_s = self.network.edge_seconds(self.profile)
        self.private = self.network.private(self.profile)
        self.crossing_s = self.network.crossing_s(self.profile)
        self.on_edge: dict[int, list[int]] = defaultdict(list)
        for door, edge in enumerate(self.doors.edge.tolist()):
            if edge >= 0:
                self.on_edge[edge].append(door)
        self.names = {int(self.network.edge_name[edge]) for edge in self.on_edge}
        for edge in range(len(self.forward_s)):
            if min(self.forward_s[edge], self.backward_s[edge]) < inf:
                self.add_edge(edge)
        self.join_streets()

    def seconds(self, origin: int, destinations: list[int]) -> list[float]:
        """The exact times from one door to others; inf where there is no path."""
        found = nx.single_source_dijkstra_path_length(self.graph, ("out", origin))
        return [self.between(found, origin, destination) for destination in destinations]

    def between(self, found: dict[Node, float], origin: int, destination: int) -> float:
        """The time to one door; none to the very place."""
        place = [
            (d.edge[i], d.offset_m[i], d.side[i], d.setback_m[i])
            for d, i in ((self.doors, origin), (self.doors, destination))
        ]
        return 0.0 if place[0] == place[1] else found.get(("in", destination), inf)

    def link(self, tail: Node, head: Node, seconds: float) -> None:
        """An arc, unless it is barred or a shorter one is there."""
        known = self.graph.get_edge_data(tail, head, {"weight": inf})["weight"]
        if isfinite(seconds) and seconds < known:
            self.graph.add_edge(tail, head, weight=seconds)

    def add_edge(self, edge: int) -> None:
        """The middle of an edge, its sides, and the doors on it."""
        layers = [LEAVING, ARRIVING] if self.private[edge] else [PUBLIC]
        stops = self.stops(edge)
        has_sides = self.has_sides(edge)
        for layer in layers:
            self.add_line(edge, stops, (layer, 0))
            for side in (LEFT, RIGHT) if has_sides else ():
                self.add_line(edge, stops, (layer, side))
                self.add_crossings(edge, stops, (layer, side))
        if self.private[edge]:
            for place, _ in stops:
                for side in (0, LEFT, RIGHT) if has_sides else (0,):
                    self.link(
                        self.at(edge, place, (LEAVING, side)),
                        self.at(edge, place, (ARRIVING, side)),
                        0.0,
                    )
            for node in (self.network.edge_start[edge], self.network.edge_end[edge]):
                self.link((LEAVING, int(node)), (PUBLIC, int(node)), 0.0)
                self.link((PUBLIC, int(node)), (ARRIVING, int(node)), 0.0)
        for door in self.on_edge[edge]:
            self.add_door(edge, door, layers)

    def stops(self, edge: int) -> list[tuple[Node, float]]:
        """The points and the doors of an edge, in order, with metres from its start."""
        first, last = self.network.shape_first[edge], self.network.shape_first[edge + 1]
        metres = self.network.shape_m[first:last].tolist()
        found: list[tuple[Node, float]] = list(enumerate(metres))
        found[0], found[-1] = ("start", metres[0]), ("end", metres[-1])
        length = metres[-1]
        doors = [
            (("door", i), min(max(float(self.doors.offset_m[i]), 0.0), length))
            for i in self.on_edge[edge]
        ]
        return [found[0], *sorted([*found[1:-1], *doors], key=lambda one: one[1]), found[-1]]

    def has_sides(self, edge: int) -> bool:
        """Whether it matters on which side one is; only streets with doors are looked at."""
        wanted = edge in self.on_edge or self.network.edge_name[edge] in self.names - {0}
        return wanted and bool(self.crossing_s[edge] > 0)

    def at(self, edge: int, place: Node, line: tuple[str, int]) -> Node:
        """The node of a place on a line of an edge; the middles meet at junctions."""
        layer, side = line
        if side == 0 and place == "start":
            return layer, int(self.network.edge_start[edge])
        if side == 0 and place == "end":
            return layer, int(self.network.edge_end[edge])
        return layer, edge, place, side

    def add_line(self, edge: int, stops: list[tuple[Node, float]], line: tuple[str, int]) -> None:
        """One line along an edge, in the directions that are allowed."""
        length = max(stops[-1][1], 1e-9)
        for (here, from_m), (there, to_m) in pairwise(stops):
            share = (to_m - from_m) / length
            tail, head = self.at(edge, here, line), self.at(edge, there, line)
            for one, other, whole in (
                (tail, head, self.forward_s[edge]),
                (head, tail, self.backward_s[edge]),
            ):
                self.link(one, other, share * whole if isfinite(whole) else inf)
                if from_m == to_m and isinstance(here, tuple) and isinstance(there, tuple):
                    self.link(one, other, 0.0)  # two doors side by side, also in a one-way street

    def add_crossings(
        self, edge: int, stops: list[tuple[Node, float]], line: tuple[str, int]
    ) -> None:
        """Between a side and the middle: anywhere, or at the ends where nobody crosses between."""
        half = self.crossing_s[edge] / 2
        middle = (line[0], 0)
        for place, _ in stops if isfinite(half) else (stops[0], stops[-1]):
            seconds = half if isfinite(half) else 0.0
            self.link(self.at(edge, place, line), self.at(edge, place, middle), seconds)
            self.link(self.at(edge, place, middle), self.at(edge, place, line), seconds)

    def add_door(self, edge: int, door: int, layers: list[str]) -> None:
        """A door beside its point on its side."""
        side = int(self.doors.side[door]) if self.has_sides(edge) else 0
        pace = min(self.profile.speed_kmh[6], 4.8) / 3.6
        seconds = float(self.doors.setback_m[door]) / pace
        self.link(("out", door), self.at(edge, ("door", door), (layers[0], side)), seconds)
        self.link(self.at(edge, ("door", door), (layers[-1], side)), ("in", door), seconds)

    def join_streets(self) -> None:
        """Let the sides of a street go on where exactly two edges bear its name."""
        arms: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
        for edge, name in enumerate(self.network.edge_name.tolist()):
            if name > 0 and min(self.forward_s[edge], self.backward_s[edge]) < inf:
                arms[int(self.network.edge_start[edge]), name].append((edge, "start"))
                arms[int(self.network.edge_end[edge]), name].append((edge, "end"))
        for pair in arms.values():
            if len(pair) == 2 and self.goes_on(*pair):
                for tail, head in self.kerbs(*pair):
                    self.link(tail, head, 0.0)
                    self.link(head, tail, 0.0)

    def goes_on(self, one: tuple[int, str], other: tuple[int, str]) -> bool:
        """Whether the same may be done on both edges, and both are as hard to cross."""
        in_here, out_here = self.allowed(one)
        in_there, out_there = self.allowed(other)
        alike = self.private[one[0]] == self.private[other[0]]
        sides = self.has_sides(one[0]) and self.has_sides(other[0])
        alike &= self.crossing_s[one[0]] == self.crossing_s[other[0]]
        return bool(in_here == out_there and out_here == in_there and alike and sides)

    def allowed(self, arm: tuple[int, str]) -> tuple[bool, bool]:
        """Whether one may come to the junction by an arm, and leave by it."""
        ahead, back = isfinite(self.forward_s[arm[0]]), isfinite(self.backward_s[arm[0]])
        return (back, ahead) if arm[1] == "start" else (ahead, back)

    def kerbs(self, one: tuple[int, str], other: tuple[int, str]) -> Iterator[tuple[Node, Node]]:
        """The ends of the sides that meet."""
        flip = -1 if one[1] == other[1] else 1
        for layer in [LEAVING, ARRIVING] if self.private[one[0]] else [PUBLIC]:
            for side in (LEFT, RIGHT):
                yield (
                    self.at(one[0], one[1], (layer, side)),
                    self.at(other[0], other[1], (layer, side * flip)),
                )
