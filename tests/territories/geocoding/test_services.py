"""Geocoding services, played by a loopback that answers like Nominatim and Photon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from territories.geocoding.answers import Address, NoMatch, Problem, Quality
from territories.geocoding.locate import Found, Locator
from territories.geocoding.services import Service, ServiceDown, Spot, configured_service
from territories.models import GeocodedAddress
from tests.cast import NOON, Company
from tests.loopback import Loopback, Reply, answering
from tests.territories.importing.reading import csv, done

MAIN = Address("Main Street", "12", "21208", "Pikesville")
HOUSE: dict[str, Any] = {
    "place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "way",
    "osm_id": 2, "lat": "39.3741", "lon": "-76.7226", "class": "building", "type": "house",
    "place_rank": 30, "importance": 0.00007, "addresstype": "place", "name": "",
    "display_name": "12, Main Street, Pikesville, Baltimore County, Maryland, 21208, United States",
    "boundingbox": ["39.3740", "39.3742", "-76.7227", "-76.7225"],
}  # fmt: skip
STREET = HOUSE | {
    "class": "highway", "type": "residential", "addresstype": "road", "name": "Main Street",
    "display_name": "Main Street, Pikesville, Baltimore County, Maryland, 21208, United States",
}  # fmt: skip
ELSEWHERE = HOUSE | {"lat": "39.4741", "display_name": HOUSE["display_name"] + " of America"}
PHOTON = {
    "type": "FeatureCollection",
    "features": [{
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-76.7226, 39.3741]},
        "properties": {
            "osm_type": "W", "osm_key": "building", "type": "house", "housenumber": "12",
            "street": "Main Street", "postcode": "21208", "city": "Pikesville",
            "country": "United States",
        },
    }],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_has_asked() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def named(settings: LazySettings) -> LazySettings:
    """Settings that name Nominatim; a test says where."""
    settings.GEOCODER = "nominatim"
    settings.GEOCODER_USER_AGENT = "canvass tests"
    settings.GEOCODER_PAUSE_S = 0
    settings.GEOCODER_TIMEOUT_S = 5
    return settings


def service(settings: LazySettings, server: Loopback) -> Service:
    """The configured service, which is the loopback; it does not really sleep."""
    settings.GEOCODER_OPTIONS = {"domain": server.url.removeprefix("http://"), "scheme": "http"}
    found = configured_service()
    assert found is not None
    return Service(found.name, found.geocoder, found.pause_s, sleep=lambda _: None)


def test_there_is_no_service_unless_one_is_named() -> None:
    """Nothing is sent anywhere by default."""
    assert configured_service() is None


def test_nominatim_finds_a_house(named: LazySettings) -> None:
    """Asked in one line, as who we say we are; its own word for the precision is kept."""
    with answering([Reply([HOUSE])]) as server:
        found = service(named, server).find(MAIN)
    assert found == Spot(-76.7226, 39.3741, "place", HOUSE["display_name"])
    (asked,) = server.asked
    assert parse_qs(urlsplit(asked.path).query)["q"] == ["12 Main Street, 21208 Pikesville"]
    assert asked.headers["User-Agent"] == "canvass tests"


def test_photon_finds_a_house(named: LazySettings) -> None:
    """Another service needs another name in the settings, and nothing else."""
    named.GEOCODER = "photon"
    with answering([Reply(PHOTON)]) as server:
        found = service(named, server).find(MAIN)
    assert isinstance(found, Spot)
    assert (found.lon, found.lat, found.precision) == (-76.7226, 39.3741, "house")


@pytest.mark.parametrize(
    ("places", "problem"),
    [
        ([], Problem.UNKNOWN_ADDRESS),
        ([STREET], Problem.IMPRECISE_ADDRESS),
        ([HOUSE, ELSEWHERE], Problem.AMBIGUOUS_ADDRESS),
    ],
)
def test_no_house_or_two_are_not_guessed(
    named: LazySettings, places: list[Any], problem: Problem
) -> None:
    """Nothing, a street's middle, and two houses miles apart give no position."""
    with answering([Reply(places)]) as server:
        answer = service(named, server).find(MAIN)
    assert isinstance(answer, NoMatch)
    assert answer.problem is problem


