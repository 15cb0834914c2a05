"""Divide doors into territories, draw them, and give them out. Pure: arrays in, arrays out.

`units_from(doors)` makes the pieces that are never split, `divide(units, ...)` deals them into
territories, `assess(cut)` measures how even the deal is, `outlines(doors, cut)` draws it and
`give(distances)` says who gets which. Positions are lon, lat in degrees (WGS 84).
"""

from territories.cutting.assessment import Assessment, assess
from territories.cutting.division import (
    CannotDivide,
    Cut,
    NothingToDivide,
    TooManyTerritories,
    divide,
)
from territories.cutting.doors import DoorRow, Doors, doors_from
from territories.cutting.giving import give
from territories.cutting.outlines import outlines
from territories.cutting.sphere import EARTH_RADIUS_M, great_circle_m
from territories.cutting.units import Units, units_from

__all__ = [
    "EARTH_RADIUS_M",
    "Assessment",
    "CannotDivide",
    "Cut",
    "DoorRow",
    "Doors",
    "NothingToDivide",
    "TooManyTerritories",
    "Units",
    "assess",
    "divide",
    "doors_from",
    "give",
    "great_circle_m",
    "outlines",
    "units_from",
]
