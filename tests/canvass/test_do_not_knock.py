"""Who may be knocked at: what visits say, and what a later visit is measured by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvass.campaigns import work_cut
from canvass.do_not_knock import NewEntry, Place, add_entry, lift_entry
from canvass.do_not_knock_doors import cover_all_again, in_force
from canvass.expiry import Expiry
from canvass.models import DoNotKnockDoor, DoNotKnockEntry, Prospect, Visit, VisitFlag
from canvass.visits import record_visit, record_visits
from territories.models import Door
from tests.canvass import world
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.world import NOW, Town, record

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AREA = square(-73.9, 40.7)


def forbid(town: Town, **place: Any) -> DoNotKnockEntry:
    new = NewEntry(Place(**place), "manager", "America/New_York")
    return add_entry(actor=town.company.max, new=new, now=NOW)


def flagged() -> set[UUID]:
    """The visits that were made where nobody may knock."""
    return set(VisitFlag.objects.filter(kind="do_not_knock").values_list("visit", flat=True))


def knockable(town: Town) -> list[int]:
    rows = Prospect.objects.filter(campaign=town.campaign).knockable(NOW)
    return sorted(rows.values_list("door", flat=True))


def test_a_correction_takes_back_what_was_said(town: Town) -> None:
    """The entry is lifted with the visit that it came from, and its row stays."""
    door = town.north[0]
    said = record(town.company.rosa, town.visit(door, "do_not_knock"))
    assert in_force(door, NOW)
    record(town.company.rosa, town.visit(door, "no_answer", supersedes=said.pk))
    assert not in_force(door, NOW)
    assert DoNotKnockEntry.objects.get().lifted_reason
    assert town.prospect(door).do_not_knock is False


def test_a_replay_says_it_once(town: Town) -> None:
    """One entry, however often the phone sends the visit."""
    new = town.visit(town.north[0], "do_not_knock")
    for _ in range(3):
        record_visit(actor=town.company.rosa, new=new, now=NOW)
    assert DoNotKnockEntry.objects.count() == 1


def test_it_holds_at_once_by_a_fast_clock_too(town: Town) -> None:
    """Two minutes ahead is tolerated: nobody knocks meanwhile, and the visit is no offence."""
    door, ahead = town.north[0], NOW + 2 * MINUTE
    said = record(town.company.rosa, town.visit(door, "do_not_knock", occurred_at=ahead))
    assert said.occurred_at == ahead
    assert in_force(door, NOW)
    assert door.pk not in knockable(town)
    assert flagged() == set()


def test_what_is_uploaded_late_began_with_the_visit(town: Town) -> None:
    """The entry starts when the householder said it."""
    at = NOW - 5 * HOUR
    record(town.company.rosa, town.visit(town.north[0], "do_not_knock", occurred_at=at))
    assert DoNotKnockEntry.objects.get().starts_at == at
    assert in_force(town.north[0], NOW - 4 * HOUR)
    assert not in_force(town.north[0], NOW - 6 * HOUR)


def test_a_visit_where_nobody_may_knock_is_kept_and_told(town: Town) -> None:
    """Of the three visits only the one after the word counts as forbidden."""
    door, times = town.north[0], (NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR)
    kinds = ("no_answer", "do_not_knock", "no_answer")
    made = [
        record(town.company.rosa, town.visit(door, kind, occurred_at=at))
        for kind, at in zip(kinds, times, strict=True)
    ]
    assert flagged() == {made[2].pk}
    assert Visit.objects.count() == 3


def test_who_could_not_know_is_not_blamed(town: Town) -> None:
    """What Rosa heard at one o'clock and uploads at two holds for Max only from two on."""
    door, (rosa, manager) = town.north[0], (town.company.rosa, town.company.max)
    between = record(manager, town.visit(door, occurred_at=NOW - HOUR / 2))
    record(rosa, town.visit(door, "do_not_knock", occurred_at=NOW - HOUR))
    late = record(manager, town.visit(door, occurred_at=NOW - HOUR / 4))
    assert flagged() == set()
    own = record(rosa, town.visit(door, occurred_at=NOW - HOUR / 4))
    after = record(manager, town.visit(door, occurred_at=NOW))
    assert flagged() == {own.pk, after.pk}
    assert {between.pk, late.pk}.isdisjoint(flagged())
    assert VisitFlag.objects.get(visit=own, kind="do_not_knock").details == {
        "since": (NOW - HOUR).isoformat()
    }


