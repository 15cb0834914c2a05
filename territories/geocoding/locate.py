"""Positions for addresses: from the organisation's own, else from what a service says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from territories.geocoding.answers import Address, Match, NoMatch, Problem, Quality, Street
from territories.geocoding.book import AddressBook
from territories.geocoding.services import Service, ServiceDown, Spot, configured_service
from territories.importing.keys import digest, fold
from territories.models import Building, GeocodedAddress

AT_ONCE = 900  # keys in a query: SQLite may be built to take no more than 999


class Found(NamedTuple):
    """A position, the address as it is known there, and how it was found.

    `score` is 1 for the same street, less for a slip; `precision` is a service's own word.
    """

    lon: float
    lat: float
    address: Address
    quality: Quality
    score: float = 1.0
    precision: str = ""


class Locator:
    """Finds addresses of one organisation; `found` counts them by quality.

    The streets are read once, when the first address is asked for. A service is asked `questions`
    times at most, and no more once it is down; what it said is kept, and costs no question again.
    """

    def __init__(
        self,
        organisation_id: int,
        service: Service | None = None,
        questions: int = 0,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.organisation_id = organisation_id
        self.service = service
        self.questions = questions
        self.down = ""
        self.clock = clock
        self.found: Counter[str] = Counter()

    @classmethod
    def configured(cls, organisation_id: int) -> Locator:
        """The locator that the settings make."""
        return cls(organisation_id, configured_service(), settings.GEOCODER_QUESTIONS)

    @cached_property
    def book(self) -> AddressBook:
        """The organisation's own streets."""
        rows = Building.objects.filter(organisation_id=self.organisation_id)
        return AddressBook(
            Street(*row) for row in rows.values_list("street", "postcode", "city").distinct()
        )

    def find(self, addresses: Sequence[Address]) -> list[Found | NoMatch]:
        """For each address its position, or why there is none.

        Own addresses take one query for 900 of them. What they do not have, the service is asked
        for; what may be one of several of them, nobody is.
        """
        houses: dict[str, Building] = {}

        def known(keys: set[str]) -> dict[str, Building]:
            houses.update(self._buildings(keys))
            return houses

        answers: list[Found | NoMatch] = []
        for address, answer in zip(addresses, self.book.resolve(addresses, known), strict=True):
            if isinstance(answer, Match):
                answers.append(found_at(houses[answer.key], answer))
            elif self.service and answer.problem is Problem.UNKNOWN_ADDRESS:
                answers.append(self._geocode(self.service, address))
            else:
                answers.append(answer)
        self.found.update(each.quality.value for each in answers if isinstance(each, Found))
        return answers

    def _buildings(self, keys: set[str]) -> Iterator[tuple[str, Building]]:
        """The buildings of some natural keys."""
        wanted = sorted(keys)
        for start in range(0, len(wanted), AT_ONCE):
            rows = Building.objects.filter(
                organisation_id=self.organisation_id, key__in=wanted[start : start + AT_ONCE]
            )
            yield from ((building.key, building) for building in rows)

    def _geocode(self, service: Service, address: Address) -> Found | NoMatch:
        """What the service says, or said before."""
        asked = {
            "organisation_id": self.organisation_id,
            "service": service.name,
            "key": digest("\n".join(map(fold, address))),
        }
        kept = GeocodedAddress.objects.filter(**asked).first()
        if kept is None:
            if self.down:
                return NoMatch(Problem.GEOCODER_DOWN, self.down)
            if not self.questions:
                return NoMatch(Problem.GEOCODER_LIMIT, "import the rest again to go on")
            self.questions -= 1
            try:
                answer = service.find(address)
            except ServiceDown as error:
                self.down = str(error)
                return NoMatch(Problem.GEOCODER_DOWN, self.down)
            said = {**columns(answer), "asked_at": self.clock()}
            kept, _ = GeocodedAddress.objects.get_or_create(**asked, defaults=said)
        return said_of(kept, address)


def found_at(building: Building, match: Match) -> Found:
    """Where an address of the organisation's own is."""
    address = Address(building.street, building.number, building.postcode, building.city)
    return Found(building.lon, building.lat, address, match.quality, match.score)


def columns(answer: Spot | NoMatch) -> dict[str, object]:
    """The columns that keep a service's answer."""
    if isinstance(answer, NoMatch):
        return {"problem": answer.problem.value, "detail": answer.detail[:300]}
    return {**answer._asdict(), "detail": answer.detail[:300]}


def said_of(kept: GeocodedAddress, address: Address) -> Found | NoMatch:
    """A kept answer of a service."""
    if kept.lon is None or kept.lat is None:
        return NoMatch(Problem(kept.problem), kept.detail)
    return Found(kept.lon, kept.lat, address, Quality.GEOCODED, precision=kept.precision)
