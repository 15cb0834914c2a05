"""Which doors a shift could knock at, and how they make stops."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Prospect
from canvass.outcomes import add_default_outcomes
from common.clock import local_instant
from routing.candidates import (
    CALLBACK_TOLERANCE_S,
    LONGEST_STOP_S,
    MAX_STOPS,
    CandidateDoor,
    CandidateStop,
    candidate_stops,
    candidates,
    shortlist,
)
from routing.models import Appeal
from territories.models import Building, Door
from tests.canvass.world import (
    NOW,
    TODAY,
    assign,
    local,
    make_campaign,
    make_door,
    place,
    published_cut,
)
from tests.cast import NOON, Company
from tests.routing.world import Town

TOMORROW = TODAY + timedelta(days=1)


def ids(town: Town, day: date = TODAY) -> set[int]:
    """The doors that Rosa may knock at in a shift of that day."""
    shift = town.shift(town.company.rosa, day)
    return set(candidates(shift).values_list("door", flat=True))


def doors(*given: Door) -> set[int]:
    return {door.pk for door in given}


def unit(town: Town, neighbour: Door, name: str) -> Door:
    """One more door of Rosa's, in the neighbour's building."""
    door = Door.objects.create(
        organisation=neighbour.organisation, building=neighbour.building, key=f"unit {name}",
        unit=name, lon=neighbour.lon, lat=neighbour.lat, quadkey=0, dataset="test",
    )  # fmt: skip
    Prospect.objects.create(organisation=door.organisation, campaign=town.campaign, door=door)
    town.territory(1).placements.create(organisation=door.organisation, cut=town.cut, door=door)
    return door


def test_every_door_of_the_members_territory_is_a_candidate(hill: Town) -> None:
    """Whether it was visited or not; those of another rep's territory are none."""
    hill.visit(hill.a[0], "no_answer")
    hill.visit(hill.a[1], "not_interested")
    assert ids(hill) == doors(*hill.a)


@pytest.mark.parametrize("outcome", ["do_not_knock", "no_soliciting_sign", "sale"])
def test_who_wants_no_knock_or_has_bought_is_none(hill: Town, outcome: str) -> None:
    """A word or a sign against knocking, or a sale, ends it, whatever came afterwards."""
    hill.visit(hill.a[0], outcome)
    hill.visit(hill.a[0], "callback", occurred_at=local(9, 19), callback_at=local(10, 18))
    assert ids(hill) == doors(*hill.a[1:])


@pytest.mark.parametrize(
    ("hour", "minute", "is_candidate"),
    [(15, 59, True), (16, 0, True), (19, 59, True), (20, 0, False), (23, 0, False)],
)
def test_who_agreed_on_a_time_after_the_shift_is_none(
    hill: Town, hour: int, minute: int, is_candidate: bool
) -> None:
    """The shift is from 16:00 to 20:00, half-open; an agreed time that has passed is due."""
    hill.visit(hill.a[0], "callback", callback_at=local(10, hour, minute))
    assert (hill.a[0].pk in ids(hill)) is is_candidate


def test_a_time_agreed_for_tomorrow_is_tomorrows(hill: Town) -> None:
    """The door is no candidate today and one tomorrow."""
    hill.visit(hill.a[0], "callback", callback_at=local(11, 17))
    assert hill.a[0].pk not in ids(hill)
    assert hill.a[0].pk in ids(hill, TOMORROW)


def test_an_assignment_counts_on_its_days_only(hill: Town) -> None:
    """From the first day on, and not on the day that it ends: by the local day of the shift."""
    held = hill.territory(1).assignments.get()
    held.starts_on, held.ends_on = TODAY, TOMORROW
    held.save()
    assert ids(hill, TODAY - timedelta(days=1)) == set()
    assert ids(hill, TODAY) == doors(*hill.a)
    assert ids(hill, TOMORROW) == set()


def test_a_territory_taken_back_gives_nothing(hill: Town) -> None:
    """An ended assignment does not count, not even on a day before it ended."""
    hill.territory(1).assignments.update(ended_at=NOW, state="revoked")
    assert ids(hill) == set()


def test_a_door_of_two_territories_of_the_member_comes_once(hill: Town) -> None:
    """Territories of other cuts that the member has too change nothing."""
    other = published_cut(hill.company)
    place(other, 1, [*hill.a, *hill.b])
    assign(other.territories.get(), hill.company.rosa)
    assert ids(hill) == doors(*hill.a)


