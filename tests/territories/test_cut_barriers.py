"""What nobody wants to cross: of the street maps, drawn by hand, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from territories.cut_edits import Edit, edit_cut
from territories.cut_reports import compare
from territories.tasks import cut_territories
from tests.calls import SignIn, problem
from tests.cast import NOON, Company
from tests.territories.town import LAT, LON, done_cut, settle
from tests.territories.town_streets import mapped, streets

RIVER = {"waterway": "river"}
URL = "/api/v1/cut-runs/"


def between(row: float) -> list[Any]:
    """A line that runs east, north of the street of that row, which is counted from 0."""
    lat = LAT + row * 0.0018
    return [[LON - 0.01, lat], [LON + 0.02, lat]]


@pytest.mark.parametrize(
    ("line", "crossings"),
    [
        ({"railway": "rail"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "trunk", "foot": "no"}, 1),
        (RIVER, 1),
        ({"waterway": "canal"}, 1),
        ({"natural": "water", "water": "lake"}, 1),
        ({"waterway": "river", "tunnel": "culvert"}, 0),
        ({"waterway": "stream"}, 0),
        ({"railway": "tram"}, 0),
    ],
)
def test_what_a_street_map_has_is_a_barrier_by_itself(
    sunrise: Company, line: dict[str, str], crossings: int
) -> None:
    """One territory on both banks is allowed: it is in one piece, over the bridge, and counted."""
    settle(sunrise.organisation)
    mapped(sunrise, streets("AB", rail=0, line=line))
    result = done_cut(sunrise, territories=1).result
    assert (result["crossings"], result["in_pieces"]) == (crossings, 0)


FENCE: Any = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {}, "geometry": None},
        {
            "type": "Feature",
            "properties": {"name": "Fence"},
            "geometry": {"type": "MultiLineString", "coordinates": [between(0.4)]},
        },
    ],
}
LAKE: Any = {
    "type": "Polygon",
    "coordinates": [[*between(0.5), [LON, LAT + 0.02], between(0.5)[0]]],
}


@pytest.mark.parametrize(
    ("barriers", "crossings"),
    [
        (True, 1),
        (False, 0),
        ({"type": "LineString", "coordinates": between(0.5)}, 1),
        ({"type": "LineString", "coordinates": between(7.5)}, 0),
        (FENCE, 1),
        (LAKE, 1),
    ],
)
def test_who_asks_says_which_barriers_count(
    sunrise: Company, barriers: Any, crossings: int
) -> None:
    """Those of the map, none, or one's own instead of them; areas by their borders."""
    settle(sunrise.organisation)
    mapped(sunrise, streets("AB", rail=0, line=RIVER))
    cut = done_cut(sunrise, territories=1, barriers=barriers)
    assert cut.result["crossings"] == crossings


def test_ones_own_barriers_need_no_street_map(sunrise: Company) -> None:
    """Without streets there is no bridge: the walk across is counted all the same."""
    settle(sunrise.organisation)
    own = {"type": "LineString", "coordinates": between(0.5)}
    assert done_cut(sunrise, territories=1).result["crossings"] == 0
    assert done_cut(sunrise, territories=1, barriers=own).result["crossings"] > 0


def test_changes_by_hand_and_comparisons_heed_the_cuts_own_barriers(sunrise: Company) -> None:
    """Merging both banks warns where the river counts, and not where it was not to count."""
    settle(sunrise.organisation)
    mapped(sunrise, streets("AB", rail=0, line=RIVER))
    heeding, careless = done_cut(sunrise), done_cut(sunrise, barriers=False)
    merge = Edit("merge", territories=(1, 2))
    warned = edit_cut(actor=sunrise.max, cut=heeding, edit=merge, now=NOON)
    unwarned = edit_cut(actor=sunrise.max, cut=careless, edit=merge, now=NOON)
    assert ("crosses_barrier" in warned.warnings, unwarned.warnings) == (True, [])
    found = compare(heeding, careless)
    assert (found.first.crossings, found.second.crossings) == (1, 0)


def test_they_are_asked_for_over_http(sunrise: Company, as_member: SignIn) -> None:
    """True if nothing is said; the answer shows what was; other things are refused."""
    settle(sunrise.organisation)
    client = as_member(sunrise.max)
    plain = client.post(URL, {"name": "Spring", "criteria": {"territories": 1}}).json()
    assert plain["criteria"]["barriers"] is True
    own: Any = {"type": "LineString", "coordinates": between(0.5)}
    for barriers in (False, own):
        wish: Any = {"territories": 1, "barriers": barriers}
        run = client.post(URL, {"name": "Spring", "criteria": wish}).json()
        cut_territories(run["id"])
        done = client.get(f"{URL}{run['id']}/").json()
        assert done["criteria"]["barriers"] == barriers
        assert (done["result"]["crossings"] > 0) is bool(barriers)
    wish = {"territories": 1, "barriers": "rivers"}
    answer = client.post(URL, {"name": "Spring", "criteria": wish})
    assert problem(answer) == (400, "invalid")
    wish = {"territories": 1, "barriers": {"type": "Point", "coordinates": [25, 60]}}
    answer = client.post(URL, {"name": "Spring", "criteria": wish})
    assert problem(answer) == (422, "cut.criteria_invalid")
    assert answer.json()["field"] == "barriers"
