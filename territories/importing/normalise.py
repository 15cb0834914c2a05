"""From rows to candidates, a batch at a time: tidy texts, checked positions, natural keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from math import isnan, nan
from typing import Protocol

import numpy as np
import shapely
from django.db.models import Model

from territories.importing.keys import (
    TooLong,
    building_key,
    clean,
    clean_number,
    door_key,
    door_use,
    fold,
    locality,
    source_key,
)
from territories.importing.options import ImportOptions
from territories.importing.region import inside, region_polygon
from territories.importing.rows import Candidate, Reason, Reject, Row
from territories.models import Building, Door, DoorUse, PositionQuality
from territories.quadkeys import quadkeys

QUALITIES = frozenset(PositionQuality.values)
UNKNOWN = PositionQuality.UNKNOWN.value  # looked up once: each row needs it
HOME, BUSINESS = DoorUse.HOME.value, DoorUse.BUSINESS.value


def limit(model: type[Model], name: str) -> int:
    """How many characters fit into a column."""
    return int(getattr(model._meta.get_field(name), "max_length", 0))


STREET, NUMBER = limit(Building, "street"), limit(Building, "number")
POSTCODE, CITY = limit(Building, "postcode"), limit(Building, "city")
UNIT, NAME = limit(Door, "unit"), limit(Door, "name")


LIMITS = {
    "street": STREET, "number": NUMBER, "unit": UNIT, "name": NAME, "postcode": POSTCODE,
    "city": CITY,
}  # fmt: skip


class Placing(Protocol):
    """Finds the positions of rows that have none."""

    def rows(self, rows: Sequence[Row]) -> list[Row | Reject]:
        """Each of the rows with a position, or why there is none."""

    def candidates(self, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates of all rows of a batch, those that it placed where they are known."""


class Normaliser:
    """Turns the rows of one file into candidates, numbered in the order of the file.

    `placing` finds the positions of rows that have none; without it they are rejected.
    """

    def __init__(self, options: ImportOptions, placing: Placing | None = None) -> None:
        self.placing = placing
        self.dataset = options.dataset
        self.region = None if options.region is None else region_polygon(options.region)
        self.seq = 0

    def batch(self, rows: Sequence[Row]) -> tuple[list[Candidate], list[Reject]]:
        """The rows that can become doors, and the others."""
        kept: list[Row] = []
        rejects: list[Reject] = []
        for row in rows:
            found = tidy(row)
            if isinstance(found, Row):
                kept.append(found)
            else:
                rejects.append(found)
        kept, unplaced = self._placed(kept)
        rejects += unplaced
        if self.region is not None and kept:
            kept, outside = split(self.region, kept)
            rejects += outside
        return self._keyed(kept), rejects

    def _placed(self, rows: list[Row]) -> tuple[list[Row], list[Reject]]:
        """The rows with those without a position put where their addresses are, and the others."""
        lost = [at for at, row in enumerate(rows) if isnan(row.lon)]
        if not lost:
            return rows, []
        answers: list[Row | Reject] = list(rows)
        found = place_none if self.placing is None else self.placing.rows
        for at, answer in zip(lost, found([rows[at] for at in lost]), strict=True):
            answers[at] = answer
        return (
            [row for row in answers if isinstance(row, Row)],
            [row for row in answers if isinstance(row, Reject)],
        )

    def _keyed(self, rows: list[Row]) -> list[Candidate]:
        lon, lat = np.array([row.lon for row in rows]), np.array([row.lat for row in rows])
        made = []
        for row, quadkey in zip(rows, quadkeys(lon, lat).tolist(), strict=True):
            self.seq += 1
            made.append(self._candidate(row, quadkey))
        return made if self.placing is None else self.placing.candidates(made)

    def _candidate(self, row: Row, quadkey: int) -> Candidate:
        line, street, number, unit, name, postcode, city, use, lon, lat, quality, own_id = row
        building = building_key(street, number, locality(city, postcode, quadkey))
        return Candidate(
            self.seq,
            line,
            source_key(self.dataset, own_id) if own_id else door_key(building, unit, name),
            building,
            street,
            number,
            postcode,
            city,
            unit,
            name,
            use,
            lon,
            lat,
            quadkey,
            quality,
        )


def split(region: shapely.Geometry, rows: list[Row]) -> tuple[list[Row], list[Reject]]:
    """The rows inside a region, and the rejects of those outside."""
    lon, lat = np.array([row.lon for row in rows]), np.array([row.lat for row in rows])
    within = inside(region, lon, lat)
    outside = [
        Reject(row.line, Reason.OUTSIDE_REGION, position(row)) for row in compress(rows, ~within)
    ]
    return list(compress(rows, within)), outside


def tidy(row: Row) -> Row | Reject:
    """The row with tidy texts and its use told, or why it cannot be a door."""
    line, street, number, unit, name, postcode, city, use, lon, lat, quality, own_id = row
    try:
        street, number = clean(street, STREET), clean_number(number, NUMBER)
        unit, name = clean(unit, UNIT), clean(name, NAME)
        postcode, city = clean(postcode, POSTCODE), clean(city, CITY)
    except TooLong:
        return Reject(line, Reason.TOO_LONG, too_long(row))
    if not (number and fold(street)):
        return without_address(line, street, number)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or lon == lat == 0:
        if not is_blank(lon, lat):
            return off_earth(row)
        lon = lat = nan
    use = door_use(use, unit)
    if use == HOME:
        name = ""  # who lives there is nobody's business
    elif name:
        use = BUSINESS
    quality = quality if quality in QUALITIES else UNKNOWN
    own_id = own_id.strip()
    return Row(line, street, number, unit, name, postcode, city, use, lon, lat, quality, own_id)


def too_long(row: Row) -> str:
    """Which text of a row is too long for its column; what it says is not repeated."""
    for name, limit in LIMITS.items():
        try:
            clean(getattr(row, name), limit)
        except TooLong as error:
            return f"{name}: {error}"
    return ""


def without_address(line: str, street: str, number: str) -> Reject:
    """The reject of a row without house number, street or both."""
    if fold(street):
        return Reject(line, Reason.NO_NUMBER, f"street: {street}")
    if number:
        return Reject(line, Reason.NO_STREET, f"number: {number}")
    return Reject(line, Reason.NO_ADDRESS, "")


def is_blank(lon: float, lat: float) -> bool:
    """Whether a position is none: not a number, or the zeros that lists give instead."""
    return lon == lat == 0 or (isnan(lon) and isnan(lat))


def off_earth(row: Row) -> Reject:
    """The reject of a row whose position is half a number, or not on Earth."""
    reason = Reason.NOT_A_NUMBER if isnan(row.lon + row.lat) else Reason.OFF_EARTH
    return Reject(row.line, reason, position(row))


def place_none(rows: Sequence[Row]) -> list[Row | Reject]:
    """The rejects of rows without a position, where nobody looks for their addresses."""
    return [Reject(row.line, Reason.NO_POSITION, "") for row in rows]


def position(row: Row) -> str:
    """The row's position, for the rejects file."""
    return f"lon {row.lon:.6f}, lat {row.lat:.6f}"
