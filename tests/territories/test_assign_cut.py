"""Giving a whole cut to a crew."""

from collections import Counter

import pytest

from accounts.models import Member
from common.errors import NotFound
from territories.assignments import assign_cut
from territories.cuts import publish_cut
from territories.errors import (
    CutAllAssigned,
    CutNotPublished,
    MemberLeft,
    MemberWithoutHome,
    NobodyToAssign,
)
from territories.models import Assignment, CutRun
from tests.cast import NOON, Company
from tests.territories.town import (
    LAT,
    LON,
    MONDAY,
    done_cut,
    give,
    published_cut,
    settle,
    territory,
)


def move(member: Member, lon: float | None, lat: float | None) -> None:
    """Give a member another home."""
    Member.objects.filter(pk=member.pk).update(home_lon=lon, home_lat=lat)


def share_out(company: Company, cut: CutRun, *members: Member) -> list[Assignment]:
    return assign_cut(
        actor=company.members["ada"], cut=cut, members=members, starts_on=MONDAY, now=NOON
    )


def test_everybody_gets_what_lies_nearest(sunrise: Company) -> None:
    """Two halves of a street: the rep who lives west gets the west, the other the east."""
    settle(sunrise.organisation, streets=1, houses=20)
    cut = published_cut(sunrise)
    move(sunrise.rosa, LON + 0.0072, LAT)
    move(sunrise.rui, LON, LAT)
    made = share_out(sunrise, cut, sunrise.rosa, sunrise.rui)
    assert [(row.territory.number, row.member) for row in made] == [
        (1, sunrise.rui),
        (2, sunrise.rosa),
    ]
    assert [row.pk for row in made] == list(Assignment.objects.values_list("pk", flat=True))
    assert {(row.starts_on, row.assigned_by, row.created_at) for row in made} == {
        (MONDAY, sunrise.ada, NOON)
    }


def test_everybody_gets_as_many_or_one_more(sunrise: Company) -> None:
    """Seven territories next to Rosa's home are still shared by all three."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=7)
    for far, rep in enumerate((sunrise.rosa, sunrise.rui, sunrise.sam)):
        move(rep, LON + far, LAT)
    made = share_out(sunrise, cut, sunrise.rosa, sunrise.rui, sunrise.sam)
    assert Counter(row.member for row in made) == {
        sunrise.rosa: 3,
        sunrise.rui: 2,
        sunrise.sam: 2,
    }


def test_with_more_reps_than_territories_some_get_none(sunrise: Company) -> None:
    """Two territories, three reps: the answer shows who has one."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise)
    move(sunrise.sam, LON + 1, LAT)
    made = share_out(sunrise, cut, sunrise.sam, sunrise.rosa, sunrise.rui)
    assert {row.member for row in made} == {sunrise.rosa, sunrise.rui}


def test_a_member_named_twice_counts_once(sunrise: Company) -> None:
    """Naming Rosa twice gives her no second share."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=4)
    made = share_out(sunrise, cut, sunrise.rosa, sunrise.rosa, sunrise.rui)
    assert set(Counter(row.member_id for row in made).values()) == {2}


def test_what_somebody_has_stays_theirs(sunrise: Company) -> None:
    """Only the free territories are given, also when an assignment begins later."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=4)
    give(sunrise, territory(cut, 2), sunrise.sam, starts_on=MONDAY.replace(day=20))
    made = share_out(sunrise, cut, sunrise.rosa)
    assert [row.territory.number for row in made] == [1, 3, 4]


def test_a_second_call_finds_nothing_to_give(sunrise: Company) -> None:
    """Repeating it is refused with a reason and gives nothing twice."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise)
    share_out(sunrise, cut, sunrise.rosa)
    with pytest.raises(CutAllAssigned):
        share_out(sunrise, cut, sunrise.rosa, sunrise.rui)
    assert Assignment.objects.count() == 2


def test_reps_without_a_home_are_named(sunrise: Company) -> None:
    """Who lives nearest cannot be said of somebody without a home; nothing is given."""
    settle(sunrise.organisation)
    move(sunrise.rui, None, None)
    with pytest.raises(MemberWithoutHome) as error:
        share_out(sunrise, published_cut(sunrise), sunrise.rosa, sunrise.rui)
    assert error.value.details == {"members": [sunrise.rui.pk]}
    assert not Assignment.objects.exists()


def test_reps_who_left_are_named(sunrise: Company) -> None:
    """Somebody who has left is not given a share."""
    settle(sunrise.organisation)
    Member.objects.filter(pk=sunrise.rui.pk).update(left_on=MONDAY)
    with pytest.raises(MemberLeft) as error:
        share_out(sunrise, published_cut(sunrise), sunrise.rosa, sunrise.rui)
    assert error.value.details == {"members": [sunrise.rui.pk]}


def test_nobody_is_no_crew(sunrise: Company) -> None:
    """An empty list is refused."""
    settle(sunrise.organisation)
    with pytest.raises(NobodyToAssign):
        share_out(sunrise, published_cut(sunrise))


def test_only_a_cut_in_use_is_given_out(sunrise: Company) -> None:
    """Neither a proposal nor a superseded cut."""
    settle(sunrise.organisation)
    old, new = published_cut(sunrise), done_cut(sunrise)
    with pytest.raises(CutNotPublished):
        share_out(sunrise, new, sunrise.rosa)
    publish_cut(actor=sunrise.ada, cut=new, supersedes=old, now=NOON)
    with pytest.raises(CutNotPublished):
        share_out(sunrise, old, sunrise.rosa)


def test_what_is_not_the_actors_does_not_exist(sunrise: Company, moonlight: Company) -> None:
    """Max cannot give to the south; Olga cannot give Sunrise's cut."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise)
    for actor, member in ((sunrise.max, sunrise.sam), (moonlight.olga, moonlight.otto)):
        with pytest.raises(NotFound):
            assign_cut(actor=actor, cut=cut, members=[member], starts_on=MONDAY, now=NOON)
    assert not Assignment.objects.exists()
