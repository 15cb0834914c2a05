"""The organisation's own streets as an address book: which of its addresses is meant.

Streets are compared within the postcode, else within the city. A street that is spelled the same,
but for capitals, punctuation and abbreviations, is meant; else one that is a single slip away
(Damerau 1964, A technique for computer detection and correction of spelling errors,
doi:10.1145/363958.363994: four of five slips are one letter wrong, missing, too many, or two
exchanged). A digit is no slip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from territories.geocoding.answers import (
    Address,
    Match,
    NoMatch,
    Problem,
    Quality,
    Street,
)
from territories.importing.keys import building_key, fold
from territories.streets.names import KIND, street_key, street_words

CACHED = 1 << 16
SHORTEST = 4  # letters of a street that a slip may be in
NAMED = 3  # streets that a detail names
KINDS = frozenset(KIND.values())

Known = Callable[[set[str]], Container[str]]
"""Which of some natural keys of buildings exist."""


class Near(NamedTuple):
    """A street that may be meant, and how far its spelling is from what was said."""

    street: Street
    slips: int
    score: float


@dataclass(eq=False)
class Index:
    """Streets by a text that stands for their names; `slipped` are those met a slip away, kept."""

    streets: dict[str, list[Near]] = field(default_factory=lambda: defaultdict(list))
    slipped: dict[tuple[str, int], tuple[Near, ...]] = field(default_factory=dict)

    def add(self, text: str, street: Street) -> None:
        """Take a street in."""
        self.streets[text].append(Near(street, 0, 1.0))

    def same(self, text: str) -> Sequence[Near]:
        """The streets of that text."""
        return self.streets.get(text, ())

    def similar(self, texts: Sequence[str]) -> list[tuple[Near, ...]]:
        """For each text, the streets whose own text is a slip away; a digit is no slip."""
        found: list[tuple[Near, ...]] = [()] * len(texts)
        if not texts:
            return found
        others = list(self.streets)
        slips = cdist(texts, others, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(slips <= 1)), strict=True):
            text, other = texts[row], others[column]
            if len(text) >= SHORTEST and digits(text) == digits(other):
                found[row] += self.a_slip_away(other, max(len(text), len(other)))
        return found

    def a_slip_away(self, text: str, letters: int) -> tuple[Near, ...]:
        """The streets of a text, when one of so many letters was wrong."""
        known = self.slipped.get((text, letters))
        if known is None:
            known = tuple(near._replace(slips=1, score=1 - 1 / letters) for near in self.same(text))
            self.slipped[text, letters] = known
        return known


@dataclass(eq=False)
class Place:
    """The streets of one postcode or city: by their keys, and by their spelling.

    A slip in a word that has an abbreviation shows in the spelling alone: Drvie is no Dr.
    """

    keyed: Index = field(default_factory=Index)
    spelled: Index = field(default_factory=Index)

    def add(self, street: Street) -> None:
        """Take a street in."""
        self.keyed.add(street_key(street.street), street)
        self.spelled.add(fold(street.street), street)

    def similar(self, names: Sequence[str]) -> list[Sequence[Near]]:
        """For each name of a street that is not here: the streets a single slip away.

        Two kinds of street may have short forms that are a letter apart: a place is no point.
        """
        near: list[Sequence[Near]] = [*self.spelled.similar([fold(name) for name in names])]
        lost = [at for at, streets in enumerate(near) if not streets]
        again = self.keyed.similar([street_key(names[at]) for at in lost])
        for at, streets in zip(lost, again, strict=True):
            kind = kind_of(names[at])
            near[at] = [each for each in streets if kind_of(each.street.street) in ("", kind)]
        return near


class AddressBook:
    """The streets of one organisation, by postcode and by city.

    Memory goes with the streets, not with the doors: a million doors have some twenty thousand.
    """

    def __init__(self, streets: Iterable[Street]) -> None:
        self._places: dict[tuple[str, str], Place] = defaultdict(Place)
        self._found: dict[tuple[str, str], Place | None] = {}
        for street in streets:
            for place in places_of(street.postcode, street.city):
                self._places[place].add(street)

    def resolve(self, addresses: Sequence[Address], known: Known) -> list[Match | NoMatch]:
        """For each address: the one of the book that it means, or why none is certain.

        `known` says which buildings exist; it is asked once, however many addresses there are.
        O(addresses), and O(streets of the place) for each street that is not there.
        """
        near = [self._same(address) for address in addresses]
        lost = [at for at, streets in enumerate(near) if not streets]
        for at, streets in zip(lost, self._similar([addresses[at] for at in lost]), strict=True):
            near[at] = streets
        return judged(addresses, near, known)

    def _place(self, address: Address) -> Place | None:
        """Where the streets of an address are to be looked for: its postcode's, else its city's."""
        named = address.postcode, address.city
        if named not in self._found:
            found = (self._places.get(key) for key in places_of(*named))
            self._found[named] = next((place for place in found if place is not None), None)
        return self._found[named]

    def _same(self, address: Address) -> Sequence[Near]:
        """The streets of an address's place that are spelled the same."""
        place = self._place(address)
        return () if place is None else place.keyed.same(street_key(address.street))

    def _similar(self, addresses: Sequence[Address]) -> list[Sequence[Near]]:
        """The streets that are a slip away: each place, and each of its misspellings, once."""
        asked: dict[Place, dict[str, Sequence[Near]]] = defaultdict(dict)
        places = [self._place(address) for address in addresses]
        for place, address in zip(places, addresses, strict=True):
            if place is not None:
                asked[place][address.street] = ()
        for place, near in asked.items():
            near.update(zip(near, place.similar(list(near)), strict=True))
        return [
            () if place is None else asked[place][address.street]
            for place, address in zip(places, addresses, strict=True)
        ]


