"""What managers do while reps are out: take their doors away, forbid, lift, decide, plan anew."""

from __future__ import annotations

import random

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Member
from canvass.cadence import Cadence, default_cadence
from canvass.contacts import decide_review
from canvass.do_not_knock import NewEntry, Place, add_entry, lift_entry
from canvass.handing_over import take_away
from canvass.models import (
    Campaign,
    ContactDecision,
    ContactReview,
    DoNotKnockEntry,
    Shift,
)
from canvass.rebuilding import change_cadence
from canvass.sync.feed import Own, mark
from routing.models import Route
from territories.assignments import assign_territory
from territories.errors import TerritoryTaken
from territories.models import LIVE, Assignment
from tests.canvass.world import Town
from tests.routing.rows import plain_route


def manage(town: Town, reps: list[Member], chance: random.Random, steps: int) -> None:
    """So many things, one after the other."""
    doing = (reassign, share, forbid, lift, rebuild, decide, decide, plan_anew)
    try:
        for _ in range(steps):
            chance.choice(doing)(town, reps, chance)
    finally:
        connection.close()


def reassign(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Give somebody's territory to somebody else."""
    live = list(Assignment.objects.filter(state__in=LIVE).order_by("pk"))
    if not live:
        return
    try:
        take_away(
            actor=town.company.ada,
            assignment=chance.choice(live),
            reason="",
            hand_to=chance.choice(reps),
            now=timezone.now(),
        )
    except TerritoryTaken:
        return


def share(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Give a territory to somebody besides."""
    try:
        assign_territory(
            actor=town.company.ada,
            territory=town.territory(chance.choice((1, 2))),
            member=chance.choice(reps),
            starts_on=timezone.now().date(),
            shared=True,
            now=timezone.now(),
        )
    except TerritoryTaken:
        return


def forbid(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Let nobody knock at a door any more."""
    place = Place(door=chance.choice([*town.north, *town.south]))
    new = NewEntry(place, "manager", town.campaign.time_zone)
    add_entry(actor=town.company.ada, new=new, now=timezone.now())


def lift(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Lift an entry, whoever made it."""
    entries = list(DoNotKnockEntry.objects.filter(lifted_at=None).order_by("pk"))
    if entries:
        entry = chance.choice(entries)
        lift_entry(actor=town.company.ada, entry=entry, reason="Moved", now=timezone.now())


def rebuild(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Have a worker compute all prospects anew, by the cadence that they have."""
    campaign = Campaign.objects.get(pk=town.campaign.pk)
    cadence = Cadence.of(default_cadence(), campaign.time_zone)
    change_cadence(actor=town.company.ada, campaign=campaign, cadence=cadence, now=timezone.now())


def decide(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Say whose contact details are right."""
    reviews = list(ContactReview.objects.filter(decision=ContactDecision.OPEN).order_by("pk"))
    if reviews:
        decide_review(
            actor=town.company.ada,
            review=chance.choice(reviews),
            decision=chance.choice((ContactDecision.SERVER, ContactDecision.PHONE)),
            now=timezone.now(),
        )


def plan_anew(town: Town, reps: list[Member], chance: random.Random) -> None:
    """Let another route take the place of a shift's."""
    shift = chance.choice(list(Shift.objects.order_by("pk")))
    with transaction.atomic():
        Route.objects.filter(shift=shift, is_current=True).update(is_current=False)
        plain_route(shift, *chance.sample([*town.north, *town.south], 5))
        mark(own=[Own(shift.member_id, "route", str(shift.pk))])
