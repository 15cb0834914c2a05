"""Plans on street maps, and what they fall back on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canvass.models import Shift
from routing.models import Route
from routing.outings import prepared
from territories.models import Building, Door, DoorSnap, StreetMap
from territories.streets import http
from territories.streets.snaps import SnapQuality
from territories.streets.sphere import steps_m
from tests.canvass.world import assign
from tests.cast import Company
from tests.loopback import Reply, answering
from tests.routing import world
from tests.routing.world import Town, addresses, left_out, planned, route_of
from tests.territories.town import LAT, LON
from tests.territories.town_streets import SOUTH, built, mapped, streets

CLOSED = "http://127.0.0.1:9"  # a port of the loopback where nobody listens


@pytest.fixture
def shift(hill: Town) -> Shift:
    """Rosa's shift on street A."""
    return hill.shift(hill.company.rosa)


def test_a_plan_on_streets_says_so(hill: Town, shift: Shift) -> None:
    """Which map, which version; and the run has nothing to confess. No walk is shorter.

    It goes to the last house and back, and off the street and onto it again on each of ten legs.
    """
    street_map = mapped(hill.company)
    run = planned(shift)
    route = Route.objects.get()
    assert (route.street_map, route.travel_source) == (street_map, "streets: Hill, version 1")
    assert "passed_over" not in run.result
    assert len(addresses(route)) == 10
    assert route.walk_m == pytest.approx(2 * 9 * 20 + 10 * 2 * 10, abs=6)


def test_its_times_are_those_of_the_streets(hill: Town, shift: Shift) -> None:
    """Along the street and twice the setback at each door, at 4.8 km/h; nothing is a detour."""
    mapped(hill.company)
    route = route_of(shift, seconds=0.5)
    for stop in route.stops.exclude(position=1):
        near_m = stop.walk_m % 20.0
        assert stop.walk_s == pytest.approx(stop.walk_m / (4.8 / 3.6), abs=2), near_m
    outing = prepared(shift)
    one, nine = 2, 10  # the places of A1 and A9
    assert outing.ways.seconds[one, nine] == pytest.approx((8 * 20 + 2 * 10) / (4.8 / 3.6), abs=3)
    assert route.walk_m == sum(s.walk_m for s in route.stops.all()) + route.home_walk_m
    assert route.walk_s == sum(s.walk_s for s in route.stops.all()) + route.home_walk_s


def test_every_walk_has_a_line_and_steps(hill: Town, shift: Shift) -> None:
    """From where the stop before meets the street to where this one does; and home again."""
    mapped(hill.company)
    shift.end_lon = LON - 0.0005  # at the corner
    shift.save()
    route = route_of(shift)
    here = (LON, LAT)
    stops = list(route.stops.select_related("building").order_by("position"))
    for stop in stops:
        there = (stop.building.lon, stop.building.lat)
        assert stop.line is not None
        assert stop.line[0][0] == pytest.approx(here[0], abs=1e-5)
        assert stop.line[-1][0] == pytest.approx(there[0], abs=1e-5)
        on_street = any(lat == pytest.approx(SOUTH, abs=1e-5) for _, lat in stop.line)
        assert on_street or not stop.walk_m  # the first may be at home
        here = there
    assert route.home_line is not None
    assert route.home_line[-1][0] == pytest.approx(shift.end_lon, abs=1e-5)
    texts = [step["text"] for stop in stops for step in stop.steps]
    assert all(texts)
    assert "A" in " ".join(texts)
    assert route.home_steps


def test_without_a_map_walks_are_estimated(hill: Town, moonlight: Company, shift: Shift) -> None:
    """Another company's map is none: there are neither lines nor steps."""
    mapped(moonlight)
    route = route_of(shift)
    assert (route.street_map, route.travel_source) == (None, "great-circle")
    assert {stop.line for stop in route.stops.all()} == {None}
    assert [stop.steps for stop in route.stops.all()] == [[]] * 10
    assert (route.home_line, route.home_steps) == (None, [])
    assert route.walk_m == sum(s.walk_m for s in route.stops.all()) + route.home_walk_m


