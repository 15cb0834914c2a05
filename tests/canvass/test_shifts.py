"""Scheduling shifts."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.errors import (
    CampaignWithoutCut,
    ShiftExists,
    ShiftHoursInvalid,
    ShiftMemberLeft,
    ShiftOutsideCampaign,
    ShiftWithoutPlace,
)
from canvass.models import Shift
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from common.errors import NotFound
from territories.assignment_states import end_assignment
from territories.models import Assignment
from tests.canvass import world
from tests.canvass.world import NOW, PLAN, TODAY, Town, local
from tests.cast import Company

HOME = (24.94, 60.17)
HERE, THERE = (-73.9, 40.7), (-73.8, 40.8)
# The boxes of the town's two territories are half a degree wide and one high.
MIDDLE_OF_NORTH = (-72.75, 41.5)
SPRING_FORWARD = date(2026, 3, 8)  # 02:00 becomes 03:00 in New York
FALL_BACK = date(2026, 11, 1)  # 02:00 becomes 01:00


def plan(town: Town, member: Member, **more: Any) -> ShiftPlan:
    return ShiftPlan(**{"campaign": town.campaign, "member": member, "day": TODAY, **more})


def schedule(town: Town, member: Member, **more: Any) -> Shift:
    shift = schedule_shift(actor=town.company.ada, plan=plan(town, member, **more), now=NOW)
    shift.refresh_from_db()
    return shift


def day_of(town: Town, day: date = TODAY, actor: Member | None = None) -> list[Shift]:
    actor = actor or town.company.ada
    return schedule_day(actor=actor, campaign=town.campaign, day=day, now=NOW)


def without_home(member: Member) -> Member:
    Member.objects.filter(pk=member.pk).update(home_lon=None, home_lat=None)
    member.refresh_from_db()
    return member


def ends(shift: Shift) -> tuple[tuple[float, float], tuple[float, float]]:
    return (shift.start_lon, shift.start_lat), (shift.end_lon, shift.end_lat)


def test_a_shift_has_the_campaigns_hours_and_the_members_home(town: Town) -> None:
    """From 16:00 to 20:00 by the clocks of New York, from home and back."""
    shift = schedule(town, town.company.rosa)
    assert (shift.starts_at, shift.ends_at) == (local(10, 16), local(10, 20))
    assert ends(shift) == (HOME, HOME)
    assert (shift.campaign, shift.member, shift.day) == (town.campaign, town.company.rosa, TODAY)
    assert (shift.organisation, shift.created_at) == (town.company.organisation, NOW)


def test_hours_and_places_may_be_given(town: Town) -> None:
    """Each for itself; what is left out is the usual."""
    rosa = town.company.rosa
    hours = {"starts_at": local(10, 9), "ends_at": local(10, 12)}
    whole = schedule(town, rosa, start=HERE, end=THERE, **hours)
    assert (whole.starts_at, whole.ends_at) == (local(10, 9), local(10, 12))
    assert ends(whole) == (HERE, THERE)
    tomorrow = TODAY + timedelta(days=1)
    half = schedule(town, rosa, day=tomorrow, start=HERE, ends_at=local(11, 18))
    assert (half.starts_at, half.ends_at) == (local(11, 16), local(11, 18))
    assert ends(half) == (HERE, HOME)


def test_null_island_is_a_place(town: Town) -> None:
    """Zero degrees are degrees."""
    assert ends(schedule(town, town.company.rosa, start=(0.0, 0.0))) == ((0.0, 0.0), HOME)


def test_without_a_home_the_middle_of_the_territories_serves(town: Town) -> None:
    """Of those that the member has that day, in the campaign's cut: nothing else counts."""
    rosa = without_home(town.company.rosa)
    world.assign(town.territory(2), rosa, date(2026, 6, 1), ends_on=TODAY)
    world.assign(town.territory(2), rosa, TODAY, ended_at=NOW, state="revoked")
    other = world.published_cut(town.company)
    world.place(other, 9, 1)
    world.assign(other.territories.get(), rosa)
    assert ends(schedule(town, rosa)) == (MIDDLE_OF_NORTH, MIDDLE_OF_NORTH)


def test_several_territories_have_one_middle(town: Town) -> None:
    """The mean of theirs: each territory counts once."""
    rosa = without_home(town.company.rosa)
    world.assign(town.territory(2), rosa, shared=True)
    assert ends(schedule(town, rosa)) == ((-72.25, 42.0), (-72.25, 42.0))
    assert ends(day_of(town)[0]) == ((-72.25, 42.0), (-72.25, 42.0))


def test_without_home_and_territory_a_place_must_be_given(town: Town) -> None:
    """Both ends, or nobody knows where the day begins."""
    rui = without_home(town.company.rui)
    for more in ({}, {"start": HERE}, {"end": HERE}):
        with pytest.raises(ShiftWithoutPlace):
            schedule(town, rui, **more)
    assert ends(schedule(town, rui, start=HERE, end=THERE)) == (HERE, THERE)