def test_a_house_beside_its_street_is_found(named: LazySettings) -> None:
    """A street among the answers does not make the house uncertain."""
    with answering([Reply([STREET, HOUSE])]) as server:
        assert isinstance(service(named, server).find(MAIN), Spot)


def test_a_service_that_stumbles_is_asked_again(named: LazySettings) -> None:
    """Once too busy and once broken, and then it answers."""
    replies = [Reply("", 429, headers={"Retry-After": "1"}), Reply("", 503), Reply([HOUSE])]
    with answering(replies) as server:
        assert isinstance(service(named, server).find(MAIN), Spot)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("reply", "tries"), [(Reply("", 500), 3), (Reply("<html>", 200), 3), (Reply("", 403), 1)]
)
def test_a_service_that_is_down_is_given_up(named: LazySettings, reply: Reply, tries: int) -> None:
    """After three failures, or at once when it wants nothing to do with us."""
    with answering([reply]) as server, pytest.raises(ServiceDown):
        service(named, server).find(MAIN)
    assert len(server.asked) == tries


def test_the_turns_are_shared(named: LazySettings) -> None:
    """Two that share a cache wait for each other: the second asks when the pause is over."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        cache.clear()  # the pause is over

    with answering([Reply([HOUSE])]) as server:
        one = service(named, server)
        first, second = (Service(one.name, one.geocoder, 60, sleep=wait) for _ in range(2))
        first.find(MAIN)
        assert not waited
        second.find(MAIN)
    assert len(waited) == 1
    assert len(server.asked) == 2


@pytest.mark.django_db
def test_what_was_said_is_kept_for_good(named: LazySettings, sunrise: Company) -> None:
    """Found or not, the service is asked about an address once; capitals make no other address."""
    lost = Address("Lost Lane", "1", "21208", "Pikesville")
    with answering([Reply([HOUSE]), Reply([])]) as server:
        for address in (MAIN, lost, MAIN._replace(street="MAIN  STREET"), lost):
            locator = Locator(sunrise.organisation.pk, service(named, server), 10, lambda: NOON)
            (answer,) = locator.find([address])
            assert isinstance(answer, NoMatch) == (address == lost)
    assert len(server.asked) == 2
    assert GeocodedAddress.objects.filter(organisation=sunrise.organisation).count() == 2


@pytest.mark.django_db
def test_another_organisation_does_not_see_what_was_said(
    named: LazySettings, sunrise: Company, moonlight: Company
) -> None:
    """Whom somebody looks for is nobody else's business: the service is asked again."""
    with answering([Reply([HOUSE])]) as server:
        for company in (sunrise, moonlight):
            Locator(company.organisation.pk, service(named, server), 10).find([MAIN])
    assert len(server.asked) == 2


@pytest.mark.django_db
def test_own_addresses_need_no_question(named: LazySettings, sunrise: Company) -> None:
    """Neither do those that may be one of several, or have no place."""
    done(sunrise, csv("-76,39,12,Main St,,Pikesville,"))
    with answering([Reply([HOUSE])]) as server:
        locator = Locator(sunrise.organisation.pk, service(named, server), 10)
        own, nowhere = locator.find([MAIN, Address("Main Street", "12")])
    assert isinstance(own, Found)
    assert (own.lon, own.lat, own.quality) == (-76, 39, Quality.EXACT)
    assert isinstance(nowhere, NoMatch)
    assert server.asked == []


@pytest.mark.django_db
def test_a_service_that_is_down_or_tired_is_left_alone(
    named: LazySettings, sunrise: Company
) -> None:
    """The rest is listed, each with the reason, and nothing of it is kept."""
    three = [MAIN._replace(number=number) for number in ("1", "2", "3")]
    with answering([Reply("", 403)]) as server:
        answers = Locator(sunrise.organisation.pk, service(named, server), 10).find(three)
    assert [each.problem for each in answers if isinstance(each, NoMatch)] == [
        Problem.GEOCODER_DOWN
    ] * 3
    assert len(server.asked) == 1
    with answering([Reply([])]) as server:
        answers = Locator(sunrise.organisation.pk, service(named, server), 2).find(three)
    assert [each.problem for each in answers if isinstance(each, NoMatch)] == [
        Problem.UNKNOWN_ADDRESS, Problem.UNKNOWN_ADDRESS, Problem.GEOCODER_LIMIT,
    ]  # fmt: skip
    assert GeocodedAddress.objects.count() == 2
