"""A made-up county, street by street, as a CSV file with OpenAddresses' columns.

Towns of some 3,000 doors lie on a grid. A town is a main street of shops and blocks of flats, and
residential streets that cross it; from every other one, cul-de-sacs lead north to a turning circle.
Odd numbers are on one side, even ones on the other. The same seed writes the same file.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import NamedTuple

HEADER = "LON LAT NUMBER STREET UNIT CITY DISTRICT REGION POSTCODE ID HASH".split()

METRES_PER_DEGREE = 111_195.0
TOWN_PITCH_M = 3000.0
STREETS = 16
STREET_GAP_M = 110.0
COURT_BLOCK_M = 100.0  # how much deeper a block with cul-de-sacs is
HALF_STREET_M = 650.0
MAIN_STREET_M = 50.0  # what the main street and its buildings take of each crossing street
LOT_M = 19.0
SETBACK_M = 14.0
COURT_PITCH_M = 140.0
COURT_STARTS_M = 45.0
COURT_LENGTH_M = 60.0
PLOT_M = 38.0  # along the main street

TREES = "Oak Maple Birch Cedar Willow Elm Linden Hazel Juniper Laurel Aspen Alder".split()
WORDS = "Hill Brook Field Ridge Meadow Mill Spring Lake Park Glen Grove Crest Stone Fox".split()
KINDS = "Street Avenue Drive Lane Road Way".split()
HEADS = "Ash Brad Clay Dun East Fair Glen Hart Kings Long Mill New North Ox Rose".split()
TAILS = "ton ville field bridge ford ham wood mont port dale".split()
SUFFIXES = ["", " Heights", " Falls", " Junction", " Springs", " Green"]


class House(NamedTuple):
    """A door: metres east and north of its town's corner, and its address there."""

    east_m: float
    north_m: float
    number: int
    street: str
    unit: str = ""


@dataclass(frozen=True)
class Town:
    """A town's name, postcode and south end of its main street."""

    name: str
    postcode: str
    lon: float
    lat: float


def write_county(path: Path, *, doors: int, seed: int, centre: tuple[float, float]) -> None:
    """Write a county of exactly `doors` doors around `centre` (lon, lat), a row at a time."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(islice(county(random, doors, centre), doors))


def county(random: Random, doors: int, centre: tuple[float, float]) -> Iterator[tuple[object, ...]]:
    """The rows of a county of at least `doors` doors; towns nearest to the centre come first."""
    serial = 0
    for town in towns(doors, centre):
        metres_per_lon = METRES_PER_DEGREE * math.cos(math.radians(town.lat))
        for east_m, north_m, number, street, unit in houses(random):
            serial += 1
            yield (
                f"{town.lon + (east_m + random.uniform(-2, 2)) / metres_per_lon:.7f}",
                f"{town.lat + (north_m + random.uniform(-2, 2)) / METRES_PER_DEGREE:.7f}",
                number,
                street,
                unit,
                town.name,
                "",
                "",
                town.postcode,
                serial,
                f"{random.getrandbits(64):016x}",
            )


def towns(doors: int, centre: tuple[float, float]) -> Iterator[Town]:
    """Towns on a grid, the nearest to the centre first, certainly enough for `doors`."""
    reach = math.isqrt(doors // 1000) + 1
    steps = sorted(product(range(-reach, reach + 1), repeat=2), key=lambda at: math.hypot(*at))
    lon, lat = centre
    for index, (east, north) in enumerate(steps):
        town_lat = lat + (north - 0.4) * TOWN_PITCH_M / METRES_PER_DEGREE
        step_lon = TOWN_PITCH_M / METRES_PER_DEGREE / math.cos(math.radians(lat))
        yield Town(town_name(index), f"{10000 + index:05d}", lon + east * step_lon, town_lat)


def town_name(index: int) -> str:
    """A name that no other town of the county has."""
    rest, head = divmod(index, len(HEADS))
    rest, tail = divmod(rest, len(TAILS))
    again, suffix = divmod(rest, len(SUFFIXES))
    number = f" {again + 1}" if again else ""
    return f"{HEADS[head]}{TAILS[tail]}{SUFFIXES[suffix]}{number}"


def houses(random: Random) -> Iterator[House]:
    """The doors of one town, street by street."""
    names = [f"{tree} {word}" for tree, word in product(TREES, WORDS)]
    random.shuffle(names)
    unused = iter(names)
    north_m = STREET_GAP_M
    for index in range(STREETS):
        depth_m = STREET_GAP_M + (COURT_BLOCK_M if index % 2 else 0.0)
        yield from residential_street(f"{next(unused)} {random.choice(KINDS)}", north_m)
        for east_m in court_positions() if index % 2 else ():
            yield from court(f"{next(unused)} Court", east_m, north_m)
        yield from main_street(random, north_m, north_m + depth_m)
        north_m += depth_m


def residential_street(street: str, north_m: float) -> Iterator[House]:
    """Detached homes on both sides of a street that runs from west to east."""
    lots = int(2 * HALF_STREET_M / LOT_M)
    for lot in range(lots):
        east_m = -HALF_STREET_M + (lot + 0.5) * LOT_M
        if abs(east_m) > MAIN_STREET_M:
            yield House(east_m, north_m - SETBACK_M, 2 * lot + 1, street)
            yield House(east_m, north_m + SETBACK_M, 2 * lot + 2, street)


def court_positions() -> Iterator[float]:
    """How far east of the main street the cul-de-sacs branch off."""
    for side in (-1, 1):
        for step in range(1, int(HALF_STREET_M / COURT_PITCH_M) + 1):
            yield side * (step * COURT_PITCH_M - 30.0)


def court(street: str, east_m: float, north_m: float) -> Iterator[House]:
    """Homes along a cul-de-sac that runs north, and three around its turning circle."""
    number = 0
    for lot in range(int(COURT_LENGTH_M / LOT_M)):
        along_m = north_m + COURT_STARTS_M + lot * LOT_M
        for side in (-1, 1):
            number += 1
            yield House(east_m + side * SETBACK_M, along_m, number, street)
    end_m = north_m + COURT_STARTS_M + COURT_LENGTH_M
    for bearing in (-60.0, 0.0, 60.0):
        number += 1
        around = math.radians(bearing)
        across_m, along_m = SETBACK_M * math.sin(around), SETBACK_M * math.cos(around)
        yield House(east_m + across_m, end_m + along_m, number, street)


def main_street(random: Random, from_m: float, to_m: float) -> Iterator[House]:
    """Shops and offices in suites, blocks of flats, and a few homes, on both sides."""
    for plot in range(math.ceil(from_m / PLOT_M), math.ceil(to_m / PLOT_M)):
        for side in (0, 1):
            east_m, number = (2 * side - 1) * 1.5 * SETBACK_M, 100 + 4 * plot + side
            for unit in random.choice((suites, flats, home))(random):
                yield House(east_m, plot * PLOT_M, number, "Main Street", unit)


def suites(random: Random) -> list[str]:
    """The units of a row of shops and offices."""
    return [f"STE {suite}" for suite in range(1, random.randint(3, 6))]


def flats(random: Random) -> list[str]:
    """The units of a block of flats with four to a floor."""
    floors = random.randint(2, 5)
    return [f"APT {floor}{flat}" for floor in range(1, floors + 1) for flat in "ABCD"]


def home(_random: Random) -> list[str]:
    """A single home has no unit."""
    return [""]
