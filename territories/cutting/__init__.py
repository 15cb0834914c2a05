"""Divide doors into territories, judge and draw them, and give them out. Pure: arrays in and out.

`units_from(doors, streets)` finds the street segments, `divide(units, ...)` deals them into
territories, `assess(cut)` says how good the deal is, `outlines(cut)` draws it,
`redraw` a few territories of it; `assigning` says who gets which. Positions are lon, lat in
degrees (WGS 84).
"""

from territories.cutting.asking import Ask
from territories.cutting.assessment import Assessment, assess
from territories.cutting.division import Cut, dealt, divide
from territories.cutting.doors import DoorRow, Doors, doors_from
from territories.cutting.errors import CutError, NothingToDivide, TooManyTerritories
from territories.cutting.moving import Moves, Relocation, least_share, moves
from territories.cutting.network import StreetKind, Streets
from territories.cutting.notices import Notice, Oddity
from territories.cutting.outlines import outlines
from territories.cutting.redrawing import redraw
from territories.cutting.sphere import EARTH_RADIUS_M, great_circle_m
from territories.cutting.units import Units, units_from
from territories.cutting.warming import warm

__all__ = [
    "EARTH_RADIUS_M",
    "Ask",
    "Assessment",
    "Cut",
    "CutError",
    "DoorRow",
    "Doors",
    "Moves",
    "NothingToDivide",
    "Notice",
    "Oddity",
    "Relocation",
    "StreetKind",
    "Streets",
    "TooManyTerritories",
    "Units",
    "assess",
    "dealt",
    "divide",
    "doors_from",
    "great_circle_m",
    "least_share",
    "moves",
    "outlines",
    "redraw",
    "units_from",
    "warm",
]