def test_the_cut_that_the_campaign_works_decides(hill: Town) -> None:
    """Once the campaign works a new cut, the doors of the old one's territories are none."""
    new = published_cut(hill.company)
    place(new, 1, hill.b[:2])
    assign(new.territories.get(), hill.company.rosa)
    hill.campaign.cut = new
    hill.campaign.save()
    assert ids(hill) == doors(*hill.b[:2])


def test_a_shared_territory_is_both_reps(hill: Town) -> None:
    """Sam's street is Rosa's too when it is shared with her."""
    assign(hill.territory(2), hill.company.rosa, shared=True)
    assert ids(hill) == doors(*hill.a, *hill.b)


def test_prospects_of_another_campaign_do_not_matter(hill: Town) -> None:
    """What happened at a door in another campaign neither hides nor adds it."""
    other = make_campaign(hill.company, cut=hill.cut, name="Other")
    Prospect.objects.create(
        organisation=other.organisation, campaign=other, door=hill.a[0], do_not_knock=True
    )
    assert ids(hill) == doors(*hill.a)


def test_a_door_that_is_no_prospect_yet_is_none(hill: Town) -> None:
    """A door placed in the territory after the campaign took up the cut waits for its prospect."""
    late = make_door(hill.company.organisation, "late")
    hill.territory(1).placements.create(organisation=late.organisation, cut=hill.cut, door=late)
    assert late.pk not in ids(hill)


def test_two_companies_on_the_same_streets_see_nothing_of_each_other(
    hill: Town, moonlight: Company
) -> None:
    """Otto's candidates are Moonlight's doors."""
    add_default_outcomes(organisation=moonlight.organisation)
    cut = published_cut(moonlight)
    own = place(cut, 1, 2)
    campaign = make_campaign(moonlight, cut=cut)
    for door in own:
        Prospect.objects.create(organisation=door.organisation, campaign=campaign, door=door)
    assign(cut.territories.get(), moonlight.otto)
    town = Town(moonlight, campaign, cut, own, [])
    shift = town.shift(moonlight.otto)
    assert set(candidates(shift).values_list("door", flat=True)) == doors(*own)


def test_the_doors_of_a_building_are_one_stop(hill: Town) -> None:
    """In the order of their units; its value is what they are worth together."""
    second, first = unit(hill, hill.a[3], "2"), unit(hill, hill.a[3], "1")
    hill.visit(first, "demo")
    stops = candidate_stops(hill.shift(hill.company.rosa))
    assert len(stops) == 10
    stop = next(stop for stop in stops if len(stop.doors) > 1)
    assert [door.door_id for door in stop.doors] == [hill.a[3].pk, first.pk, second.pk]
    assert (stop.value, stop.appeal, stop.due_at) == (150 + 300 + 150, Appeal.WARM, None)


def test_an_agreed_time_is_a_stop_of_its_own(hill: Town) -> None:
    """The neighbours in the building need not be knocked at then; another time is another stop."""
    at_five, at_six = unit(hill, hill.a[3], "5"), unit(hill, hill.a[3], "6")
    hill.visit(at_five, "callback", callback_at=local(10, 17))
    hill.visit(at_six, "callback", callback_at=local(10, 18))
    stops = candidate_stops(hill.shift(hill.company.rosa))
    here = [stop for stop in stops if stop.building == hill.a[3].building]
    assert {(tuple(door.door_id for door in stop.doors), stop.due_at) for stop in here} == {
        ((hill.a[3].pk,), None),
        ((at_five.pk,), local(10, 17)),
        ((at_six.pk,), local(10, 18)),
    }


def test_an_agreed_time_that_has_passed_binds_nobody(hill: Town) -> None:
    """An overdue door is worth much and stands with its neighbours."""
    late = unit(hill, hill.a[3], "9")
    hill.visit(late, "callback", callback_at=local(10, 15))
    stops = candidate_stops(hill.shift(hill.company.rosa))
    stop = next(stop for stop in stops if len(stop.doors) == 2)
    assert (stop.value, stop.due_at) == (150 + 400, None)


