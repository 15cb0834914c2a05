"""The words of walking instructions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from territories.streets.roads import Mark, Road


class Turn(StrEnum):
    """How a step begins."""

    ON = "on"  # as before: from a door on in the same direction
    BACK = "back"
    AT = "at"  # already there, round the corner
    STRAIGHT = "straight on"
    SLIGHT_LEFT = "slight left"
    LEFT = "left"
    SHARP_LEFT = "sharp left"
    SLIGHT_RIGHT = "slight right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp right"
    AROUND = "turn round"


ALONG = (Turn.ON, Turn.BACK)


class Side(StrEnum):
    """Where the door is when the walker gets to it."""

    NONE = ""
    ODD = "odd side"
    EVEN = "even side"
    LEFT = "left side"
    RIGHT = "right side"


WAYS = {
    Road.MOTORWAY: "road",
    Road.TRUNK: "road",
    Road.PRIMARY: "road",
    Road.SECONDARY: "road",
    Road.TERTIARY: "road",
    Road.UNCLASSIFIED: "road",
    Road.RESIDENTIAL: "street",
    Road.LIVING_STREET: "street",
    Road.SERVICE: "service road",
    Road.PEDESTRIAN: "pedestrian zone",
    Road.TRACK: "track",
    Road.CYCLEWAY: "cycle path",
    Road.PATH: "footpath",
    Road.STEPS: "steps",
}
UNNAMED = ("road", "street")  # which have a name as a rule
LEADS = {"pedestrian zone": "into", "crossing": "over"}
MARKED = {
    Mark.CROSSING: "crossing",
    Mark.SIDEWALK: "sidewalk",
    Mark.DRIVEWAY: "driveway",
    Mark.ROUNDABOUT: "roundabout",
}


def way_of(road: int, marks: int) -> str:
    """What kind of way an edge is, in a word."""
    if road == Road.STEPS:
        return "steps"
    marked = (word for mark, word in MARKED.items() if marks & mark)
    return next(marked, WAYS[Road(road)])


def turn_of(before: float, after: float) -> Turn:
    """The turn from one heading to another, both in degrees clockwise from north."""
    right = (after - before + 180) % 360 - 180
    size = abs(right)
    if size < 25:
        return Turn.STRAIGHT
    if size > 165:
        return Turn.AROUND
    if size < 55:
        return Turn.SLIGHT_RIGHT if right > 0 else Turn.SLIGHT_LEFT
    if size < 125:
        return Turn.RIGHT if right > 0 else Turn.LEFT
    return Turn.SHARP_RIGHT if right > 0 else Turn.SHARP_LEFT


def round_m(metres: float) -> int:
    """Metres as people say them: to the nearest 5, from 100 m on 10, from a kilometre on 100."""
    step = 5 if metres < 100 else 10 if metres < 1000 else 100
    return round(metres / step) * step


def distance_text(metres: float) -> str:
    """A distance in words."""
    told = round_m(metres)
    return f"{told / 1000:g} km" if told >= 1000 else f"{told} m"


@dataclass(frozen=True)
class Told:
    """What an instruction is about."""

    turn: Turn
    street: str  # "" for a way without a name
    way: str  # what kind of way it is
    starts: bool  # at the first door
    stays: bool  # in the street that the step before was in, or on one more way of its kind
    metres: int
    crosses: bool
    side: Side

    @property
    def where(self) -> str:
        """The way, in words."""
        if self.street:
            return self.street
        if self.way in UNNAMED:
            return f"the unnamed {self.way}"
        return f"the next {self.way}" if self.stays else f"the {self.way}"


def text_of(told: Told) -> str:
    """A step in words: "left into Hauptstrasse, 120 m, odd side"."""
    distance = distance_text(told.metres) if told.metres else ""
    if told.crosses:
        parts = [f"cross {told.where}", way_on(told, distance), told.side.value]
    else:
        parts = [phrase(told), distance, told.side.value]
    return ", ".join(part for part in parts if part)


def way_on(told: Told, distance: str) -> str:
    """Where it goes after the crossing, if anywhere."""
    if not distance:
        return ""
    on = told.turn in ALONG
    return f"{distance} {told.turn.value}" if on else f"then {told.turn.value}, {distance}"


def phrase(told: Told) -> str:
    """The turn with the way that it leads to."""
    turn = told.turn.value
    if told.turn in ALONG or told.starts:
        return f"{turn} along {told.where}"
    if told.turn is Turn.AT:
        return f"{turn} {told.where}"
    if told.street:
        return f"{turn}, staying on {told.where}" if told.stays else f"{turn} into {told.where}"
    if told.way == "steps":
        return f"{turn}, take {told.where}"
    if told.turn is Turn.STRAIGHT:
        return f"{turn} along {told.where}"
    return f"{turn} {LEADS.get(told.way, 'onto')} {told.where}"
