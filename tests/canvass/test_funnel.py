"""The funnel: from knocks to sales, by rep, territory, day and outcome."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.models import Campaign, OutcomeKind
from canvass.selectors import By, FunnelReport, FunnelRow, funnel, funnel_report
from canvass.time_zones import known_time_zones
from common.clock import day_bounds, local_day
from territories.models import Door, Neighborhood
from tests.canvass import world
from tests.canvass.world import NOW, TODAY, Town, local, record, undone
from tests.cast import Company

WAYS: tuple[By, ...] = get_args(By)


def rows(town: Town, by: By, member: Member | None = None, **days: Any) -> dict[str, FunnelRow]:
    """The rows of a grouping by their labels, in order."""
    member = member or town.company.ada
    found = funnel(member=member, campaign=town.campaign, by=by, **days)
    assert len({row.key for row in found}) == len(found)
    return {row.label: row for row in found}


def total(town: Town, member: Member | None = None, **days: Any) -> FunnelRow:
    member = member or town.company.ada
    (row,) = funnel(member=member, campaign=town.campaign, **days)
    return row


def figures(row: FunnelRow) -> tuple[int, int, int, int, int]:
    return row.visits, row.doors, row.contacts, row.demos, row.sales


@pytest.fixture
def worked(town: Town) -> Town:
    """Rosa knocked yesterday and today, Sam today."""
    rosa, sam = town.company.rosa, town.company.sam
    yesterday = NOW - timedelta(days=1)
    record(rosa, town.visit(town.north[0], "no_answer", occurred_at=yesterday))
    record(rosa, town.visit(town.north[1], "callback", occurred_at=yesterday))
    record(rosa, town.visit(town.north[0], "demo"))
    record(rosa, town.visit(town.north[2], "sale"))
    record(sam, town.visit(town.south[0], "refused"))
    return town


def test_everything_together(worked: Town) -> None:
    """Five visits at four doors; a sale is a demo, a demo a contact."""
    row = total(worked)
    assert (row.key, row.label) == (None, "Total")
    assert figures(row) == (5, 4, 4, 2, 1)


def test_by_rep(worked: Town) -> None:
    """By name; the key is the member's id."""
    found = rows(worked, "rep")
    assert {label: figures(row) for label, row in found.items()} == {
        "Rosa": (4, 3, 3, 2, 1),
        "Sam": (1, 1, 1, 0, 0),
    }
    assert list(found) == ["Rosa", "Sam"]
    assert found["Rosa"].key == worked.company.rosa.pk


def test_two_reps_of_one_name_are_two(worked: Town) -> None:
    """What tells them apart is the key."""
    user = worked.company.sam.user
    user.name = "Rosa"
    user.save()
    found = funnel(member=worked.company.ada, campaign=worked.campaign, by="rep")
    keys = [worked.company.rosa.pk, worked.company.sam.pk]
    assert [(row.label, row.key) for row in found] == [("Rosa", key) for key in keys]


def test_by_territory(worked: Town) -> None:
    """By number; doors outside every territory of the campaign's cut come last."""
    stray = world.make_door(worked.company.organisation, "stray")
    record(worked.company.max, worked.visit(stray))
    found = rows(worked, "territory")
    assert {label: figures(row) for label, row in found.items()} == {
        "Territory 1": (4, 3, 3, 2, 1),
        "Territory 2": (1, 1, 1, 0, 0),
        "No territory": (1, 1, 0, 0, 0),
    }
    assert list(found) == ["Territory 1", "Territory 2", "No territory"]
    assert [row.key for row in found.values()] == [
        worked.territory(1).pk,
        worked.territory(2).pk,
        None,
    ]