def test_a_campaign_without_a_cut_has_no_middle(town: Town) -> None:
    """Then territories of no cut are the campaign's, whatever the member has."""
    town.campaign.cut = None
    with pytest.raises(ShiftWithoutPlace):
        schedule(town, without_home(town.company.rosa))


def test_a_member_has_one_shift_a_day(town: Town) -> None:
    """Again is refused and leaves the first; another day, campaign or member is free."""
    rosa = town.company.rosa
    first = schedule(town, rosa)
    with pytest.raises(ShiftExists):
        schedule(town, rosa, start=HERE, end=HERE)
    assert Shift.objects.get() == first
    schedule(town, rosa, day=TODAY + timedelta(days=1))
    schedule(town, rosa, campaign=world.make_campaign(town.company, name="Winter"))
    schedule(town, town.company.rui)


@pytest.mark.parametrize(
    ("day", "runs"),
    [
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_shifts_lie_within_the_campaign(town: Town, day: date, runs: bool) -> None:
    """Its days are half-open; the error says which they are."""
    if runs:
        assert schedule(town, town.company.rosa, day=day).day == day
        assert len(day_of(town, day)) == 2
        return
    for call in (lambda: schedule(town, town.company.rosa, day=day), lambda: day_of(town, day)):
        with pytest.raises(ShiftOutsideCampaign) as caught:
            call()
        dates = {"starts_on": PLAN.starts_on, "ends_on": PLAN.ends_on}
        assert caught.value.details == dates


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (local(10, 9), local(10, 9)),
        (local(10, 9), local(10, 8)),
        (local(9, 23, 59), local(10, 8)),
        (local(10, 9), local(11, 0, 1)),
        (local(11, 9), local(11, 12)),
        (local(10, 20), None),
        (None, local(10, 16)),
    ],
)
def test_a_shift_is_a_span_of_its_day(
    town: Town, starts_at: datetime | None, ends_at: datetime | None
) -> None:
    """Not empty, not backwards, not out of the local day; the error tells the day's limits."""
    with pytest.raises(ShiftHoursInvalid) as caught:
        schedule(town, town.company.rosa, starts_at=starts_at, ends_at=ends_at)
    limits = {"day_starts_at": local(10, 0), "day_ends_at": local(11, 0)}
    assert caught.value.details == limits
    assert not Shift.objects.exists()


def test_a_shift_may_last_the_whole_day(town: Town) -> None:
    """From midnight to midnight."""
    shift = schedule(town, town.company.rosa, starts_at=local(10, 0), ends_at=local(11, 0))
    assert (shift.starts_at, shift.ends_at) == (local(10, 0), local(11, 0))


def all_year(town: Town, starts_at: time, ends_at: time) -> Town:
    """The town, its campaign running all year with other shifts."""
    campaign = town.campaign
    campaign.starts_on, campaign.ends_on = date(2026, 1, 1), date(2027, 1, 1)
    campaign.shift_starts_at, campaign.shift_ends_at = starts_at, ends_at
    campaign.save()
    return town


@pytest.mark.parametrize(
    ("day", "starts", "hours"),
    [
        (date(2026, 3, 7), datetime(2026, 3, 7, 6, tzinfo=UTC), 5),
        (SPRING_FORWARD, datetime(2026, 3, 8, 6, tzinfo=UTC), 4),
        (date(2026, 10, 31), datetime(2026, 10, 31, 5, tzinfo=UTC), 5),
        (FALL_BACK, datetime(2026, 11, 1, 5, tzinfo=UTC), 6),
    ],
)
def test_a_shift_over_a_clock_change_is_as_long_as_it_is(
    town: Town, day: date, starts: datetime, hours: int
) -> None:
    """From 01:00 to 06:00 by the clock: four hours in spring, six in autumn."""
    all_year(town, time(1), time(6))
    shift = schedule(town, town.company.rosa, day=day)
    assert (shift.starts_at, shift.ends_at) == (starts, starts + timedelta(hours=hours))


def test_a_shift_that_no_clock_shows_is_refused(town: Town) -> None:
    """From 02:15 to 03:15 on the day when 02:00 becomes 03:00: it would end before it starts."""
    all_year(town, time(2, 15), time(3, 15))
    with pytest.raises(ShiftHoursInvalid):
        schedule(town, town.company.rosa, day=SPRING_FORWARD)
    with pytest.raises(ShiftHoursInvalid):
        day_of(town, SPRING_FORWARD)


def test_the_day_of_a_clock_change_ends_at_its_own_midnight(town: Town) -> None:
    """23 hours in spring and 25 in autumn, none of them outside."""
    all_year(town, time(1), time(6))
    for day, hours in ((SPRING_FORWARD, 23), (FALL_BACK, 25)):
        offset = 5 if day == SPRING_FORWARD else 4
        midnight = datetime(day.year, day.month, day.day, offset, tzinfo=UTC)
        end = midnight + timedelta(hours=hours)
        with pytest.raises(ShiftHoursInvalid):
            schedule(town, town.company.rosa, day=day, ends_at=end + timedelta(seconds=1))
        schedule(town, town.company.rosa, day=day, starts_at=midnight, ends_at=end)


