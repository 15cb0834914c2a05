"""What reps tell beside visits, as far as their phones show what to tell it of."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.phone import Phone

Json = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """A rep before a door, with a phone; `door` is an id, or that of the operation that found it.

    `events` of the shift have been told before.
    """

    phone: Phone
    chance: random.Random
    campaign: int
    door: int | str
    events: int

    @property
    def here(self) -> Json:
        """The door, as payloads name it."""
        return {"campaign": self.campaign, "door": self.door}

    def one(self, entity: str) -> Json | None:
        """One of the things that the phone shows, if there is any."""
        shown = list(self.phone.mirror(entity).values())
        return self.chance.choice(shown) if shown else None


def contact(moment: Moment) -> Json:
    """Some of the details of who lives there; nobody says the same twice."""
    chance = moment.chance
    details = {
        "name": f"Kim {uuid4().hex}",
        "phone": f"+1201{chance.randint(2_000_000, 9_999_999)}",
        "email": f"{uuid4().hex}@neighbours.example",
        "language": "qq-" + "".join(chance.choices(string.ascii_letters, k=4)),
    }
    names = chance.sample(sorted(details), chance.randint(1, 3))
    return {**moment.here, **{name: details[name] for name in names}}


def move(moment: Moment) -> Json | None:
    """Another time for a callback."""
    callback = moment.one("callback")
    due = moment.phone.clock() + timedelta(hours=moment.chance.randint(1, 50))
    return callback and {"visit": callback["id"], "callback_at": due.isoformat()}


def sale(moment: Moment) -> Json | None:
    """Some of a product, to be paid when it comes."""
    product, quantity = moment.one("product"), moment.chance.randint(1, 3)
    if product is None:
        return None
    price = product["price_minor"]
    line = {"product": product["id"], "quantity": quantity, "unit_price_minor": price}
    total = quantity * price
    return {**moment.here, "lines": [line], "total_minor": total, "balance_minor": total}


def referral(moment: Moment) -> Json:
    """A word of a neighbour's."""
    return {**moment.here, "said_by": uuid4().hex}


def do_not_knock(moment: Moment) -> Json | None:
    """Seldom, that nobody may come any more."""
    said = {**moment.here, "source": "customer", "note": uuid4().hex}
    return said if moment.chance.random() < 0.2 else None


def shift_event(moment: Moment) -> Json | None:
    """The shift is opened, then paused and resumed in turn."""
    shift, paused = moment.one("shift"), moment.events % 2
    kind = ("resumed", "paused")[paused] if moment.events else "opened"
    return shift and {"shift": shift["id"], "kind": kind}


def breadcrumbs(moment: Moment) -> Json | None:
    """A few positions of the last minutes."""
    shift, now = moment.one("shift"), moment.phone.clock()
    positions = [
        {
            "at": (now - timedelta(seconds=20 * before)).isoformat(),
            "lon": -73.9 + moment.chance.uniform(0, 0.01),
            "lat": 40.7,
        }
        for before in range(moment.chance.randint(1, 4))
    ]
    return shift and {"shift": shift["id"], "positions": positions}


def route_progress(moment: Moment) -> Json | None:
    """What became of a stop."""
    route = moment.one("route")
    if route is None:
        return None
    stop = moment.chance.choice(route["stops"])
    progress = moment.chance.choice(("done", "skipped"))
    return {"route": route["id"], "position": stop["position"], "progress": progress}


def alarm(moment: Moment) -> Json:
    """A call for help."""
    return {"message": uuid4().hex}


SAYING: dict[str, Callable[[Moment], Json | None]] = {
    "contact_details": contact,
    "callback": move,
    "sale": sale,
    "referral": referral,
    "do_not_knock": do_not_knock,
    "shift_event": shift_event,
    "breadcrumbs": breadcrumbs,
    "route_progress": route_progress,
    "alarm": alarm,
}
OFTEN = (*SAYING, *["contact_details"] * 6, *["callback"] * 3)
