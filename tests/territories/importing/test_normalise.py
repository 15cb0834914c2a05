"""From rows to candidates."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.importing.normalise import Normaliser
from territories.importing.options import ImportOptions
from territories.importing.rows import Candidate, Reason, Reject, Row

ROW = Row("2", "High Street", "5", "", "", "00100", "Hill", "", 24.94, 60.17, "", "")


def one(row: Row, **options: Any) -> Candidate | Reject:
    """What becomes of one row."""
    kept, rejects = Normaliser(ImportOptions("csv", "town", **options)).batch([row])
    assert len(kept) + len(rejects) == 1
    return kept[0] if kept else rejects[0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"number": "", "street": ""}, Reason.NO_ADDRESS),
        ({"number": "0", "street": " "}, Reason.NO_ADDRESS),
        ({"number": "0"}, Reason.NO_NUMBER),
        ({"street": ""}, Reason.NO_STREET),
        ({"street": " - "}, Reason.NO_STREET),
        ({"lon": 0.0, "lat": 0.0}, Reason.NO_POSITION),
        ({"lon": math.nan}, Reason.NOT_A_NUMBER),
        ({"lat": math.nan}, Reason.NOT_A_NUMBER),
        ({"lon": math.inf}, Reason.OFF_EARTH),
        ({"lon": 181.0}, Reason.OFF_EARTH),
        ({"lat": -90.1}, Reason.OFF_EARTH),
        ({"street": "x" * 121}, Reason.TOO_LONG),
        ({"number": "5" * 21}, Reason.TOO_LONG),
        ({"unit": "x" * 41}, Reason.TOO_LONG),
        ({"city": "x" * 81}, Reason.TOO_LONG),
        ({"postcode": "x" * 17}, Reason.TOO_LONG),
        ({"name": "x" * 121}, Reason.TOO_LONG),
    ],
)
def test_a_row_that_cannot_be_a_door_says_why(fields: dict[str, Any], reason: Reason) -> None:
    """With its line."""
    found = one(ROW._replace(**fields))
    assert isinstance(found, Reject)
    assert (found.line, found.reason) == ("2", reason)


def test_a_reject_does_not_repeat_what_is_too_long() -> None:
    """It may be anything, such as a note about the people; the field and the length are enough."""
    found = one(ROW._replace(name="Ann Smith, ill, " * 20))
    assert isinstance(found, Reject)
    assert found.detail == "name: 319 characters, at most 120"


@pytest.mark.parametrize(("lon", "lat"), [(180.0, 90.0), (-180.0, -90.0), (0.0, 51.5), (32.0, 0.0)])
def test_the_edges_of_the_earth_are_on_it(lon: float, lat: float) -> None:
    """And so are Greenwich and the equator."""
    assert isinstance(one(ROW._replace(lon=lon, lat=lat)), Candidate)


@pytest.mark.parametrize(
    ("lon", "inside"), [(24.0, True), (24.5, True), (25.0, True), (25.001, False), (23.999, False)]
)
@pytest.mark.parametrize("polygon", [True, False])
def test_a_region_keeps_others_out(lon: float, inside: bool, polygon: bool) -> None:
    """Its edge belongs to it, be it a box or a polygon."""
    ring = [[24, 60], [25, 60], [25, 61], [24, 61], [24, 60]]
    region: Any = {"type": "Polygon", "coordinates": [ring]} if polygon else [24, 60, 25, 61]
    found = one(ROW._replace(lon=lon), region=region)
    assert isinstance(found, Candidate) == inside
    if isinstance(found, Reject):
        assert found == Reject("2", Reason.OUTSIDE_REGION, f"lon {lon:.6f}, lat 60.170000")


def test_who_lives_at_a_home_is_not_kept() -> None:
    """A name is a business's, unless the door is known to be a home."""
    assert one(ROW._replace(name="Ann Smith", use="RESIDENTIAL"))[9:11] == ("", "home")
    assert one(ROW._replace(name="Books & Co"))[9:11] == ("Books & Co", "business")
    assert one(ROW._replace(unit="APT 2", name="Ann Smith"))[9:11] == ("", "home")


def test_an_unknown_quality_is_unknown() -> None:
    """Only the words of the API count."""
    assert one(ROW._replace(quality="ROOFTOP"))[-1] == "unknown"
    assert one(ROW._replace(quality="entrance"))[-1] == "entrance"


def test_an_id_of_the_source_takes_the_addresss_place() -> None:
    """A corrected address is the same door then; another dataset's id is another's."""
    first, second = (
        one(ROW._replace(external_id=" 7 ")),
        one(ROW._replace(number="6", external_id="7")),
    )
    assert isinstance(first, Candidate)
    assert isinstance(second, Candidate)
    assert first.key == second.key
    assert first.building_key != second.building_key
    other = Normaliser(ImportOptions("csv", "other")).batch([ROW._replace(external_id="7")])
    assert other[0][0].key != first.key


texts = st.text(max_size=30)
degrees = st.floats(-400, 400) | st.just(math.nan)
rows = st.builds(
    Row,
    st.just("2"),
    texts,
    texts,
    texts,
    texts,
    texts,
    texts,
    texts,
    degrees,
    degrees,
    texts,
    texts,
)


@given(st.lists(rows, max_size=12), st.integers(0, 12))
def test_every_row_is_kept_or_rejected_however_the_file_is_parted(wild: list[Row], at: int) -> None:
    """Two batches give what one gives, and nothing is lost."""
    whole, parted = Normaliser(ImportOptions("csv", "t")), Normaliser(ImportOptions("csv", "t"))
    kept, rejects = whole.batch(wild)
    first, second = parted.batch(wild[:at]), parted.batch(wild[at:])
    assert len(kept) + len(rejects) == len(wild)
    assert first[0] + second[0] == kept
    assert sorted(first[1] + second[1]) == sorted(rejects)
