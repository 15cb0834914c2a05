"""Reps who walk their routes and record what happened, through the public API, seeded.

How people behave at the door is made up within the ranges that the trade reports: about one door in
three opens, and two or three knocks in a hundred sell. Every visit is marked as simulated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import Member
from canvass.models import Campaign, OutcomeKind
from common.clock import local_instant
from common.ids import uuid7

CHANCES = {
    OutcomeKind.NO_ANSWER: 63.0,
    OutcomeKind.NOT_INTERESTED: 15.0,
    OutcomeKind.REFUSED: 7.0,
    OutcomeKind.NOT_HOME_DECISION_MAKER: 4.0,
    OutcomeKind.DEMO: 4.0,
    OutcomeKind.CALLBACK: 2.5,
    OutcomeKind.SALE: 2.5,
    OutcomeKind.INACCESSIBLE: 1.0,
    OutcomeKind.DO_NOT_KNOCK: 0.8,
    OutcomeKind.HOSTILE: 0.2,
}


class ApiRefused(Exception):
    """The API did not accept what the demo's phone sent."""


class Phone:
    """A rep's phone: signs in with a password, keeps the session token, speaks JSON."""

    def __init__(self, email: str, password: str) -> None:
        self._client = Client(SERVER_NAME="127.0.0.1")
        self._token = ""
        body = {"email": email, "password": password}
        self._token = self.post("/_allauth/app/v1/auth/login", body)["meta"]["session_token"]

    def get(self, path: str, **query: Any) -> Any:
        """What a GET answers."""
        return self._read(self._client.get(path, query, headers=self._headers()))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What a POST of a JSON body answers."""
        return self._read(
            self._client.post(path, body, "application/json", headers=self._headers())
        )

    def _headers(self) -> dict[str, str]:
        return {"X-Session-Token": self._token} if self._token else {}

    def _read(self, response: Any) -> Any:
        if response.status_code >= 300:
            asked = response.request
            what = f"{asked['REQUEST_METHOD']} {asked['PATH_INFO']}"
            raise ApiRefused(f"{what} answered {response.status_code}: {response.content[:300]!r}")
        return response.json()


@dataclass(frozen=True)
class Evening:
    """One rep's evening of one campaign; `next_day` is when callbacks are agreed for."""

    rep: Member
    campaign: Campaign
    day: date
    next_day: date


def walk_evening(phone: Phone, evening: Evening, seed: int, tick: Callable[[], None]) -> int:
    """Walk the rep's route of that day and record a visit at each of its doors; returns how many.

    The same seed gives the same visits with the same ids, so that walking twice changes nothing.
    """
    draw = random.Random(f"{seed}/{evening.rep.pk}/{evening.day}")  # noqa: S311  # repeatable
    products = phone.get("/api/v1/products/", campaign=evening.campaign.pk)["results"]
    visits = 0
    for stop in route_stops(phone, evening):
        at = datetime.fromisoformat(stop["arrive_at"])
        for door in stop["doors"]:
            at += timedelta(seconds=draw.randint(20, 90))
            made = visit(evening, door, at, draw)
            phone.post("/api/v1/visits/", made)
            if made["outcome"] == OutcomeKind.SALE:
                phone.post("/api/v1/sales/", sale(evening, made, products))
            visits += 1
            tick()
    return visits


def route_stops(phone: Phone, evening: Evening) -> Iterator[dict[str, Any]]:
    """The stops of the rep's current route for the evening, in order."""
    found = phone.get(
        "/api/v1/routes/",
        campaign=evening.campaign.pk, day=evening.day.isoformat(), current=True,
    )  # fmt: skip
    for route in found["results"]:
        yield from phone.get(f"/api/v1/routes/{route['id']}/")["stops"]


def visit(
    evening: Evening, door: dict[str, Any], at: datetime, draw: random.Random
) -> dict[str, Any]:
    """The body of one visit: a drawn outcome, and the phone's position near the door."""
    kind = draw.choices(list(CHANCES), list(CHANCES.values()))[0]
    body = {
        "id": str(uuid7(at, draw.getrandbits)),
        "campaign": evening.campaign.pk,
        "door": door["id"],
        "outcome": kind.value,
        "occurred_at": at.isoformat(),
        "lon": round(door["lon"] + draw.gauss(0, 0.00008), 6),
        "lat": round(door["lat"] + draw.gauss(0, 0.00004), 6),
        "accuracy_m": round(draw.uniform(4, 25), 1),
        "simulated": True,
    }
    if kind is OutcomeKind.CALLBACK:
        body["callback_at"] = callback_time(evening, draw).isoformat()
    return body


def sale(
    evening: Evening, made: dict[str, Any], products: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The body of what was sold at the visit `made`: one product, some of it paid at once in cash.

    It is drawn from the visit's id, so that selling more or less leaves the other visits alone.
    """
    draw = random.Random(made["id"])  # noqa: S311  # repeatable
    product, quantity = draw.choice(products), draw.choice((1, 1, 1, 2))
    total = quantity * product["price_minor"]
    deposit = draw.choice((500, 1000, 2000))
    sold_at = datetime.fromisoformat(made["occurred_at"])
    return {
        "id": str(uuid7(sold_at, draw.getrandbits)),
        "campaign": evening.campaign.pk,
        "door": made["door"],
        "visit": made["id"],
        "sold_at": made["occurred_at"],
        "lines": [
            {
                "product": product["id"],
                "quantity": quantity,
                "unit_price_minor": product["price_minor"],
            }
        ],
        "total_minor": total,
        "deposit_minor": deposit,
        "balance_minor": total - deposit,
        "payment_method": "cash",
        "delivery_due_on": (evening.campaign.ends_on - timedelta(days=1)).isoformat(),
    }


def callback_time(evening: Evening, draw: random.Random) -> datetime:
    """A quarter of an hour within the middle of the next shift."""
    campaign = evening.campaign
    zone = campaign.time_zone
    opens = local_instant(evening.next_day, campaign.shift_starts_at, zone)
    closes = local_instant(evening.next_day, campaign.shift_ends_at, zone)
    quarters = int((closes - opens).total_seconds() // 900)
    return opens + timedelta(minutes=15 * draw.randint(2, max(2, quarters - 2)))