def test_by_neighborhood(worked: Town) -> None:
    """By name; doors outside all of them come last, and everything adds up to the total."""
    rosas = Door.objects.filter(pk__in=[door.pk for door in worked.north])
    names = {"Oak Hill": worked.north[:1], "Elm Park": worked.north[1:]}
    for name, doors in names.items():
        here = Neighborhood.objects.create(
            organisation=worked.company.organisation, level="neighborhood", name=name, key=name,
            dataset="t",
            geometry={}, west=0, south=0, east=1, north=1,
        )  # fmt: skip
        rosas.filter(pk__in=[door.pk for door in doors]).update(neighborhood=here)
    found = rows(worked, "neighborhood")
    assert list(found) == ["Elm Park", "Oak Hill", "No neighborhood"]
    assert figures(found["No neighborhood"]) == (1, 1, 1, 0, 0)
    whole = figures(funnel(member=worked.company.ada, campaign=worked.campaign)[0])
    assert tuple(map(sum, zip(*map(figures, found.values()), strict=True))) == whole
    assert found["Elm Park"].contact_rate is not None


def test_a_visit_is_in_one_territory_however_many_cuts_there_are(worked: Town) -> None:
    """Only the cut that the campaign works places it."""
    world.place(world.published_cut(worked.company), 1, [*worked.north, *worked.south])
    assert sum(row.visits for row in rows(worked, "territory").values()) == 5


def test_without_a_cut_there_is_no_territory(worked: Town) -> None:
    """All visits are outside, and none is lost."""
    worked.campaign.cut = None
    worked.campaign.save()
    found = rows(worked, "territory")
    assert {label: figures(row) for label, row in found.items()} == {
        "No territory": (5, 4, 4, 2, 1)
    }


def test_by_day(worked: Town) -> None:
    """By date; a door that was visited on two days counts on both."""
    found = rows(worked, "day")
    assert {label: figures(row) for label, row in found.items()} == {
        "2026-06-09": (2, 2, 1, 0, 0),
        "2026-06-10": (3, 3, 3, 2, 1),
    }
    assert [row.key for row in found.values()] == [date(2026, 6, 9), TODAY]


def test_by_outcome(worked: Town) -> None:
    """In the order of the buttons; the key is the code."""
    found = rows(worked, "outcome")
    assert [(row.key, row.label, figures(row)) for row in found.values()] == [
        ("no_answer", "Nobody home", (1, 1, 0, 0, 0)),
        ("callback", "Come back later", (1, 1, 1, 0, 0)),
        ("demo", "Demonstration given", (1, 1, 1, 1, 0)),
        ("sale", "Sold", (1, 1, 1, 1, 1)),
        ("refused", "Refused to talk", (1, 1, 1, 0, 0)),
    ]


def test_days_are_local_and_half_open(town: Town) -> None:
    """The last minute before midnight in New York is that day's, midnight the next one's."""
    rosa, door = town.company.rosa, town.north[0]
    for at in (local(8, 23, 59), local(9, 0), local(9, 23, 59), local(10, 0)):
        record(rosa, town.visit(door, occurred_at=at))
    by_day = {label: row.visits for label, row in rows(town, "day").items()}
    assert by_day == {"2026-06-08": 1, "2026-06-09": 2, "2026-06-10": 1}
    ninth, tenth = date(2026, 6, 9), TODAY
    assert total(town, from_day=ninth, to_day=tenth).visits == 2
    assert total(town, from_day=ninth).visits == 3
    assert total(town, to_day=ninth).visits == 1
    assert total(town, from_day=tenth, to_day=tenth).visits == 0


