"""Plans try doors again when and at what hour the campaign's cadence says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canvass.cadence import Cadence, Slot
from canvass.rebuilding import change_cadence
from canvass.tasks import rebuild_prospects_of
from routing.candidates import candidate_stops
from routing.models import Appeal
from tests.canvass.world import NOW, TODAY, local
from tests.routing.test_candidates import unit
from tests.routing.world import Town, knock, left_out, route_of

DAILY = (0, 1, 2, 3, 4, 5, 6)
MORNING = Slot(DAILY, local(9, 9).time(), local(9, 12).time())
EVENING = Slot(DAILY, local(9, 17).time(), local(9, 19).time())


def try_again(town: Town, *slots: Slot, wait: int = 1, most: int | None = None) -> None:
    """Let the campaign try again after so many days where nobody answered."""
    zone = town.campaign.time_zone
    cadence = Cadence(zone, slots, {"no_answer": wait}, most)
    run = change_cadence(actor=town.company.ada, campaign=town.campaign, cadence=cadence, now=NOW)
    rebuild_prospects_of(run.pk)
    town.campaign.refresh_from_db()


def test_a_door_that_is_not_due_is_left_out(hill: Town) -> None:
    """Nobody was home yesterday; in two days somebody tries again."""
    try_again(hill, EVENING, wait=2)
    hill.visit(hill.a[0], "no_answer")
    assert left_out(route_of(hill.shift(hill.company.rosa))) == {hill.a[0].pk: "not_due"}
    tomorrow = hill.shift(hill.company.rosa, TODAY + timedelta(days=1))
    assert left_out(route_of(tomorrow)) == {}


def test_a_try_that_is_due_is_made_in_its_slot(hill: Town) -> None:
    """Yesterday morning nobody was home, so it is from five to seven today, and so on any day."""
    try_again(hill, MORNING, EVENING)
    hill.visit(hill.a[0], "no_answer", occurred_at=local(9, 10))
    for day in (TODAY, date(2026, 6, 20)):
        begins = local(day.day, 17)
        route = route_of(hill.shift(hill.company.rosa, day))
        assert begins <= knock(route, hill.a[0]).arrive_at <= begins + timedelta(hours=2)
        assert all(knock(route, door).arrive_at < begins for door in hill.a[1:])


def test_where_the_shift_does_not_meet_the_slot_a_due_door_is_open(hill: Town) -> None:
    """Rather at another hour than never: the slot is in the morning, the shift from four on."""
    try_again(hill, MORNING, EVENING)
    hill.visit(hill.a[0], "no_answer", occurred_at=local(9, 18))
    assert hill.prospect(hill.a[0]).try_again_at == local(10, 9)
    (stop,) = [
        stop
        for stop in candidate_stops(hill.shift(hill.company.rosa))
        if stop.building == hill.a[0].building
    ]
    assert (stop.times, stop.appeal) == ((), Appeal.NOT_HOME)


def test_who_was_tried_often_enough_is_left_out(hill: Town) -> None:
    """Two attempts are the limit; a door with one of them is still planned."""
    try_again(hill, EVENING, most=2)
    for day in (8, 9):
        hill.visit(hill.a[0], "no_answer", occurred_at=local(day, 18))
    hill.visit(hill.a[1], "no_answer")
    assert left_out(route_of(hill.shift(hill.company.rosa))) == {hill.a[0].pk: "given_up"}


def test_an_agreed_time_goes_before_the_cadence(hill: Town) -> None:
    """Somebody agreed on six o'clock; that nobody was home since changes nothing."""
    try_again(hill, EVENING, wait=2, most=1)
    hill.visit(hill.a[0], "callback", callback_at=local(10, 18), occurred_at=local(8, 18))
    hill.visit(hill.a[0], "no_answer")
    assert hill.a[0].pk not in left_out(route_of(hill.shift(hill.company.rosa)))


def test_neighbours_with_other_hours_are_stops_of_their_own(hill: Town) -> None:
    """One door of the house is due from five on, the other at any time."""
    try_again(hill, MORNING, EVENING)
    other = unit(hill, hill.a[3], "2")
    hill.visit(other, "no_answer", occurred_at=local(9, 10))
    stops = candidate_stops(hill.shift(hill.company.rosa))
    here = {
        stop.times: [door.door_id for door in stop.doors]
        for stop in stops
        if stop.building == other.building
    }
    assert here == {(): [hill.a[3].pk], ((local(10, 17), local(10, 19)),): [other.pk]}


@pytest.mark.parametrize(
    ("begins", "ends", "planned"),
    [(10, 17, (16, 17)), (17, 18, (17, 18)), (18, 24, (18, 20)), (14, 16, None)],
)
def test_an_agreed_window_binds_the_stop(
    hill: Town, begins: int, ends: int, planned: tuple[int, int] | None
) -> None:
    """As much of it as the shift has, from four to eight; once it has passed it binds nobody."""
    until = local(10, 0) + timedelta(hours=ends)
    hill.visit(hill.a[0], "callback", callback_at=local(10, begins), callback_until=until)
    (stop,) = [
        stop
        for stop in candidate_stops(hill.shift(hill.company.rosa))
        if stop.building == hill.a[0].building
    ]
    hours = () if planned is None else ((local(10, planned[0]), local(10, planned[1])),)
    assert (stop.times, stop.required) == (hours, planned is not None)
    assert stop.appeal is (Appeal.CALLBACK if planned else Appeal.OVERDUE)


def test_a_window_later_today_is_kept(hill: Town) -> None:
    """After seven, somebody said: the knock is then, before the shift ends at eight."""
    hill.visit(hill.a[0], "callback", callback_at=local(10, 19), callback_until=local(11, 0))
    stop = knock(route_of(hill.shift(hill.company.rosa)), hill.a[0])
    assert local(10, 19) <= stop.arrive_at < local(10, 20)
