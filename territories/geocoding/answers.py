"""Addresses, and what geocoding says of them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Address(NamedTuple):
    """One house: street, number, and the postcode or city or both that tell it from others."""

    street: str
    number: str
    postcode: str = ""
    city: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (f"{self.number} {self.street}", place) if part)


class Street(NamedTuple):
    """A street of the organisation's own, as its buildings have it."""

    street: str
    postcode: str
    city: str


class Quality(StrEnum):
    """How an address was found."""

    EXACT = "exact"  # among the organisation's own, but for capitals and abbreviations
    FUZZY = "fuzzy"  # among the organisation's own, but for one letter of the street
    GEOCODED = "geocoded"  # by a service


class Problem(StrEnum):
    """Why an address was not found; the names are those of an import's rejects."""

    NO_PLACE = "no_place"
    UNKNOWN_ADDRESS = "unknown_address"
    AMBIGUOUS_ADDRESS = "ambiguous_address"
    IMPRECISE_ADDRESS = "imprecise_address"
    GEOCODER_DOWN = "geocoder_down"
    GEOCODER_LIMIT = "geocoder_limit"


class Match(NamedTuple):
    """An address of the organisation's own that another one means.

    `key` is its building's natural key; `score` is 1 for the same street, less for a slip.
    """

    key: str
    street: Street
    number: str
    quality: Quality
    score: float

    @property
    def address(self) -> Address:
        """The address as the book has it."""
        return Address(self.street.street, self.number, self.street.postcode, self.street.city)


class NoMatch(NamedTuple):
    """An address that was not found; `detail` says what was, for people."""

    problem: Problem
    detail: str = ""
