"""Streets, territories and a campaign for the tests of canvass, made row by row.

It is 18:00 UTC on Wednesday, 10 June 2026; Sunrise's summer campaign runs in New York, where it is
14:00. Its cut has two territories of three doors: the north is Rosa's, the south Sam's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Member
from canvass.campaigns import CampaignPlan, add_missing_prospects
from canvass.models import Campaign, Outcome, Prospect, Visit
from canvass.new_visits import NewVisit
from canvass.outcomes import add_default_outcomes
from canvass.visits import record_visit
from common.ids import uuid7
from common.runs import RunState
from territories.models import (
    Assignment,
    Building,
    CutRun,
    CutStatus,
    Door,
    Territory,
    TerritoryDoor,
)
from tests.cast import NOON, Company

NOW = datetime(2026, 6, 10, 18, 0, tzinfo=UTC)
TODAY = date(2026, 6, 10)

PLAN = CampaignPlan(
    name="Summer",
    starts_on=date(2026, 6, 1),
    ends_on=date(2026, 9, 1),
    time_zone="America/New_York",
    currency="USD",
    shift_starts_at=time(16, 0),
    shift_ends_at=time(20, 0),
    door_s=90,
)


@dataclass(frozen=True)
class Town:
    """A company's campaign with the doors that it works; doors are by territory."""

    company: Company
    campaign: Campaign
    cut: CutRun
    north: list[Door]
    south: list[Door]

    def territory(self, number: int) -> Territory:
        """The territory with that number: 1 is the north, 2 the south."""
        return Territory.objects.get(cut=self.cut, number=number)

    def prospect(self, door: Door) -> Prospect:
        """The prospect of a door, as it is now."""
        return Prospect.objects.get(campaign=self.campaign, door=door)

    def visit(self, door: Door, outcome: str = "no_answer", **more: Any) -> NewVisit:
        """A visit to a door of the town just now, unless said otherwise."""
        at = more.pop("occurred_at", NOW)
        return NewVisit(
            id=more.pop("id", None) or uuid7(at),
            campaign_id=self.campaign.pk,
            door_id=door.pk,
            outcome=outcome,
            occurred_at=at,
            **more,
        )


def sunrise_town(company: Company) -> Town:
    """The town of the module's docstring."""
    add_default_outcomes(organisation=company.organisation)
    cut = published_cut(company)
    north, south = place(cut, 1, 3), place(cut, 2, 3)
    campaign = make_campaign(company, cut=cut)
    add_missing_prospects(campaign_id=campaign.pk, cut_id=cut.pk)
    town = Town(company, campaign, cut, north, south)
    assign(town.territory(1), company.rosa)
    assign(town.territory(2), company.sam)
    return town


def make_campaign(company: Company, cut: CutRun | None = None, **changes: Any) -> Campaign:
    """A campaign of the company, by PLAN and `changes` to it."""
    fields = vars(replace(PLAN, **changes))
    return Campaign.objects.create(
        organisation=company.organisation,
        cut=cut,
        cut_at=NOON if cut else None,
        created_at=NOON,
        **fields,
    )


def published_cut(company: Company, status: str = CutStatus.PUBLISHED) -> CutRun:
    """A cut that is done, and published unless said otherwise."""
    return CutRun.objects.create(
        organisation=company.organisation,
        name="Cut",
        state=RunState.DONE,
        status=status,
        created_at=NOON,
        sent_at=NOON,
        published_at=NOON,
    )


def place(cut: CutRun, number: int, doors: int | list[Door]) -> list[Door]:
    """A territory of the cut with these doors, or so many new ones on a street of its own."""
    if isinstance(doors, int):
        doors = [make_door(cut.organisation, f"{cut.pk}-{number}-{n}") for n in range(1, doors + 1)]
    territory = Territory.objects.create(
        organisation=cut.organisation,
        cut=cut,
        number=number,
        name=f"Territory {number}",
        door_count=len(doors),
        expected_minutes=10.0,
        outline=None,
        west=-74.0 + number,
        south=40.0 + number,
        east=-73.5 + number,
        north=41.0 + number,
    )
    TerritoryDoor.objects.bulk_create(
        TerritoryDoor(organisation=cut.organisation, cut=cut, territory=territory, door=door)
        for door in doors
    )
    return doors


def make_door(organisation: Any, key: str) -> Door:
    """A home with a building of its own; `key` is unique in the organisation."""
    where = {"organisation": organisation, "key": key, "lon": -73.9, "lat": 40.7, "quadkey": 0}
    building = Building.objects.create(**where, street="Elm Street", number=key, city="Yonkers")
    return Door.objects.create(**where, building=building, use="home", dataset="test")


def assign(
    territory: Territory, member: Member, starts_on: date = PLAN.starts_on, **more: Any
) -> Assignment:
    """Give a territory to a member, from the campaign's first day unless said otherwise."""
    return Assignment.objects.create(
        organisation_id=territory.organisation_id,
        territory=territory,
        member=member,
        starts_on=starts_on,
        created_at=NOON,
        **more,
    )


def record(actor: Member, new: NewVisit, now: datetime = NOW) -> Visit:
    """Record a visit that is new."""
    visit, is_new = record_visit(actor=actor, new=new, now=now)
    assert is_new
    return visit


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of June 2026 by the clocks of New York, which are four hours behind UTC."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(PLAN.time_zone))


def outcome(company: Company, code: str) -> Outcome:
    """The company's outcome with that code."""
    return Outcome.objects.get(organisation=company.organisation, code=code)


@contextmanager
def undone() -> Iterator[None]:
    """What the block writes is taken back, so that every example starts with the same town."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
