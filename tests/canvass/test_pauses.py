"""Pauses of shifts, and the longest walking: the campaign's, or the shift's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from canvass.errors import CampaignInvalid, ShiftPauseInvalid
from canvass.models import Campaign, Shift
from canvass.pauses import Pause
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from tests.canvass.world import NOW, PLAN, TODAY, Town, local

SUPPER: dict[str, Any] = {
    "pause_s": 1800, "pause_from": time(17, 30), "pause_to": time(18, 30), "most_walk_s": 5400,
}  # fmt: skip


@pytest.fixture
def supper(town: Town) -> Town:
    """The campaign pauses half an hour, beginning from half past five to half past six."""
    Campaign.objects.filter(pk=town.campaign.pk).update(**SUPPER)
    town.campaign.refresh_from_db()
    return town


def schedule(town: Town, **more: Any) -> Shift:
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY, **more)
    return schedule_shift(actor=town.company.ada, plan=plan, now=NOW)


def pause(shift: Shift) -> Pause:
    return Pause(shift.pause_s, shift.pause_from, shift.pause_to)


def test_shifts_pause_as_their_campaign_says(supper: Town) -> None:
    """By the clocks of its day, for one shift and for everybody's."""
    expected = Pause(1800, local(10, 17, 30), local(10, 18, 30))
    shifts = [schedule(supper), *schedule_day(
        actor=supper.company.ada, campaign=supper.campaign, day=date(2026, 6, 10), now=NOW
    )]  # fmt: skip
    assert [pause(shift) for shift in shifts] == [expected] * 3
    assert {shift.most_walk_s for shift in shifts} == {5400}


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "expected"),
    [
        (local(10, 18), local(10, 20), Pause(1800, local(10, 18), local(10, 18, 30))),
        (local(10, 17), local(10, 18, 30), Pause(1800, local(10, 17, 30), local(10, 18))),
        (local(10, 18, 31), local(10, 20), Pause()),
        (local(10, 16), local(10, 17, 59), Pause()),
    ],
)
def test_a_shift_of_other_hours_pauses_where_it_can(
    supper: Town, starts_at: Any, ends_at: Any, expected: Pause
) -> None:
    """Later or earlier within the campaign's window, or not at all."""
    assert pause(schedule(supper, starts_at=starts_at, ends_at=ends_at)) == expected


def test_a_shift_may_have_its_own_pause_or_none(supper: Town) -> None:
    """And a limit of its own."""
    own = Pause(600, local(10, 19), local(10, 19))
    assert pause(schedule(supper, pause=own)) == own
    Shift.objects.all().delete()
    none = schedule(supper, pause=Pause(), most_walk_s=3600)
    assert (pause(none), none.most_walk_s) == (Pause(), 3600)


@pytest.mark.parametrize(
    "own",
    [
        Pause(600),
        Pause(0, local(10, 17), local(10, 18)),
        Pause(600, local(10, 18), local(10, 17)),
        Pause(600, local(10, 15, 59), local(10, 18)),
        Pause(600, local(10, 19), local(10, 19, 51)),
        Pause(600, None, local(10, 19)),
        Pause(-600, local(10, 17), local(10, 18)),
    ],
)
def test_a_pause_is_over_before_its_shift_is(town: Town, own: Pause) -> None:
    """However late it begins; and it has a beginning and a length, or neither."""
    with pytest.raises(ShiftPauseInvalid):
        schedule(town, pause=own)
    assert not Shift.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"pause_from": None},
        {"pause_s": 0},
        {"pause_s": 14401},
        {"pause_from": time(18, 31)},
        {"pause_from": time(15, 59)},
        {"pause_to": time(19, 31)},
        {"shift_ends_at": time(18, 59)},
    ],
)
def test_a_campaigns_pause_lies_within_its_shifts(changes: dict[str, Any]) -> None:
    """Also when the hours change later."""
    plan = replace(PLAN, **SUPPER)
    with pytest.raises(CampaignInvalid) as caught:
        replace(plan, **changes)
    assert caught.value.details == {"field": "pause_s"}


def test_the_database_refuses_half_a_pause(supper: Town) -> None:
    """Of a campaign as of a shift, whoever writes the row."""
    shift = schedule(supper)
    for row in (supper.campaign, shift):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(pause_from=None)
