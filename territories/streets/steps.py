"""A walk over several doors as a phone tells it: a line for each turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from territories.streets.arrays import StreetArrays
from territories.streets.journeys import journeys
from territories.streets.paths import Piece, WalkPath, walk_path
from territories.streets.profiles import WALKING, Profile
from territories.streets.shapes import bearing
from territories.streets.snaps import Snaps
from territories.streets.wording import Side, Told, Turn, round_m, text_of, turn_of, way_of

REACH_M = 12.0  # of a line from a corner on, to see where it heads
NOT_WORTH_A_WORD_M = 15.0  # of a way without a name between two others
TOO_SHORT_M = 8.0  # for anybody to notice its name
NO_WAY_M = 0.5  # what is shorter has no direction
MOST_BEND = 55.0  # degrees that a street may turn at a junction and still be the same stretch


@dataclass(frozen=True)
class WalkStep(Told):
    """One instruction, as data and as `text`: "left into Hauptstrasse, 120 m, odd side".

    `stop` is the index of the door that it leads towards; the last step to a door says on which
    `side` the door is, and whether it `crosses` to the other side of a street that the walk was in
    already. `lon` and `lat` are where the step begins.
    """

    stop: int
    lon: float
    lat: float

    @property
    def text(self) -> str:
        """The instruction in words."""
        return text_of(self)


@dataclass(frozen=True)
class Stretch:
    """Pieces of one way that one instruction covers."""

    pieces: tuple[Piece, ...]
    street: str
    way: str

    @property
    def length_m(self) -> float:
        """How far it goes."""
        return sum(piece.length_m for piece in self.pieces)

    @property
    def is_way(self) -> bool:
        """Whether it is long enough to have a direction."""
        return self.length_m >= NO_WAY_M

    @property
    def is_connection(self) -> bool:
        """Whether it only joins two others: a short way without a name, or a stub of a street."""
        if self.way == "steps":
            return False
        return self.length_m < (TOO_SHORT_M if self.street else NOT_WORTH_A_WORD_M)

    def is_like(self, other: Stretch) -> bool:
        """Whether both are one street, or of one kind and without a name."""
        return self.street == other.street and (bool(self.street) or self.way == other.way)

    def heading(self, *, at_end: bool = False) -> float:
        """Degrees clockwise from north in which it begins or ends."""
        lines = [piece.line for piece in self.pieces]
        return bearing(np.concatenate(lines), REACH_M, at_end=at_end)


@dataclass(frozen=True)
class WalkLeg:
    """The walk from one door to the next, and the instructions on it: none to the same place."""

    path: WalkPath
    steps: tuple[WalkStep, ...] = ()


def walk_legs(
    network: StreetArrays,
    stops: Sequence[Snaps] | Snaps,
    numbers: Sequence[str] = (),
    profile: Profile = WALKING,
) -> list[WalkLeg]:
    """The n - 1 walks from each of n doors to the next.

    `numbers` are the doors' house numbers in the same order, where they are known: if those on one
    side of a street are all odd or all even, the steps say so, else they say left or right. Raises
    what `walk_path` raises. One shortest path for each door.
    """
    doors = [stops[at] for at in range(len(stops))]
    sides = named_sides(network, doors, numbers, profile)
    legs: list[WalkLeg] = []
    before: Stretch | None = None
    for stop, (origin, destination) in enumerate(pairwise(doors), 1):
        path = walk_path(network, origin, destination, profile)
        stretches = stretches_of(network, path)
        if not stretches:  # the next door is at the same place
            legs.append(WalkLeg(path))
            continue
        steps = steps_of(stretches, stop)
        turn = first_turn(origin, stretches[0], before)
        steps[0] = replace(steps[0], turn=turn, starts=before is None)
        side = sides[stop] or side_of(destination, stretches[-1], before)
        steps[-1] = replace(steps[-1], side=side, crosses=path.crosses)
        legs.append(WalkLeg(path, tuple(steps)))
        before = next((each for each in reversed(stretches) if each.is_way), before)
    return legs


def steps_of(stretches: list[Stretch], stop: int) -> list[WalkStep]:
    """The steps of one path; how it begins and ends is not told yet."""
    return [
        WalkStep(
            turn=Turn.ON if before is None else turn_between(before, stretch),
            street=stretch.street,
            way=stretch.way,
            starts=False,
            stays=before is not None and before.is_like(stretch),
            metres=round_m(stretch.length_m),
            crosses=False,
            side=Side.NONE,
            stop=stop,
            lon=float(stretch.pieces[0].line[0, 0]),
            lat=float(stretch.pieces[0].line[0, 1]),
        )
        for before, stretch in pairwise([None, *stretches])
        if stretch is not None
    ]


def turn_between(one: Stretch, other: Stretch) -> Turn:
    """The turn from one stretch into another; none into one that is no way at all."""
    if not other.is_way:
        return Turn.AT
    return turn_of(one.heading(at_end=True), other.heading())


def stretches_of(network: StreetArrays, path: WalkPath) -> list[Stretch]:
    """The pieces of a path, put together where nobody would speak of a turn."""
    found: list[Stretch] = []
    for piece in path.pieces:
        if piece.length_m < NO_WAY_M and piece is not path.pieces[-1]:
            continue
        way = way_of(int(network.edge_road[piece.edge]), int(network.edge_marks[piece.edge]))
        found = joined(found, Stretch((piece,), piece.name, way))
    told: list[Stretch] = []
    for at, stretch in enumerate(found):
        if not (0 < at < len(found) - 1 and is_passed_over(told[-1], stretch, found[at + 1])):
            told = joined(told, stretch)
    return told


def is_passed_over(before: Stretch, stretch: Stretch, after: Stretch) -> bool:
    """Whether a turn from what comes before right into what comes after says it all."""
    return stretch.is_connection and turn_between(before, after) is not Turn.AROUND


def joined(found: list[Stretch], new: Stretch) -> list[Stretch]:
    """Stretches with one more, which goes on with the last of them if it is the same way."""
    if not found:
        return [new]
    last = found[-1]
    if not last.is_like(new) or (new.is_way and bend(last, new) > MOST_BEND):
        return [*found, new]
    return [*found[:-1], replace(last, pieces=last.pieces + new.pieces)]


def bend(one: Stretch, other: Stretch) -> float:
    """Degrees between the end of one stretch and the start of the next."""
    return abs((other.heading() - one.heading(at_end=True) + 180) % 360 - 180)


def first_turn(origin: Snaps, first: Stretch, before: Stretch | None) -> Turn:
    """How a leg begins: on or back in the street where the last one ended, or out of the door."""
    if before is not None and not first.is_way:
        return Turn.ON
    if before is not None and before.street == first.street:
        return Turn.ON if bend(before, first) < 90 else Turn.BACK
    if before is not None:
        return turn_of(before.heading(at_end=True), first.heading())
    side = int(origin.side[0]) * direction(first.pieces[0])
    return Turn.LEFT if side > 0 else Turn.RIGHT if side < 0 else Turn.STRAIGHT


def side_of(door: Snaps, last: Stretch, before: Stretch | None) -> Side:
    """Whether a door is left or right for somebody who comes to it."""
    piece = last.pieces[-1]
    if not last.is_way and before is not None and before.pieces[-1].edge == piece.edge:
        piece = before.pieces[-1]
    side = int(door.side[0]) * direction(piece)
    return Side.LEFT if side > 0 else Side.RIGHT if side < 0 else Side.NONE


def direction(piece: Piece) -> int:
    """1 if a piece is walked from its edge's start on, -1 if towards it."""
    return 1 if piece.to_m >= piece.from_m else -1


def named_sides(
    network: StreetArrays, doors: list[Snaps], numbers: Sequence[str], profile: Profile
) -> list[Side]:
    """For each door "odd side" or "even side", where all known numbers on its side agree."""
    pavements = journeys(network, profile).pavements
    keys = []
    for door in doors:
        edge = int(door.edge[0])
        keys.append((int(pavements.street[edge]), int(door.side[0] * pavements.along[edge])))
    parities: dict[tuple[int, int], set[Side]] = {}
    for key, number in zip(keys, numbers, strict=False):
        digits = re.search(r"\d+", number)
        if digits:
            odd = int(digits[0]) % 2
            parities.setdefault(key, set()).add(Side.ODD if odd else Side.EVEN)
    agreed = {key: found.pop() for key, found in parities.items() if len(found) == 1 and key[1]}
    return [agreed.get(key, Side.NONE) for key in keys]