@pytest.mark.parametrize(
    ("zone", "day", "midnight"),
    [
        ("Pacific/Kiritimati", date(2026, 6, 10), datetime(2026, 6, 9, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", date(2026, 6, 10), datetime(2026, 6, 10, 11, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 6, 10), datetime(2026, 6, 9, 18, 15, tzinfo=UTC)),
        ("Etc/GMT-14", date(2026, 6, 10), datetime(2026, 6, 9, 10, tzinfo=UTC)),
        ("Etc/GMT+12", date(2026, 6, 10), datetime(2026, 6, 10, 12, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC)),
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("America/New_York", date(2026, 3, 9), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 2), datetime(2026, 11, 2, 5, tzinfo=UTC)),
    ],
)
def test_the_edge_of_a_day_is_where_its_clocks_have_it(
    town: Town, zone: str, day: date, midnight: datetime
) -> None:
    """Groups and limits agree on it, a second to each side; also where midnight is skipped."""
    Campaign.objects.update(time_zone=zone)
    town.campaign.refresh_from_db()
    for offset in (-1, 0):
        at = midnight + timedelta(seconds=offset)
        record(town.company.ada, town.visit(town.north[0], occurred_at=at), now=midnight)
    before = day - timedelta(days=1)
    assert list(rows(town, "day")) == [before.isoformat(), day.isoformat()]
    assert list(rows(town, "day", from_day=day)) == [day.isoformat()]
    assert list(rows(town, "day", to_day=day)) == [before.isoformat()]


def test_days_can_be_grouped_in_every_known_time_zone(town: Town) -> None:
    """Each name that a campaign may carry is one that the database knows, and reads alike."""
    record(town.company.rosa, town.visit(town.north[0]))
    for zone in sorted(known_time_zones()):
        town.campaign.time_zone = zone
        (row,) = funnel(member=town.company.ada, campaign=town.campaign, by="day")
        assert (zone, row.key) == (zone, local_day(NOW, zone))


def test_a_corrected_visit_counts_once(worked: Town) -> None:
    """As its correction says, on the correction's day and by its outcome."""
    rosa, door = worked.company.rosa, worked.north[1]
    wrong = record(rosa, worked.visit(door, "sale"))
    right = record(rosa, worked.visit(door, "demo", supersedes=wrong.pk))
    assert figures(total(worked)) == (6, 4, 5, 3, 1)
    assert rows(worked, "outcome")["Sold"].visits == 1
    record(rosa, worked.visit(door, "no_answer", supersedes=right.pk))
    assert figures(total(worked)) == (6, 4, 4, 2, 1)


def test_who_sees_which_visits(worked: Town, moonlight: Company) -> None:
    """Reps their own, managers the subtree's, admins all, another company none."""
    company = worked.company
    expected = {company.ada: 5, company.max: 4, company.mona: 1, company.rosa: 4, company.rui: 0}
    for member, visits in {**expected, moonlight.olga: 0}.items():
        assert total(worked, member).visits == visits
        for by in WAYS:
            assert sum(row.visits for row in rows(worked, by, member).values()) == visits


def test_who_moved_takes_their_visits_along(worked: Town) -> None:
    """The subtree is that of today."""
    rosa = worked.company.rosa
    rosa.team = worked.company.teams["South"]
    rosa.save()
    assert total(worked, worked.company.max).visits == 0
    assert total(worked, worked.company.mona).visits == 5


def test_another_campaigns_visits_do_not_count(worked: Town) -> None:
    """Nor does a visit of this one in another's funnel."""
    winter = world.make_campaign(worked.company, name="Winter")
    record(
        worked.company.rosa,
        replace(worked.visit(worked.north[0]), campaign_id=winter.pk),
    )
    assert total(worked).visits == 5
    assert total(replace(worked, campaign=winter)).visits == 1


def test_nothing_has_no_rates(town: Town) -> None:
    """Without visits there are no rows, and the total's rates have no base."""
    row = total(town)
    assert figures(row) == (0, 0, 0, 0, 0)
    assert (row.contact_rate, row.demo_rate, row.close_rate, row.sale_rate) == (None,) * 4
    for by in WAYS:
        assert rows(town, by) == {}


def test_rates_are_parts_of_the_step_before(worked: Town) -> None:
    """Contacts of visits, demos of contacts, sales of demos; and sales of visits."""
    row = total(worked)
    assert (row.contact_rate, row.demo_rate, row.close_rate, row.sale_rate) == (0.8, 0.5, 0.5, 0.2)


def test_a_report_is_rows_and_total(worked: Town) -> None:
    """The total is the same whichever way the rows are cut; without a grouping it is alone."""
    ask: dict[str, Any] = {
        "member": worked.company.ada,
        "campaign": worked.campaign,
        "to_day": TODAY,
    }
    whole = total(worked, to_day=TODAY)
    assert funnel_report(**ask) == FunnelReport(rows=[], total=whole)
    for by in WAYS:
        report = funnel_report(**ask, by=by)
        assert report == FunnelReport(rows=funnel(**ask, by=by), total=whole)


def test_a_report_takes_two_queries_however_many_visits(
    worked: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Whichever way the rows are cut."""
    for by in WAYS:
        with django_assert_num_queries(2):
            funnel_report(member=worked.company.max, campaign=worked.campaign, by=by)


# Who knocked (0 Ada, 1 Rosa, 2 Sam), at which door, with what result, how many minutes ago, and
# whether it was corrected, to what.
knocks = st.tuples(
    st.integers(0, 2),
    st.integers(0, 6),
    st.sampled_from(OutcomeKind.values),
    st.integers(0, 72 * 60),
    st.none() | st.sampled_from(OutcomeKind.values),
)


def knock(town: Town, history: Sequence[tuple[int, int, str, int, str | None]]) -> None:
    """Record what can be recorded: reps only where they may, Ada everywhere."""
    company = town.company
    stray = world.make_door(company.organisation, "stray")
    reach = {
        company.ada: [*town.north, *town.south, stray],
        company.rosa: town.north,
        company.sam: town.south,
    }
    for who, where, kind, minutes, corrected in history:
        actor = [company.ada, company.rosa, company.sam][who]
        door = reach[actor][where % len(reach[actor])]
        at = NOW - timedelta(minutes=minutes)
        visit = record(actor, town.visit(door, kind, occurred_at=at))
        if corrected:
            record(actor, town.visit(door, corrected, occurred_at=at, supersedes=visit.pk))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(knocks, max_size=10), zone=st.sampled_from(["Asia/Tokyo", "Etc/GMT+11"]))
def test_totals_agree_whichever_way_they_are_cut(
    town: Town, history: list[tuple[int, int, str, int, str | None]], zone: str
) -> None:
    """Every grouping, and the days one by one, add up to the total; and it is what was recorded."""
    with undone():
        Campaign.objects.update(time_zone=zone)
        town.campaign.refresh_from_db()
        knock(town, history)
        everything = total(town)
        assert everything.visits == len(history)
        assert everything.sales == sum(
            (corrected or kind) == "sale" for _, _, kind, _, corrected in history
        )
        for member in (town.company.ada, town.company.max, town.company.rosa):
            whole = total(town, member)
            for by in WAYS:
                assert added(list(rows(town, by, member).values())) == without_doors(whole)
            assert sum(row.doors for row in rows(town, "territory", member).values()) == whole.doors
        days = [TODAY + timedelta(days=offset) for offset in range(-5, 3)]
        singles = [total(town, from_day=day, to_day=after) for day, after in pairwise(days)]
        assert added(singles) == without_doors(everything)


def without_doors(row: FunnelRow) -> tuple[int, int, int, int]:
    return row.visits, row.contacts, row.demos, row.sales


def added(groups: list[FunnelRow]) -> tuple[int, ...]:
    """The sums of what adds up."""
    return (
        tuple(sum(column) for column in zip(*map(without_doors, groups), strict=True)) or (0,) * 4
    )


def test_the_days_of_the_property_are_days() -> None:
    """In both of its zones the range of days holds every minute that it knocks at."""
    for zone in ("Asia/Tokyo", "Etc/GMT+11"):
        first = day_bounds(TODAY - timedelta(days=5), zone)[0]
        last = day_bounds(TODAY + timedelta(days=1), zone)[1]
        assert first <= NOW - timedelta(hours=72)
        assert last > NOW
