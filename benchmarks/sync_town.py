"""The company of `benchmarks.sync`: reps with a street each, in a campaign that goes on today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Member, Organisation, Role, User
from accounts.organisations import create_organisation
from canvass.campaigns import CampaignPlan, create_campaign, work_cut
from common.clock import local_day
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

WEST, SOUTH, STREET_DEG, HOUSE_DEG = -76.6, 39.0, 0.001, 0.0002
EVENING, FURTHEST_WEST = 18, 12  # by the clock; hours behind UTC


def settle(*, reps: int, doors: int, password: str, now: datetime) -> int:
    """Found the company, each rep with a street of so many doors; returns its campaign's id.

    All have one password, and its one hash: how long that takes is measured when they sign in.
    """
    admin = create_organisation(
        name="Bench", admin_email=email(0), admin_name="Ada", password=password, now=now
    )
    zone = evening_zone(now)
    first = local_day(now, zone) - timedelta(days=7)
    days = (first, first + timedelta(days=90), zone, "USD", time(16), time(20), 90)
    campaign = create_campaign(actor=admin, plan=CampaignPlan("Bench", *days), now=now)
    members = hire(admin, reps, make_password(password))
    ours = {"organisation": admin.organisation}
    done = {"state": RunState.DONE, "status": CutStatus.PUBLISHED, "published_at": now}
    cut = CutRun.objects.create(**ours, name="Bench", created_at=now, sent_at=now, **done)
    territories = Territory.objects.bulk_create(
        Territory(**ours, cut=cut, number=number + 1, **street(number, doors))
        for number in range(reps)
    )
    homes = build(admin.organisation, reps, doors)
    TerritoryDoor.objects.bulk_create(
        TerritoryDoor(**ours, cut=cut, territory=territories[at // doors], door=home)
        for at, home in enumerate(homes)
    )
    Assignment.objects.bulk_create(
        Assignment(**ours, territory=each, member=member, starts_on=first, created_at=now)
        for each, member in zip(territories, members, strict=True)
    )
    work_cut(actor=admin, campaign=campaign, cut=cut, now=now)
    return campaign.pk


def email(number: int) -> str:
    """The address of the rep with that number, from 1; 0 is the admin's."""
    return f"rep{number}@bench.example"


def evening_zone(now: datetime) -> str:
    """A time zone where it is evening, whenever this runs: that is when people knock."""
    behind = (now.hour - EVENING + FURTHEST_WEST - 1) % 24 - FURTHEST_WEST + 1
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


def hire(admin: Member, reps: int, password_hash: str) -> Sequence[Member]:
    """So many reps."""
    users = User.objects.bulk_create(
        User(email=email(number), name=f"Rep {number}", password=password_hash)
        for number in range(1, reps + 1)
    )
    ours = {"organisation": admin.organisation, "team": admin.team, "role": Role.REP}
    return Member.objects.bulk_create(Member(**ours, user=user) for user in users)


def street(number: int, doors: int) -> dict[str, Any]:
    """What a territory says of itself: one street, from west to east."""
    lat = SOUTH + STREET_DEG * number
    box = {"west": WEST, "south": lat, "east": WEST + HOUSE_DEG * doors, "north": lat + HOUSE_DEG}
    work = {"door_count": doors, "expected_minutes": 1.5 * doors, "outline": None}
    return {"name": f"Street {number + 1}", **work, **box}


def build(organisation: Organisation, streets: int, doors: int) -> Sequence[Door]:
    """The homes of so many streets, street by street, each in a building of its own."""
    places = [
        {
            "organisation": organisation,
            "key": f"{row}-{at}",
            "lon": WEST + HOUSE_DEG * at,
            "lat": SOUTH + STREET_DEG * row,
            "quadkey": 0,
        }
        for row in range(streets)
        for at in range(doors)
    ]
    buildings = Building.objects.bulk_create(
        Building(**place, street=f"Street {place['key']}", number="1", city="Bench")
        for place in places
    )
    return Door.objects.bulk_create(
        Door(**place, building=building, use="home", dataset="bench")
        for place, building in zip(places, buildings, strict=True)
    )
