"""What every reader yields: rows that may become doors, and rows that cannot."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a row did not become a door."""

    NO_ADDRESS = "no_address"
    NO_STREET = "no_street"
    NO_NUMBER = "no_number"
    NO_POSITION = "no_position"
    NOT_A_NUMBER = "not_a_number"
    OFF_EARTH = "off_earth"
    OUTSIDE_REGION = "outside_region"
    DUPLICATE = "duplicate"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    NO_PLACE = "no_place"
    UNKNOWN_ADDRESS = "unknown_address"
    AMBIGUOUS_ADDRESS = "ambiguous_address"
    IMPRECISE_ADDRESS = "imprecise_address"
    GEOCODER_DOWN = "geocoder_down"
    GEOCODER_LIMIT = "geocoder_limit"


class Row(NamedTuple):
    """An address as the file has it. Text may be untidy; `use` may be the source's own word.

    Where the file says no position, lon and lat are both NaN.

    `line` tells the reader of the rejects file where to look: a line number, or an element's id.
    """

    line: str
    street: str
    number: str
    unit: str
    name: str
    postcode: str
    city: str
    use: str
    lon: float
    lat: float
    quality: str
    external_id: str


class Reject(NamedTuple):
    """A row that did not become a door, and why. `detail` holds nothing beyond the address."""

    line: str
    reason: Reason
    detail: str


class Candidate(NamedTuple):
    """A door as the file states it, tidied, with its natural keys: ready for the database."""

    seq: int
    line: str
    key: str
    building_key: str
    street: str
    number: str
    postcode: str
    city: str
    unit: str
    name: str
    use: str
    lon: float
    lat: float
    quadkey: int
    position_quality: str