def test_the_newest_map_that_holds_all_doors_is_used(hill: Town, shift: Shift) -> None:
    """Of two that do; one that holds fewer is not, however new."""
    mapped(hill.company, name="Old")
    new = mapped(hill.company, name="New")
    narrow = streets("A").replace("24.9472", "24.9403")  # the first two houses
    assert narrow != streets("A")
    mapped(hill.company, narrow, name="Newest")
    assert route_of(shift).street_map == new


def test_doors_beyond_the_map_are_estimated(hill: Town, shift: Shift) -> None:
    """They are on the route, without a line; the others are walked on streets."""
    mapped(hill.company)
    last = Door.objects.filter(pk=hill.a[-1].pk)
    last.update(lon=LON + 0.02)
    Building.objects.filter(doors__in=last).update(lon=LON + 0.02)
    route = route_of(shift)
    assert route.street_map is not None
    lines = {f"{stop.building.street}{stop.building.number}": stop.line for stop in
             route.stops.select_related("building")}  # fmt: skip
    assert len(lines) == 10
    assert lines["A10"] is None
    assert [name for name, line in lines.items() if line is None] != list(lines)


def test_a_door_that_no_street_is_near_is_left_out(hill: Town) -> None:
    """On the map, and unreachable: the reason says so."""
    town = hill
    far = Building.objects.filter(doors=town.a[4])
    far.update(lat=SOUTH + 0.0018)
    mapped(town.company, streets("A-C"))
    route = route_of(town.shift(town.company.rosa))
    assert left_out(route) == {town.a[4].pk: "unreachable"}


def test_whoever_starts_off_the_map_can_work(hill: Town) -> None:
    """The ways from there and home are estimated, those between doors are not."""
    mapped(hill.company)
    shift = hill.shift(hill.company.rosa)
    Shift.objects.update(start_lon=LON - 0.01, end_lat=LAT + 0.01)
    route = route_of(shift)
    lines = [stop.line for stop in route.stops.order_by("position")]
    assert (lines[0], route.home_line) == (None, None)
    assert None not in lines[1:]
    assert len(lines) == 10


def test_a_lost_map_is_passed_over(hill: Town, shift: Shift) -> None:
    """The plan is made all the same, on the next source, and its run says what was wrong."""
    street_map = built(hill.company)
    Path(street_map.artefact.path).unlink()
    Path(street_map.file.path).unlink()
    run = planned(shift)
    assert run.state == "done"
    assert Route.objects.get().travel_source == "great-circle"
    (name, problem), *_ = run.result["passed_over"].items()
    assert name == "Hill, version 1"
    assert "Upload its extract again" in problem


