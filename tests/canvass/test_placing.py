"""`manage.py place_jurisdictions`: where the shipped states and cities are."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from canvass.law import LawBook
from canvass.models import Jurisdiction
from territories.models import Neighborhood
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.world import TODAY, Town
from tests.cast import Company

OHIO, LEHI = (-82.9, 40.3), (-111.85, 40.39)


@pytest.fixture
def ruled(town: Town) -> Town:
    """The town's company, with the shipped rules."""
    call_command("load_us_law", "sunrise", stdout=StringIO())
    return town


def place(level: str, *more: Any, organisation: str = "sunrise") -> list[str]:
    """What the command says, line by line."""
    said = StringIO()
    call_command("place_jurisdictions", organisation, level, *map(str, more), stdout=said)
    return said.getvalue().splitlines()


def file_of(folder: Path, *features: tuple[dict[str, Any], Any]) -> Path:
    """A GeoJSON file of features: properties, and geometry."""
    path = folder / "boundaries.geojson"
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


def around(town: Town, lon: float, lat: float) -> list[str]:
    """The names of the jurisdictions around a position."""
    book = LawBook(town.company.organisation.pk, TODAY)
    return [book.jurisdictions[pk].name for pk in book.around(lon, lat)]


def test_a_file_places_states_by_code_and_name(ruled: Town, tmp_path: Path) -> None:
    """Seen first, written when that is said; the second time nothing is left to place."""
    file = file_of(
        tmp_path,
        ({"NAME": "The Buckeye State", "STATEFP": "39"}, square(*OHIO)),
        ({"NAME": "FLORIDA", "STATEFP": None}, square(-81, 28)),
        ({"NAME": "Guam", "STATEFP": "66"}, square(144.8, 13.4)),
    )
    seen = place("state", "--file", file, "--code", "STATEFP")
    assert seen == [
        "Alaska: not found",
        "California: not found",
        "Florida: feature 2, FLORIDA",
        "Maryland: not found",
        "North Dakota: not found",
        "Ohio: feature 1, The Buckeye State",
        "2 of 6 found. Nothing is written without --write.",
    ]
    assert around(ruled, *OHIO) == ["United States"]
    written = place("state", "--file", file, "--code", "STATEFP", "--write")
    assert written == [*seen[:-1], "2 of 6 placed."]
    assert around(ruled, *OHIO) == ["Ohio", "United States"]
    assert AuditEntry.objects.filter(action="jurisdiction.placed").count() == 2
    assert len(place("state", "--file", file)) == 5
    assert len(place("state", "--file", file, "--again")) == 7


def test_a_name_that_several_have_is_not_placed(ruled: Town, tmp_path: Path) -> None:
    """With the state's name it is one of them."""
    file = file_of(
        tmp_path,
        ({"NAME": "Clinton", "STATE_NAME": "Iowa"}, square(-90.2, 41.8)),
        ({"NAME": "Clinton", "STATE_NAME": "Oklahoma"}, square(-98.97, 35.5)),
        ({"NAME": "Lehi", "STATE_NAME": "Utah"}, square(*LEHI)),
    )
    said = place("city", "--file", file, "--write")
    assert "Clinton, Oklahoma: 2 of that name (feature 1, feature 2); not placed" in said
    assert around(ruled, *LEHI) == ["Lehi, Utah", "United States"]
    said = place("city", "--file", file, "--name", "NAME+STATE_NAME", "--write")
    assert "Clinton, Oklahoma: feature 2, Clinton, Oklahoma" in said
    assert around(ruled, -98.97, 35.5) == ["Clinton, Oklahoma", "United States"]


def test_what_is_no_area_is_named_and_the_others_are_placed(ruled: Town, tmp_path: Path) -> None:
    """A point is nowhere to have rules."""
    point = {"type": "Point", "coordinates": [-150, 64]}
    file = file_of(tmp_path, ({"NAME": "Alaska"}, point), ({"NAME": "Ohio"}, square(*OHIO)))
    said = place("state", "--file", file, "--write")
    assert said[-2:] == ["Alaska: what is there is no area.", "1 of 6 placed."]
    assert Jurisdiction.objects.get(name="Alaska").area is None


def test_imported_neighborhoods_place_them_too(ruled: Town, moonlight: Company) -> None:
    """Regions are states, cities cities; another company's and those that are gone are none."""

    def boundary(company: Company, level: str, name: str, **more: Any) -> Neighborhood:
        return Neighborhood.objects.create(
            organisation=company.organisation, level=level, name=name, dataset="t",
            **{"key": name, "geometry": square(*OHIO), "west": -83, "south": 40, "east": -82,
               "north": 41, **more},
        )  # fmt: skip

    boundary(ruled.company, "region", "Ohio")
    boundary(ruled.company, "neighborhood", "Florida")
    boundary(moonlight, "region", "Maryland")
    said = place("state", "--write")
    assert said[-1] == "1 of 6 placed."
    assert around(ruled, *OHIO) == ["Ohio", "United States"]
    assert Jurisdiction.objects.get(name="Ohio").area is None


def test_what_cannot_be_read_changes_nothing(ruled: Town, tmp_path: Path) -> None:
    """No such organisation, no such file, no GeoJSON."""
    (tmp_path / "b.txt").write_text("Ohio")
    for more in (["--file", tmp_path / "none"], ["--file", tmp_path / "b.txt"]):
        with pytest.raises(CommandError):
            place("state", *more, "--write")
    with pytest.raises(CommandError):
        place("state", organisation="nobody")
