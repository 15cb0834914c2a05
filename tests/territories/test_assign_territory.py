"""Giving one territory to one member."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from common.errors import NotFound
from territories.assignment_states import end_assignment
from territories.assignments import assign_territory
from territories.cuts import publish_cut
from territories.errors import (
    AssignmentDatesInvalid,
    CutNotPublished,
    MemberLeft,
    TerritoryTaken,
)
from territories.models import Assignment, Territory
from tests.cast import NOON, Company
from tests.territories.town import MONDAY, done_cut, give, published_cut, settle, territory

FRIDAY, NEXT_MONDAY = date(2026, 6, 5), date(2026, 6, 8)


@pytest.fixture
def place(sunrise: Company) -> Territory:
    """A territory that may be worked."""
    settle(sunrise.organisation)
    return territory(published_cut(sunrise))


def test_a_territory_is_given_from_a_day_on(sunrise: Company, place: Territory) -> None:
    """The row says what, to whom, from when, by whom, and is open."""
    made = assign_territory(
        actor=sunrise.max, territory=place, member=sunrise.rosa, starts_on=MONDAY, now=NOON
    )
    found = Assignment.objects.get()
    assert found == made
    assert (found.territory, found.member, found.assigned_by) == (place, sunrise.rosa, sunrise.max)
    assert (found.starts_on, found.ends_on, found.ended_at) == (MONDAY, None, None)
    assert (found.organisation, found.created_at) == (sunrise.organisation, NOON)


def test_repeating_an_assignment_changes_nothing(sunrise: Company, place: Territory) -> None:
    """The same wish answers the same row, for open and for dated assignments."""
    first = give(sunrise, place, sunrise.rosa, ends_on=FRIDAY)
    assert give(sunrise, place, sunrise.rosa, ends_on=FRIDAY) == first
    second = give(sunrise, place, sunrise.rosa, starts_on=FRIDAY)
    assert give(sunrise, place, sunrise.rosa, starts_on=FRIDAY) == second
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 5, 1), None),
        (date(2026, 5, 1), date(2026, 6, 2)),
        (MONDAY, FRIDAY),
        (date(2026, 6, 2), date(2026, 6, 3)),
        (date(2026, 6, 4), None),
    ],
)
def test_somebody_elses_days_are_not_given_away(
    sunrise: Company, place: Territory, starts_on: date, ends_on: date | None
) -> None:
    """While Rosa works Monday to Friday, no period that shares a day with hers is Rui's."""
    taken = give(sunrise, place, sunrise.rosa, ends_on=FRIDAY)
    with pytest.raises(TerritoryTaken) as error:
        assign_territory(
            actor=sunrise.max,
            territory=place,
            member=sunrise.rui,
            starts_on=starts_on,
            ends_on=ends_on,
            now=NOON,
        )
    assert error.value.details == {"territory": place.pk, "assignments": [taken.pk]}
    assert Assignment.objects.count() == 1


def test_days_that_only_touch_are_free(sunrise: Company, place: Territory) -> None:
    """Periods are half-open: Rui may start where Rosa's ends and end where it starts."""
    give(sunrise, place, sunrise.rosa, ends_on=FRIDAY)
    give(sunrise, place, sunrise.rui, starts_on=FRIDAY, ends_on=NEXT_MONDAY)
    give(sunrise, place, sunrise.rui, starts_on=date(2026, 5, 1), ends_on=MONDAY)
    assert Assignment.objects.count() == 3


def test_a_territory_that_was_taken_back_is_free(sunrise: Company, place: Territory) -> None:
    """What has ended early is in nobody's way."""
    first = give(sunrise, place, sunrise.rosa)
    end_assignment(actor=sunrise.max, assignment=first, now=NOON)
    assert give(sunrise, place, sunrise.rui).member == sunrise.rui


def test_a_territory_is_shared_on_purpose(sunrise: Company, place: Territory) -> None:
    """Rui may join Rosa when the manager says so."""
    give(sunrise, place, sunrise.rosa)
    joined = assign_territory(
        actor=sunrise.max,
        territory=place,
        member=sunrise.rui,
        starts_on=MONDAY,
        shared=True,
        now=NOON,
    )
    assert joined.shared
    assert Assignment.objects.count() == 2


