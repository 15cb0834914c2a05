"""Reps who knock with phones that fail, and managers who take their doors away meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from accounts.models import Member
from canvass.cadence import Cadence, default_cadence
from canvass.do_not_knock import NewEntry, Place, add_entry, lift_entry
from canvass.handing_over import take_away
from canvass.models import Campaign, DoNotKnockEntry
from canvass.rebuilding import change_cadence
from territories.assignments import assign_territory
from territories.errors import TerritoryTaken
from territories.models import LIVE, Assignment
from tests.canvass.world import Town
from tests.phone import Crashed, Fault, NoAnswer, Phone

OUTCOMES = ("no_answer", "refused", "not_interested", "demo", "callback", "sale", "hostile")
SELDOM = ("do_not_knock", "no_soliciting_sign")


def faults(chance: random.Random) -> Callable[[str], Fault | None]:
    """What goes wrong with a request: a push goes out twice, or breaks; the phone dies."""
    kinds = {Fault.TWICE: 0.10, Fault.CUT: 0.05, Fault.HALF: 0.03}

    def fault(what: str) -> Fault | None:
        if what == "answered":
            return Fault.CRASH if chance.random() < 0.04 else None
        if "/sync/" not in what:
            return None
        drawn = chance.random()
        for kind, likely in kinds.items():
            if drawn < likely:
                return kind
            drawn -= likely
        return None

    return fault


@dataclass
class Rep:
    """A rep with a phone, and a journal of what they did, on paper: it never fails."""

    member: Member
    phone: Phone
    chance: random.Random
    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    finds: list[str] = field(default_factory=list)
    crashes: int = 0

    def go_home(self) -> None:
        """Switch the phone off, whichever it is by now."""
        self.phone.switch_off()

    def find(self, campaign: int) -> str | None:
        """Come upon a second door behind an entrance that the phone shows; returns its id."""
        seen = [data["door"] for data in self.phone.mirror("prospect").values()]
        if not seen:
            return None
        house = self.chance.choice(seen)
        told = {name: house[name] for name in ("street", "number", "city", "lon", "lat")}
        told |= {"campaign": campaign, "unit": str(self.chance.randint(2, 4))}
        self.finds.append(self.phone.do("new_door", told))
        return self.finds[-1]

    def knock(self, campaign: int) -> None:
        """Visit a door that the phone shows or that nobody knew, or correct an own visit."""
        corrected = {told.get("supersedes") for told in self.journal.values()}
        open_ones = [pk for pk in self.journal if pk not in corrected]
        if open_ones and self.chance.random() < 0.15:
            return self.correct(self.chance.choice(open_ones))
        doors = [data["door"]["id"] for data in self.phone.mirror("prospect").values()]
        if doors and self.chance.random() < 0.1:
            doors = [self.find(campaign)]
        if not doors:
            return None
        outcome = self.chance.choice(SELDOM if self.chance.random() < 0.02 else OUTCOMES)
        payload = {
            "campaign": campaign,
            "door": self.chance.choice(doors),
            "outcome": outcome,
            "note": uuid4().hex,
        }
        if outcome == "callback":
            due = self.phone.clock() + timedelta(hours=self.chance.randint(1, 50))
            payload["callback_at"] = due.isoformat()
        self.journal[self.phone.do("visit", payload)] = payload
        return None

    def correct(self, wrong: str) -> None:
        """Say that a visit was otherwise."""
        kept = {name: self.journal[wrong][name] for name in ("campaign", "door")}
        payload = {**kept, "outcome": self.chance.choice(OUTCOMES[:4]), "note": uuid4().hex}
        payload["supersedes"] = wrong
        self.journal[self.phone.do("correction", payload)] = payload

    def sync(self) -> None:
        """Sync, if there is a signal; a phone that dies is switched on again."""
        try:
            self.phone.sync(tries=2)
        except NoAnswer:
            time.sleep(self.chance.uniform(0, 0.5))
        except Crashed:
            self.crashes += 1
            self.phone = self.phone.again()

    def work(self, campaign: int, steps: int) -> None:
        """Knock and sync for so many steps."""
        for _ in range(steps):
            for _ in range(self.chance.randint(0, 6)):
                self.knock(campaign)
            if self.chance.random() < 0.6:
                self.sync()


def wrong_clock(hours: float) -> Callable[[], datetime]:
    """A clock that is so many hours ahead, or behind."""
    return lambda: datetime.now(UTC) + timedelta(hours=hours)


def manage(town: Town, reps: list[Member], chance: random.Random, steps: int) -> None:
    """Take territories away, share them, forbid doors and lift that again, and have all rebuilt."""
    try:
        for _ in range(steps):
            chance.choice((reassign, share, forbid, lift, rebuild))(town, reps, chance)
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
