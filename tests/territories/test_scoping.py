"""Who sees which doors, buildings, territories and assignments."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Member
from territories.assignment_states import end_assignment
from territories.models import (
    Assignment,
    Building,
    CutRun,
    Door,
    DoorSnap,
    ImportRun,
    SnapRun,
    StreetMap,
    Territory,
    TerritoryDoor,
)
from tests.cast import NOON, Company
from tests.territories.town import (
    MONDAY,
    done_cut,
    give,
    house,
    published_cut,
    settle,
    territory,
)
from tests.territories.town_streets import mapped


@pytest.fixture
def streets(sunrise: Company, moonlight: Company) -> CutRun:
    """Sunrise's town, cut into A and B; Moonlight has a house and a cut of its own there."""
    settle(sunrise.organisation, streets=2, houses=4)
    house(moonlight.organisation, street="A", number="1", at=(0, 0))
    published_cut(moonlight, territories=1)
    return published_cut(sunrise)


def doors_seen(member: Member) -> list[str]:
    rows = Door.objects.for_member(member).order_by("pk")
    return [f"{door.building.street}{door.building.number}" for door in rows]


def test_a_rep_sees_only_the_doors_of_assigned_territories(
    sunrise: Company, streets: CutRun
) -> None:
    """Rosa has one territory, Rui the other, Sam none: nobody sees another's door."""
    west, east = (territory(streets, number) for number in (1, 2))
    give(sunrise, west, sunrise.rosa)
    give(sunrise, east, sunrise.rui)
    hers, his = doors_seen(sunrise.rosa), doors_seen(sunrise.rui)
    assert len(hers) == len(his) == 4
    assert not set(hers) & set(his)
    assert doors_seen(sunrise.sam) == []
    assert list(Territory.objects.for_member(sunrise.rosa)) == [west]
    assert list(Assignment.objects.for_member(sunrise.rosa)) == list(west.assignments.all())


def test_a_rep_sees_the_buildings_of_those_doors_and_no_other(
    sunrise: Company, streets: CutRun
) -> None:
    """Each building once, also where it has several doors."""
    west = territory(streets)
    for door in list(Door.objects.filter(placements__territory=west)):
        flat = Door.objects.create(
            organisation=sunrise.organisation, building=door.building, key=f"flat {door.pk}",
            lon=door.lon, lat=door.lat, quadkey=door.quadkey, dataset="town",
        )  # fmt: skip
        TerritoryDoor.objects.create(
            organisation=sunrise.organisation, cut=streets, territory=west, door=flat
        )
    give(sunrise, west, sunrise.rosa)
    seen = list(Building.objects.for_member(sunrise.rosa).order_by("pk"))
    expected = Building.objects.filter(doors__placements__territory=west).distinct()
    assert seen == list(expected.order_by("pk"))
    assert len(seen) == 4


def test_a_door_in_two_assigned_territories_is_seen_once(sunrise: Company, streets: CutRun) -> None:
    """Two cuts may both be given to Rosa; her list has no doubles."""
    give(sunrise, territory(streets), sunrise.rosa)
    give(sunrise, territory(published_cut(sunrise, territories=1)), sunrise.rosa)
    assert len(doors_seen(sunrise.rosa)) == 8
    assert Door.objects.for_member(sunrise.rosa).count() == 8


def test_what_was_taken_back_is_no_longer_seen(sunrise: Company, streets: CutRun) -> None:
    """Ending the assignment hides doors, buildings and territory at once; the history stays."""
    given = give(sunrise, territory(streets), sunrise.rosa)
    end_assignment(actor=sunrise.max, assignment=given, now=NOON)
    assert doors_seen(sunrise.rosa) == []
    assert not Building.objects.for_member(sunrise.rosa).exists()
    assert not Territory.objects.for_member(sunrise.rosa).exists()
    assert list(Assignment.objects.for_member(sunrise.rosa)) == [given]


def test_an_assignment_that_begins_later_shows_its_doors(sunrise: Company, streets: CutRun) -> None:
    """A rep may prepare: the doors show from the moment the assignment is made."""
    with time_machine.travel(NOON, tick=False):
        give(sunrise, territory(streets), sunrise.rosa, starts_on=MONDAY + timedelta(days=30))
        assert len(doors_seen(sunrise.rosa)) == 4


