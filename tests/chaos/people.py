"""Reps who knock with phones that fail."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Member
from tests.chaos.saying import OFTEN, SAYING, Moment
from tests.phone import Crashed, Fault, NoAnswer, Phone

OUTCOMES = ("no_answer", "refused", "not_interested", "demo", "callback", "sale", "hostile")
SELDOM = ("do_not_knock", "no_soliciting_sign")
PASSWORD = "correct horse battery"
FEW = 3  # doors at which reps meet


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
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        door = self.some_door(campaign)
        if door is None:
            return None
        outcome = self.chance.choice(SELDOM if self.chance.random() < 0.02 else OUTCOMES)
        payload = {
            "campaign": campaign,
            "door": door,
            "outcome": outcome,
            "note": uuid4().hex,
        }
        if outcome == "callback":
            due = self.phone.clock() + timedelta(hours=self.chance.randint(1, 50))
            payload["callback_at"] = due.isoformat()
        self.journal[self.phone.do("visit", payload)] = payload
        return None

    def some_door(self, campaign: int) -> int | str | None:
        """A door that the phone shows, or the id of one that nobody knew."""
        doors = sorted(data["door"]["id"] for data in self.phone.mirror("prospect").values())
        if doors and self.chance.random() < 0.1:
            return self.find(campaign)
        return self.chance.choice(doors) if doors else None

    def tell(self, campaign: int) -> None:
        """Tell something else, often of one of the few doors of which all have something to say."""
        kind, door = self.chance.choice(OFTEN), self.some_door(campaign)
        if door is None:
            return
        if kind == "contact_details" and self.chance.random() < 0.7:
            doors = [data["door"]["id"] for data in self.phone.mirror("prospect").values()]
            door = self.chance.choice(sorted(doors)[:FEW])
        events = sum(op["type"] == "shift_event" for op in self.said.values())
        payload = SAYING[kind](Moment(self.phone, self.chance, campaign, door, events))
        if payload is not None:
            self.say(kind, payload)

    def say(self, kind: str, payload: dict[str, Any]) -> None:
        """Put an operation into the outbox, and write down what is in there."""
        self.phone.do(kind, payload)
        op = self.phone.waiting()[-1]
        self.said[op["id"]] = op

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
            for _ in range(self.chance.randint(0, 4)):
                self.tell(campaign)
            if self.chance.random() < 0.6:
                self.sync()


def wrong_clock(hours: float) -> Callable[[], datetime]:
    """A clock that is so many hours ahead, or behind."""
    return lambda: datetime.now(UTC) + timedelta(hours=hours)