def test_a_server_that_is_down_is_passed_over(
    hill: Town, shift: Shift, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with two of them."""
    monkeypatch.setattr(http, "Patience", partial(http.Patience, retries=0))
    settings.OSRM_URL = settings.VALHALLA_URL = CLOSED
    run = planned(shift)
    assert run.state == "done"
    assert set(run.result["passed_over"]) == {"osrm", "valhalla"}
    assert Route.objects.get().travel_source == "great-circle"


def said(rows: int, columns: int) -> Reply:
    """OSRM, to which everything is ten seconds and twelve metres away."""
    near = {"distance": 0.0}
    return Reply({
        "code": "Ok",
        "durations": [[10] * columns] * rows,
        "distances": [[12] * columns] * rows,
        "sources": [near] * rows,
        "destinations": [near] * columns,
    })  # fmt: skip


def test_a_server_is_asked_where_the_map_has_the_doors(
    hill: Town, shift: Shift, settings: LazySettings
) -> None:
    """It is sent the points on the street; the setbacks are walked, and the walks told on the map.

    A door that no street is near is not sent at all.
    """
    mapped(hill.company)
    DoorSnap.objects.filter(door=hill.a[4]).update(edge=-1, quality=SnapQuality.TOO_FAR)
    with answering([said(1, 9), said(9, 1), said(11, 11)]) as server:
        settings.OSRM_URL = server.url
        route = route_of(shift)
    points = server.asked[-1].path.split("/")[-1].split("?")[0].split(";")
    assert {point.split(",")[1] for point in points[2:11]} == {f"{SOUTH:.6f}"}
    walks = {stop.walk_s for stop in route.stops.exclude(position=1)}
    assert walks == {round(10 + 2 * 10 / (4.8 / 3.6))}
    assert route.travel_source == "osrm, doors on streets: Hill, version 1"
    assert route.street_map is not None
    assert not route.stops.filter(line=None).exists()
    assert left_out(route) == {hill.a[4].pk: "unreachable"}


def test_where_a_server_is_down_the_map_serves(
    hill: Town, shift: Shift, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run says that the server did not."""
    monkeypatch.setattr(http, "Patience", partial(http.Patience, retries=0))
    settings.OSRM_URL = CLOSED
    mapped(hill.company)
    run = planned(shift)
    assert Route.objects.get().travel_source == "streets: Hill, version 1"
    assert list(run.result["passed_over"]) == ["osrm, doors on Hill, version 1"]


def test_metres_are_those_of_the_walk(hill: Town, shift: Shift) -> None:
    """Who crosses the street takes longer, not farther: only ways and setbacks are metres."""
    north = Building.objects.filter(doors__in=[door.pk for door in hill.a[::2]])
    Door.objects.filter(building__in=north).update(lat=SOUTH - 0.00009)
    north.update(lat=SOUTH - 0.00009)  # every other house stands on the other side
    mapped(hill.company)
    route = route_of(shift)
    for stop in route.stops.exclude(line=None):
        line = np.array(stop.line)
        assert stop.walk_m == pytest.approx(steps_m(*line.T).sum(), abs=1.5)
    stops = route.stops.exclude(position=1)
    longer_s = [stop.walk_s - stop.walk_m / (4.8 / 3.6) for stop in stops]
    assert {round(seconds / 15) for seconds in longer_s} == {0, 1}
    assert all(min(abs(each), abs(each - 15)) < 2 for each in longer_s)
    in_order_m = 20 + 9 * (20 + 2 * 10) + 9 * 20 + 20  # from home, door by door, and back
    assert route.address_order_walk_m == pytest.approx(in_order_m, abs=5)


def test_the_snaps_that_are_kept_are_the_ones_used(hill: Town, shift: Shift) -> None:
    """What the table says of a door is where the plan has it; a missing snap is made up for."""
    mapped(hill.company)
    before = prepared(shift).ways.seconds
    DoorSnap.objects.filter(door=hill.a[3]).update(setback_m=110.0)
    after = prepared(shift).ways.seconds
    assert after[5, 6] - before[5, 6] == pytest.approx(100 / (4.8 / 3.6), abs=1)
    assert after[6, 7] == before[6, 7]
    DoorSnap.objects.all().delete()
    assert (prepared(shift).ways.seconds == before).all()


def test_a_plan_goes_on_while_its_map_is_replaced(hill: Town, shift: Shift) -> None:
    """The route keeps its lines, and the retired map keeps its row for it."""
    old = mapped(hill.company)
    route = route_of(shift)
    new = mapped(hill.company)
    route.refresh_from_db()
    assert (route.street_map, StreetMap.objects.current().get()) == (old, new)
    assert route.stops.exclude(line=None).count() == 10
    assert route_of(shift).street_map == new


def test_more_doors_take_no_more_queries(hill: Town, moonlight: Company) -> None:
    """Nor more snaps: the map, the kept snaps and the candidates are a query each."""
    large = world.settle(moonlight, houses=18)
    assign(large.territory(1), moonlight.otto)
    counts = []
    for town, member in ((hill, hill.company.rosa), (large, moonlight.otto)):
        mapped(town.company)
        shift = Shift.objects.select_related("campaign").get(pk=town.shift(member).pk)
        with CaptureQueriesContext(connection) as found:
            assert prepared(shift).street_map is not None
        counts.append(len(found))
    assert counts[0] == counts[1] <= 4