def test_an_assignment_whose_last_day_is_over_everywhere_shows_nothing(
    sunrise: Company, streets: CutRun
) -> None:
    """Until Wednesday, exclusive: on Tuesday in Hawaii, Wednesday UTC, it shows; then no more."""
    wednesday = MONDAY + timedelta(days=2)
    give(sunrise, territory(streets), sunrise.rosa, ends_on=wednesday)
    for hours, expected in ((0, 4), (48 + 11, 4), (48 + 12, 0)):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            assert len(doors_seen(sunrise.rosa)) == expected


def test_managers_and_admins_see_the_organisation_and_no_other(
    sunrise: Company, moonlight: Company, streets: CutRun
) -> None:
    """All eight doors for Max, Mona and Ada; Olga has her one."""
    for manager in (sunrise.max, sunrise.mona, sunrise.ada):
        assert len(doors_seen(manager)) == 8
        assert Territory.objects.for_member(manager).count() == 2
    assert doors_seen(moonlight.olga) == ["A1"]
    assert Territory.objects.for_member(moonlight.olga).count() == 1


def test_a_manager_sees_the_assignments_of_the_subtree(sunrise: Company, streets: CutRun) -> None:
    """Max sees Rosa's, Mona sees Sam's, Ada sees both."""
    hers = give(sunrise, territory(streets, 1), sunrise.rosa)
    his = give(sunrise, territory(streets, 2), sunrise.sam)
    assert list(Assignment.objects.for_member(sunrise.max)) == [hers]
    assert list(Assignment.objects.for_member(sunrise.mona)) == [his]
    assert set(Assignment.objects.for_member(sunrise.ada)) == {hers, his}


def test_cuts_and_imports_are_not_for_reps(sunrise: Company, streets: CutRun) -> None:
    """Not even with a territory of the cut in hand; for managers they are."""
    give(sunrise, territory(streets), sunrise.rosa)
    run = ImportRun.objects.create(
        organisation=sunrise.organisation, format="csv", created_at=NOON, sent_at=NOON
    )
    assert not CutRun.objects.for_member(sunrise.rosa).exists()
    assert not ImportRun.objects.for_member(sunrise.rosa).exists()
    assert list(CutRun.objects.for_member(sunrise.max)) == [streets]
    assert list(ImportRun.objects.for_member(sunrise.max)) == [run]


def test_street_maps_are_not_for_reps_and_snaps_go_with_doors(
    sunrise: Company, moonlight: Company, streets: CutRun
) -> None:
    """Managers see their company's; a rep sees the snaps of the doors in hand, and no map."""
    street_map, theirs = mapped(sunrise), mapped(moonlight)
    give(sunrise, territory(streets), sunrise.rosa)
    assert list(StreetMap.objects.for_member(sunrise.max)) == [street_map]
    assert list(StreetMap.objects.for_member(moonlight.olga)) == [theirs]
    assert not StreetMap.objects.for_member(sunrise.rosa).exists()
    assert not SnapRun.objects.for_member(sunrise.rosa).exists()
    hers = set(DoorSnap.objects.for_member(sunrise.rosa).values_list("door", flat=True))
    assert hers == set(Door.objects.for_member(sunrise.rosa).values_list("pk", flat=True))
    assert len(hers) == 4
    assert DoorSnap.objects.for_member(sunrise.mona).count() == 8
    assert DoorSnap.objects.for_member(moonlight.olga).count() == 1


def test_a_proposal_of_nobody_is_seen_by_no_rep(sunrise: Company, streets: CutRun) -> None:
    """Territories that are not assigned are hidden, whatever their cut's status."""
    done_cut(sunrise, territories=3)
    assert not Territory.objects.for_member(sunrise.rosa).exists()


def test_assignments_on_a_day_are_half_open(sunrise: Company, streets: CutRun) -> None:
    """Monday to Wednesday holds on Monday and Tuesday, not on Sunday and Wednesday."""
    given = give(sunrise, territory(streets), sunrise.rosa, ends_on=MONDAY + timedelta(days=2))
    days = [MONDAY + timedelta(days=offset) for offset in range(-1, 3)]
    holds = [list(Assignment.objects.on(day)) == [given] for day in days]
    assert holds == [False, True, True, False]
    end_assignment(actor=sunrise.ada, assignment=given, now=NOON)
    assert not Assignment.objects.on(MONDAY).exists()