def test_nobody_shares_a_territory_with_themselves(sunrise: Company, place: Territory) -> None:
    """Other dates for the same member are a conflict, shared or not: end the first one."""
    give(sunrise, place, sunrise.rosa)
    with pytest.raises(TerritoryTaken):
        assign_territory(
            actor=sunrise.max,
            territory=place,
            member=sunrise.rosa,
            starts_on=FRIDAY,
            shared=True,
            now=NOON,
        )


def test_a_conflict_does_not_name_assignments_out_of_sight(
    sunrise: Company, place: Territory
) -> None:
    """Max learns that the territory is taken, not the id of an assignment in Mona's team."""
    give(sunrise, place, sunrise.sam)
    with pytest.raises(TerritoryTaken) as error:
        assign_territory(
            actor=sunrise.max, territory=place, member=sunrise.rosa, starts_on=MONDAY, now=NOON
        )
    assert error.value.details["assignments"] == []


@pytest.mark.parametrize("ends_on", [MONDAY, date(2026, 5, 31)])
def test_an_assignment_lasts_at_least_a_day(
    sunrise: Company, place: Territory, ends_on: date
) -> None:
    """An end on or before the start is refused."""
    with pytest.raises(AssignmentDatesInvalid):
        give(sunrise, place, sunrise.rosa, ends_on=ends_on)


def test_a_proposed_cut_is_not_worked(sunrise: Company) -> None:
    """Territories of a draft cannot be given out."""
    settle(sunrise.organisation)
    with pytest.raises(CutNotPublished):
        give(sunrise, territory(done_cut(sunrise)), sunrise.rosa)


def test_a_superseded_cut_is_not_worked(sunrise: Company, place: Territory) -> None:
    """Nor can those of a cut that another has replaced."""
    publish_cut(actor=sunrise.ada, cut=done_cut(sunrise), supersedes=place.cut, now=NOON)
    with pytest.raises(CutNotPublished):
        give(sunrise, place, sunrise.rosa)


def test_who_has_left_gets_no_territory(sunrise: Company, place: Territory) -> None:
    """The row in the database counts, not what the caller remembers."""
    rosa = sunrise.rosa
    type(rosa).objects.filter(pk=rosa.pk).update(left_on=MONDAY)
    with pytest.raises(MemberLeft) as error:
        give(sunrise, place, rosa)
    assert error.value.details == {"members": [rosa.pk]}


def test_a_manager_gives_only_to_the_own_subtree(sunrise: Company, place: Territory) -> None:
    """For Max of the north, Sam of the south does not exist; for Ada he does."""
    with pytest.raises(NotFound):
        assign_territory(
            actor=sunrise.max, territory=place, member=sunrise.sam, starts_on=MONDAY, now=NOON
        )
    assert give(sunrise, place, sunrise.sam).member == sunrise.sam


def test_another_companys_people_and_territories_do_not_exist(
    sunrise: Company, moonlight: Company, place: Territory
) -> None:
    """Neither can Ada give to Otto, nor Olga give Sunrise's territory, nor Rosa give at all."""
    for actor, member in (
        (sunrise.ada, moonlight.otto),
        (moonlight.olga, moonlight.otto),
        (moonlight.olga, sunrise.rosa),
        (sunrise.rosa, sunrise.rosa),
    ):
        with pytest.raises(NotFound):
            assign_territory(
                actor=actor, territory=place, member=member, starts_on=MONDAY, now=NOON
            )
    assert not Assignment.objects.exists()


def test_the_database_holds_one_open_assignment_for_each_territory(
    sunrise: Company, place: Territory
) -> None:
    """Code that forgets to ask cannot make a second open assignment that is not shared."""
    row = give(sunrise, place, sunrise.rosa)
    row.pk, row.member = None, sunrise.rui
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    row.shared = True
    row.save(force_insert=True)
