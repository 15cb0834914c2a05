"""Doors that come without a position."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from territories.models import Building, Door, GeocodedAddress
from tests.cast import Company
from tests.loopback import Reply, answering
from tests.territories.importing.reading import (
    collection,
    csv,
    done,
    everything,
    imported,
    rejects_of,
)

pytestmark = pytest.mark.django_db

FIVE = "24.94,60.17,5,High Street,,Hill,00100"
SEVEN = "24.95,60.17,7,High Street,,Hill,00100"
NINE = "24.96,60.17,9,High Road,,Hill,00100"
KNOWN = csv(FIVE, SEVEN, NINE)


def bare(row: str) -> str:
    """The row without its position."""
    return ",," + row.split(",", 2)[2]


def test_the_same_doors_without_positions_change_nothing(sunrise: Company) -> None:
    """They are where they are known to be; nothing of them is updated."""
    done(sunrise, KNOWN)
    before = everything(sunrise)
    result = done(sunrise, csv(bare(FIVE), bare(SEVEN), bare(NINE)))
    assert (result["new"], result["updated"], result["unchanged"]) == (0, 0, 3)
    assert result["geocoded"] == {"exact": 3}
    assert everything(sunrise) == before


def test_a_slip_joins_the_building_that_is_meant(sunrise: Company) -> None:
    """A flat at Hihg Str. 7 is a new door of the building that is there, at its position."""
    done(sunrise, KNOWN)
    result = done(sunrise, csv(",,7,Hihg Street,APT 2,,00100"))
    assert (result["new"], result["buildings"]["new"]) == (1, 0)
    assert result["geocoded"] == {"fuzzy": 1}
    flat = Door.objects.get(unit="APT 2")
    assert (flat.building.street, flat.building.number) == ("High Street", "7")
    assert (flat.lon, flat.lat, flat.position_quality) == (24.95, 60.17, "building")


def test_a_door_that_is_known_elsewhere_in_its_building_stays(sunrise: Company) -> None:
    """A unit with a position of its own keeps it when a file without positions names it."""
    done(sunrise, csv(FIVE, FIVE.replace(",,Hill", ",APT 1,Hill").replace("24.94", "24.9402")))
    before = everything(sunrise)
    result = done(sunrise, csv(bare(FIVE), bare(FIVE).replace(",,Hill", ",APT 1,Hill")))
    assert result["changed"] == {}
    assert everything(sunrise)[1] == before[1]


def test_what_is_not_found_is_rejected_with_the_reason(sunrise: Company) -> None:
    """Each with its line; a position that is half there is a mistake, not a question."""
    two = "24.97,60.17,5,Hugh Street,,Hill,00100"
    done(sunrise, csv(FIVE, SEVEN, NINE, two))
    run = imported(
        sunrise,
        csv(bare(FIVE), ",,6,High Street,,Hill,00100", ",,1,Low Lane,,Hill,",
            ",,5,Hgh Street,,Hill,",
            ",,5,High Street,,,",
            ",60.1,5,High Street,,Hill,", "nan,nan,7,High Street,,Hill,",
            "0,0,9,High Rd,,Hill,"),
    )  # fmt: skip
    assert run.result["rejected"] == {
        "unknown_address": 2, "ambiguous_address": 1, "no_place": 1, "no_position": 1,
    }  # fmt: skip
    assert [line.split(",")[:2] for line in rejects_of(run)] == [
        ["7", "no_position"], ["3", "unknown_address"], ["4", "unknown_address"],
        ["5", "ambiguous_address"], ["6", "no_place"],
    ]  # fmt: skip
    assert "no such number on High Street" in rejects_of(run)[1]
    assert run.result["geocoded"] == {"exact": 3}


def test_a_list_without_the_columns_must_say_so(sunrise: Company) -> None:
    """A file whose columns are merely named otherwise is refused as ever."""
    done(sunrise, KNOWN)
    text = csv("5,High Street,Hill", header="NUMBER,STREET,CITY")
    assert imported(sunrise, text).error_code == "import.column_missing"
    assert done(sunrise, text, geocode=True)["unchanged"] == 1


def test_a_feature_without_a_geometry_is_looked_up(sunrise: Company) -> None:
    """GeoJSON says null for "unlocated"."""
    done(sunrise, KNOWN)
    properties = {"number": "5", "street": "high street", "postcode": "00100"}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    assert done(sunrise, collection(feature), name="a.geojson")["geocoded"] == {"exact": 1}


def test_an_address_outside_the_region_is_rejected_all_the_same(sunrise: Company) -> None:
    """The region is asked of the position that was found."""
    done(sunrise, KNOWN)
    result = done(sunrise, csv(FIVE, bare(SEVEN)), region=[24.93, 60, 24.945, 61])
    assert result["rejected"] == {"outside_region": 1}


def test_another_organisations_addresses_are_not_looked_through(
    sunrise: Company, moonlight: Company
) -> None:
    """Moonlight knows the street; Sunrise does not."""
    done(moonlight, KNOWN)
    run = imported(sunrise, csv(bare(FIVE)))
    assert run.error_code == "import.nothing_imported"
    assert not Building.objects.filter(organisation=sunrise.organisation).exists()


def test_many_rows_take_few_queries(sunrise: Company) -> None:
    """Two thousand addresses are looked up 900 at a time."""
    rows = [f"24.9,60.17,{n},High Street,,Hill,00100" for n in range(1, 2001)]
    done(sunrise, csv(*rows))
    with CaptureQueriesContext(connection) as few:
        done(sunrise, csv(*map(bare, rows[:2])))
    with CaptureQueriesContext(connection) as many:
        done(sunrise, csv(*map(bare, rows)))
    assert len(many) - len(few) <= 6


def test_a_service_is_asked_for_what_nobody_knows(sunrise: Company, settings: LazySettings) -> None:
    """The new door stands where the service says; the next import asks nobody."""
    cache.clear()
    settings.GEOCODER, settings.GEOCODER_PAUSE_S = "nominatim", 0
    said = {"lat": "60.2", "lon": "24.9", "addresstype": "building",
            "display_name": "3, Low Lane, Hill, 00100, Finland"}  # fmt: skip
    with answering([Reply([said])]) as server:
        settings.GEOCODER_OPTIONS = {
            "domain": server.url.removeprefix("http://"), "scheme": "http"
        }  # fmt: skip
        for geocoded in ({"geocoded": 1}, {"exact": 1}):
            assert done(sunrise, csv(",,3,Low Lane,,Hill,00100"))["geocoded"] == geocoded
    assert len(server.asked) == 1
    door = Door.objects.get()
    assert (door.lon, door.lat, door.position_quality) == (24.9, 60.2, "geocoded")
    assert GeocodedAddress.objects.get().precision == "building"


def test_the_command_finds_one_address(
    sunrise: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it is written; and it says how it was found."""
    done(sunrise, KNOWN)
    slug = sunrise.organisation.slug
    for text in ("5 High St, 00100 Hill", "High Street 5, Hill"):
        call_command("geocode", text, organisation=slug)
        assert capsys.readouterr().out == (
            "5 High Street, 00100 Hill: lon 24.940000, lat 60.170000 (exact)\n"
        )
    call_command("geocode", "7 Hgh Street, 00100", organisation=slug)
    assert "(fuzzy, 0.9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("6 High St, Hill", "unknown address. no such number on High Street."),
        ("High St, Hill", "no house number"),
        ("5 High St", "no place"),
    ],
)
def test_the_command_says_why_not(sunrise: Company, text: str, says: str) -> None:
    """And ends with an error."""
    done(sunrise, KNOWN)
    with pytest.raises(CommandError, match=says):
        call_command("geocode", text, organisation=sunrise.organisation.slug)
