"""Asking a geocoding service over geopy, as slowly as its policy wants."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from geopy import exc
from geopy.geocoders import get_geocoder_for_service
from geopy.location import Location

from territories.geocoding.answers import Address, NoMatch, Problem
from territories.importing.keys import fold
from territories.streets.travel_times import great_circle_m

TRIES = 3
APART_M = 100.0  # two answers farther apart are two places
LOOKS_S = 0.05
PASSING = (
    exc.GeocoderTimedOut, exc.GeocoderUnavailable, exc.GeocoderQuotaExceeded,
    exc.GeocoderServiceError,
)  # fmt: skip
FINAL = (
    exc.GeocoderAuthenticationFailure, exc.GeocoderInsufficientPrivileges,
    exc.GeocoderQueryError, exc.ConfigurationError,
)  # fmt: skip


class ServiceDown(Exception):
    """The service does not answer, or does not answer us."""


class Spot(NamedTuple):
    """A position that a service gave, and its own word for how precise it is."""

    lon: float
    lat: float
    precision: str
    detail: str


@dataclass(frozen=True)
class Service:
    """One geocoder of geopy's, asked by no more than one at a time every `pause_s` seconds.

    The turns are kept in the cache, so that all processes with the same cache share them.
    """

    name: str
    geocoder: Any
    pause_s: int = 1
    sleep: Callable[[float], None] = time.sleep

    def find(self, address: Address) -> Spot | NoMatch:
        """The one house that the service knows at an address, else why not. Raises ServiceDown.

        A house counts as found if its number is in the answer: a street's middle is no door.
        """
        found = self._ask(f"{address}")
        if not found:
            return NoMatch(Problem.UNKNOWN_ADDRESS, f"not known to {self.name}")
        houses = [place for place in found if is_house(place, address)]
        if not houses:
            return NoMatch(Problem.IMPRECISE_ADDRESS, f"{self.name} knows {found[0].address}")
        first = houses[0]
        far = [place for place in houses if apart_m(place, first) > APART_M]
        if far:
            choice = f"may be {first.address}; {far[0].address}"
            return NoMatch(Problem.AMBIGUOUS_ADDRESS, choice)
        return Spot(first.longitude, first.latitude, precision_of(first.raw), first.address)

    def _ask(self, text: str) -> list[Location]:
        """All that the service knows of a text; asked again after a failure that may pass."""
        for left in reversed(range(TRIES)):
            self._wait_for_turn()
            try:
                return self.geocoder.geocode(text, exactly_one=False) or []
            except FINAL as error:
                raise ServiceDown(f"{self.name} refuses: {type(error).__name__}") from error
            except PASSING as error:
                if not left:
                    raise ServiceDown(f"{self.name} fails: {type(error).__name__}") from error
                self.sleep(
                    getattr(error, "retry_after", None) or self.pause_s * 2 ** (TRIES - left)
                )
        raise AssertionError("unreachable")

    def _wait_for_turn(self) -> None:
        """Wait until nobody has asked the service for `pause_s` seconds."""
        while self.pause_s and not cache.add(f"geocoder-{self.name}", 1, timeout=self.pause_s):
            self.sleep(LOOKS_S)


def configured_service() -> Service | None:
    """The service that the settings name; None, which is the default, for none."""
    name = settings.GEOCODER
    if not name:
        return None
    options: dict[str, Any] = {
        "user_agent": settings.GEOCODER_USER_AGENT,
        "timeout": settings.GEOCODER_TIMEOUT_S,
    }
    options |= settings.GEOCODER_OPTIONS
    kind: Any = get_geocoder_for_service(name)  # type: ignore[no-untyped-call]  # geopy has none
    return Service(name, kind(**options), settings.GEOCODER_PAUSE_S)


def is_house(place: Location, address: Address) -> bool:
    """Whether an answer names the house's number, among the words of its address."""
    parts = place.address.split(",")
    words = [word for part in parts for word in part.split()]
    return fold(address.number) in set(map(fold, parts + words))


def apart_m(place: Location, other: Location) -> float:
    """Metres between two answers."""
    ends = place.longitude, place.latitude, other.longitude, other.latitude
    return float(great_circle_m(*ends))


def precision_of(raw: Any) -> str:
    """The service's own word for how precise an answer is, where it is known to have one."""
    places = (
        (raw, "addresstype"), (raw, "type"), (raw.get("properties"), "type"),
        (raw.get("geometry"), "location_type"),
    )  # fmt: skip
    for holder, name in places:  # Nominatim, Nominatim of old, Photon, Google
        word = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(word, str) and word != "Feature":
            return word[:40]
    return ""