def places_of(postcode: str, city: str) -> list[tuple[str, str]]:
    """The keys of the places that an address is in, the narrowest first."""
    named = (("postcode", fold(postcode)), ("city", fold(city)))
    return [(kind, name) for kind, name in named if name]


def digits(text: str) -> str:
    """The digits of a text, which are no slips."""
    return "".join(filter(str.isdigit, text))


@lru_cache(CACHED)
def kind_of(street: str) -> str:
    """What kind of street a name says it is; "" where it does not."""
    words = street_words(street)
    return next((word for word in reversed(words) if word in KINDS), "")


def judged(
    addresses: Sequence[Address], near: Sequence[Sequence[Near]], known: Known
) -> list[Match | NoMatch]:
    """For each address, given the streets that may be meant: the one building that exists there."""
    near = [meant(address, others) for address, others in zip(addresses, near, strict=True)]
    keys = [
        tuple(key_of(other.street, address.number) for other in others)
        for address, others in zip(addresses, near, strict=True)
    ]
    exist = known({key for some in keys for key in some})
    return [
        verdict(
            address, {k: one for k, one in zip(some, others, strict=True) if k in exist}, others
        )
        for address, some, others in zip(addresses, keys, near, strict=True)
    ]


def meant(address: Address, others: Sequence[Near]) -> Sequence[Near]:
    """The streets of the address's own city, as far as it and they say."""
    if len(others) < 2:
        return others
    city = fold(address.city)
    inside = [other for other in others if city and fold(other.street.city) == city]
    return inside or others


def key_of(street: Street, number: str) -> str:
    """The natural key of a building on a street, as an import has made it."""
    return building_key(street.street, number, locality_of(street.postcode, street.city))


@lru_cache(CACHED)
def locality_of(postcode: str, city: str) -> str:
    """What tells the buildings of a place from those of others; see `keys.locality`."""
    return fold(city) or fold(postcode)


def verdict(address: Address, found: dict[str, Near], others: Sequence[Near]) -> Match | NoMatch:
    """The one building that was found, or what there is instead."""
    if len(found) > 1:
        matches = (match_of(address, *pair) for pair in found.items())
        choice = "; ".join(str(match.address) for match in matches)
        return NoMatch(Problem.AMBIGUOUS_ADDRESS, f"may be {choice}")
    for pair in found.items():
        return match_of(address, *pair)
    if not places_of(address.postcode, address.city):
        return NoMatch(Problem.NO_PLACE, "neither postcode nor city")
    names = sorted({other.street.street for other in others})[:NAMED]
    if names:
        return NoMatch(Problem.UNKNOWN_ADDRESS, f"no such number on {', '.join(names)}")
    return NoMatch(Problem.UNKNOWN_ADDRESS, "no such street there")


def match_of(address: Address, key: str, other: Near) -> Match:
    """A building of the book for an address."""
    quality = Quality.FUZZY if other.slips else Quality.EXACT
    return Match(key, other.street, address.number, quality, other.score)