def test_a_hostile_door_is_not_knocked_at_for_its_neighbours_sake(hill: Town) -> None:
    """It is a stop of its own, worth nothing."""
    angry = unit(hill, hill.a[3], "1")
    hill.visit(angry, "hostile")
    stops = candidate_stops(hill.shift(hill.company.rosa))
    here = [stop for stop in stops if stop.building == hill.a[3].building]
    assert sorted((stop.value, [door.door_id for door in stop.doors]) for stop in here) == [
        (0, [angry.pk]),
        (150, [hill.a[3].pk]),
    ]


def test_a_tower_is_several_stops(hill: Town) -> None:
    """None lasts longer than half an hour, and together they have every door once."""
    tower = [unit(hill, hill.a[3], f"{number:02}") for number in range(1, 45)]
    stops = candidate_stops(hill.shift(hill.company.rosa))
    here = [stop for stop in stops if stop.building == hill.a[3].building]
    assert [len(stop.doors) * 90 for stop in here] == [LONGEST_STOP_S, LONGEST_STOP_S, 450]
    found = [door.door_id for stop in here for door in stop.doors]
    assert sorted(found) == sorted([hill.a[3].pk, *(door.pk for door in tower)])


def test_many_who_agreed_on_one_time_are_parted_so_that_none_waits_long(hill: Town) -> None:
    """Whoever knocks at the first door in time is at the last within the tolerance."""
    tower = [unit(hill, hill.a[3], f"{number:02}") for number in range(1, 14)]
    for door in tower:
        hill.visit(door, "callback", callback_at=local(10, 18))
    stops = candidate_stops(hill.shift(hill.company.rosa))
    agreed = [stop for stop in stops if stop.due_at]
    assert sum(len(stop.doors) for stop in agreed) == 13
    assert len(agreed) == 2
    assert all((len(stop.doors) - 1) * 90 <= CALLBACK_TOLERANCE_S for stop in agreed)


@pytest.mark.parametrize("door_s", [0, 7200])
def test_any_time_at_a_door_makes_stops(hill: Town, door_s: int) -> None:
    """Two hours at each door are a stop for each; no time at all parts nothing."""
    unit(hill, hill.a[3], "1")
    type(hill.campaign).objects.update(door_s=door_s)
    shift = hill.shift(hill.company.rosa)
    shift.refresh_from_db()
    sizes = [len(stop.doors) for stop in candidate_stops(shift)]
    assert sizes.count(2) == (0 if door_s else 1)
    assert sum(sizes) == 11


def test_candidates_take_one_query(
    hill: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """However many there are."""
    shift = hill.shift(hill.company.rosa)
    with django_assert_num_queries(1):
        assert len(candidate_stops(shift)) == 10


def stop(number: int, appeal: Appeal = Appeal.FRESH, *, agreed: bool = False) -> CandidateStop:
    """A stop of one door that is not in the database."""
    building = Building(pk=number, street="A", number=str(number))
    due_at = local_instant(TODAY, NOON.time(), "UTC") if agreed else None
    return CandidateStop(building, (CandidateDoor(number, appeal),), due_at)


def test_a_short_list_is_considered_whole() -> None:
    """Up to the limit nothing is passed over."""
    stops = [stop(number) for number in range(MAX_STOPS)]
    assert shortlist(stops, np.arange(MAX_STOPS)) == (stops, [])


def test_the_agreed_the_near_and_the_valuable_are_considered_first() -> None:
    """Of two too many, the least value for the time is passed over; an agreed time never is."""
    stops = [stop(number) for number in range(MAX_STOPS + 2)]
    alone = np.full(MAX_STOPS + 2, 600)
    stops[7], alone[7] = stop(7, Appeal.DECLINED), 3000
    stops[8], alone[8] = stop(8, Appeal.CALLBACK, agreed=True), 9000
    alone[9] = 5000
    considered, others = shortlist(stops, alone)
    assert [other.building.pk for other in others] == [7, 9]
    assert [each.building.pk for each in considered] == [
        number for number in range(MAX_STOPS + 2) if number not in (7, 9)
    ]


def test_address_order_is_by_street_and_then_by_number() -> None:
    """2 comes before 10, and 10 before 10b."""
    rows = [
        CandidateStop(Building(pk=at, street=street, number=number), ())
        for at, (street, number) in enumerate([("B", "1"), ("A", "10b"), ("A", "10"), ("A", "2")])
    ]
    found = sorted(rows, key=lambda row: row.address_order)
    assert [row.building.pk for row in found] == [3, 2, 1, 0]