def test_what_one_upload_says_and_corrects_forbids_nothing(town: Town) -> None:
    """A slip that the phone corrects before it has a network; what it says twice is said once.

    The slip leaves an entry that is lifted at once, as if each visit had been uploaded by itself.
    """
    rosa, (slip, meant, _) = town.company.rosa, town.north
    wrong, once = town.visit(slip, "do_not_knock"), town.visit(meant, "do_not_knock")
    news = [
        wrong,
        town.visit(slip, "demo", supersedes=wrong.id),
        town.visit(slip, occurred_at=NOW + HOUR),
        once,
        town.visit(meant, "no_soliciting_sign", supersedes=once.id),
        town.visit(meant, occurred_at=NOW + HOUR),
    ]
    answers = record_visits(actor=rosa, news=news, now=NOW + HOUR)
    assert all(answer.is_new for answer in answers)
    entries = DoNotKnockEntry.objects.order_by("door").values_list("door", "visit", "lifted_at")
    assert list(entries) == [(slip.pk, wrong.id, NOW + HOUR), (meant.pk, news[4].id, None)]
    assert flagged() == {news[5].id}


def test_what_was_lifted_forbids_no_visit_afterwards(town: Town) -> None:
    """And did forbid those before."""
    entry = forbid(town, door=town.north[0])
    before = record(
        town.company.rosa, town.visit(town.north[0], occurred_at=NOW + HOUR), NOW + HOUR
    )
    lift_entry(actor=town.company.max, entry=entry, reason="A mistake.", now=NOW + 2 * HOUR)
    after = record(
        town.company.rosa, town.visit(town.north[0], occurred_at=NOW + 3 * HOUR), NOW + 3 * HOUR
    )
    assert flagged() == {before.pk}
    assert after.pk not in flagged()


def test_doors_that_come_later_are_covered_with_the_cut(town: Town) -> None:
    """A new door in an area is a prospect from the next cut on, and never to be knocked at."""
    forbid(town, area=AREA)
    assert knockable(town) == []
    new = world.published_cut(town.company)
    doors = world.place(new, 1, 2)
    Door.objects.filter(pk=doors[1].pk).update(lon=-60.0)
    work_cut(actor=town.company.ada, campaign=town.campaign, cut=new, now=NOW)
    assert knockable(town) == [doors[1].pk]


@pytest.mark.parametrize("place", ["area", "street", "building"])
def test_a_door_that_a_visit_makes_known_is_covered(town: Town, place: str) -> None:
    """A rep's visit to a new door makes it a prospect: the entries hold there too."""
    where: dict[str, Any] = {"area": AREA, "street": "Elm Street"}
    door = world.make_door(town.company.organisation, "new")
    where["building"] = door.building
    forbid(town, **{place: where[place]})
    DoNotKnockDoor.objects.filter(door=door).delete()  # as if the door had come after the entry
    record(town.company.ada, town.visit(door))
    assert in_force(door, NOW)


def test_doors_that_move_or_change_are_covered_anew(town: Town) -> None:
    """By the hourly task; running it again changes nothing."""
    forbid(town, area=AREA)
    moved = town.north[0]
    Door.objects.filter(pk=moved.pk).update(lon=-60.0)
    assert cover_all_again(NOW) == 1
    assert knockable(town) == [moved.pk]
    assert cover_all_again(NOW) == 0
    Door.objects.filter(pk=moved.pk).update(lon=-73.9)
    assert (cover_all_again(NOW), knockable(town)) == (1, [])


@given(
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.sampled_from(["days", "years", "year_end"]),
    st.integers(1, 40),
)
def test_what_ends_ends_after_it_starts(day: date, kind: str, count: int) -> None:
    """On a day that the rule's words name."""
    over = Expiry(kind, 0 if kind == "year_end" else count).first_day_over(day)
    assert over is not None
    if kind == "days":
        assert (over - day).days == count
    elif kind == "years":
        assert over.year == day.year + count
        assert (over.month, over.day) in {(day.month, day.day), (3, 1)}
    else:
        assert over - timedelta(days=1) == date(day.year, 12, 31)


def test_a_year_after_a_leap_day() -> None:
    """Is the first of March, or the leap day of the fourth year."""
    leap = date(2028, 2, 29)
    assert Expiry("years", 1).first_day_over(leap) == date(2029, 3, 1)
    assert Expiry("years", 4).first_day_over(leap) == date(2032, 2, 29)


def test_an_end_is_a_midnight_of_the_place() -> None:
    """The start's local day counts, not the one in UTC."""
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert Expiry("year_end").ends_at(late, "UTC") == datetime(2027, 1, 1, tzinfo=UTC)
    tokyo = Expiry("year_end").ends_at(late, "Asia/Tokyo")
    assert tokyo == datetime(2027, 12, 31, 15, tzinfo=UTC)
    assert replace(Expiry(), kind="never").ends_at(late, "UTC") is None