def test_who_has_left_works_no_shift(town: Town) -> None:
    """Whatever the caller remembers of the member."""
    Member.objects.filter(pk=town.company.rosa.pk).update(left_on=TODAY)
    with pytest.raises(ShiftMemberLeft):
        schedule(town, town.company.rosa)
    assert [shift.member for shift in day_of(town)] == [town.company.sam]


def test_others_are_not_scheduled(town: Town, moonlight: Company) -> None:
    """A manager schedules the subtree, an admin the organisation; the rest is not found."""
    max_, olga = town.company.max, moonlight.olga
    for actor, wanted in (
        (max_, plan(town, town.company.sam)),
        (max_, plan(town, moonlight.otto)),
        (max_, plan(town, town.company.rosa, campaign=world.make_campaign(moonlight))),
        (olga, plan(town, moonlight.otto)),
    ):
        with pytest.raises(NotFound):
            schedule_shift(actor=actor, plan=wanted, now=NOW)
    with pytest.raises(NotFound):
        day_of(town, actor=olga)
    assert not Shift.objects.exists()


def test_a_day_has_a_shift_for_everybody_with_a_territory(town: Town) -> None:
    """Rosa and Sam, by name, with the campaign's hours; Rui has none."""
    shifts = day_of(town)
    assert [shift.member for shift in shifts] == [town.company.rosa, town.company.sam]
    for shift in shifts:
        assert (shift.starts_at, shift.ends_at) == (local(10, 16), local(10, 20))
        assert (ends(shift), shift.day) == ((HOME, HOME), TODAY)
        assert shift.organisation == town.company.organisation


def test_a_manager_schedules_the_subtrees_day(town: Town) -> None:
    """Max has Rosa's, Mona Sam's."""
    assert [s.member for s in day_of(town, actor=town.company.max)] == [town.company.rosa]
    assert [s.member for s in day_of(town, actor=town.company.mona)] == [town.company.sam]


def test_scheduling_a_day_again_changes_nothing(town: Town) -> None:
    """What was scheduled by hand stays, the missing is added, again adds nothing."""
    mine = schedule(town, town.company.rosa, start=HERE, end=THERE, ends_at=local(10, 18))
    first = day_of(town)
    rows = list(Shift.objects.order_by("pk").values())
    assert first[0] == mine
    assert (first[0].ends_at, ends(first[0])) == (local(10, 18), (HERE, THERE))
    assert day_of(town) == first
    assert list(Shift.objects.order_by("pk").values()) == rows
    assert len(rows) == 2


def test_only_assignments_of_the_day_and_the_cut_count(town: Town) -> None:
    """Ended, over, not begun or of another cut: no shift."""
    rosa, rui, sam = town.company.rosa, town.company.rui, town.company.sam
    end_assignment(actor=town.company.ada, assignment=Assignment.objects.get(member=rosa), now=NOW)
    Assignment.objects.filter(member=sam).update(ends_on=TODAY)
    other = world.published_cut(town.company)
    world.place(other, 1, 1)
    world.assign(other.territories.get(), rui)
    assert day_of(town) == []
    assert [shift.member for shift in day_of(town, TODAY - timedelta(days=1))] == [sam]


def test_a_member_with_two_territories_has_one_shift(town: Town) -> None:
    """Shared on purpose or not."""
    world.assign(town.territory(2), town.company.rosa, shared=True)
    assert [shift.member for shift in day_of(town)] == [town.company.rosa, town.company.sam]


def test_a_day_needs_a_cut(town: Town) -> None:
    """Without one nobody has a territory."""
    town.campaign.cut = None
    with pytest.raises(CampaignWithoutCut):
        day_of(town)


def test_a_day_takes_as_many_queries_for_any_number_of_members(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Ten members cost no query more than one; names and middles included."""
    company = town.company
    for number, member in enumerate([company.rui, company.max, company.mona, company.ada], 3):
        world.place(town.cut, number, 1)
        world.assign(town.territory(number), without_home(member))
    actors = Member.objects.select_related("team")  # as the API loads them
    for person, expected in ((company.mona, 2), (company.ada, 6)):
        actor = actors.get(pk=person.pk)
        with django_assert_num_queries(4):
            shifts = day_of(town, actor=actor)
            assert len([shift.member.user.name for shift in shifts]) == expected


@pytest.mark.parametrize(
    "wrong", [{"ends_at": NOW - timedelta(days=9)}, {"start_lon": 181}, {"end_lat": -91}]
)
def test_the_database_refuses_a_shift_that_cannot_be(town: Town, wrong: dict[str, Any]) -> None:
    """Backwards in time or off the Earth, whoever writes the row."""
    shift = schedule(town, town.company.rosa)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(**wrong)
