"""A stage on which a company plays its season: everybody's calls over the API, at set times.

The town is that of tests/routing/world.py: street A and street B, each a territory, twenty metres
from house to house. Local time is New York's, four hours behind UTC in summer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rest_framework.test import APIClient

from common.ids import uuid7
from common.runs import RunState, run_models
from config import celery_app
from territories.models import CutRun, Door
from tests.calls import SignIn, problem
from tests.cast import Company

API = "/api/v1/"
ZONE = "America/New_York"


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of 2026 by the clocks of New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(ZONE))


FIGURES = ("visits", "doors", "contacts", "demos", "sales")
LEDGER = (
    "sales cancelled booked_minor cancelled_minor standing_minor paid_minor owed_minor "
    "refunded_minor to_refund_minor trade_in_minor"
).split()


def group(key: Any, label: str, *figures: int) -> dict[str, Any]:
    """A row of a funnel: visits, doors, contacts, demos, sales; and what they are of each other."""
    visits, _, contacts, demos, sales = figures or (0,) * len(FIGURES)
    shares = {
        "contact_rate": (contacts, visits), "demo_rate": (demos, contacts),
        "close_rate": (sales, demos), "sale_rate": (sales, visits),
    }  # fmt: skip
    rates = {name: part / of if of else None for name, (part, of) in shares.items()}
    counts = dict(zip(FIGURES, figures or (0,) * len(FIGURES), strict=True))
    return {"key": None if key is None else str(key), "label": label, **counts, **rates}


def season_row(
    funnel: dict[str, Any], hours: float = 0, earned: tuple[int, int] = (0, 0), **ledger: int
) -> dict[str, Any]:
    """A row of the season's report: hours worked, commission with what is pending, sales."""
    assert set(ledger) <= set(LEDGER)
    return {
        "funnel": funnel,
        "worked_s": hours * 3600,
        "visits_per_hour": funnel["visits"] / hours if hours else None,
        "ledger": {name: ledger.get(name, 0) for name in LEDGER},
        "commission_minor": earned[0],
        "pending_minor": earned[1],
    }


@dataclass
class Stage:
    """The people by name with their clients, the doors of both streets, and what was set up."""

    company: Company
    sign_in: SignIn
    clock: Any
    cut: CutRun
    a: list[Door]
    b: list[Door]
    clients: dict[str, APIClient] = field(default_factory=dict)
    today: date = date(2026, 6, 1)
    campaign: int = 0
    products: dict[str, int] = field(default_factory=dict)

    def at(self, when: datetime) -> datetime:
        """Let it be that time; on another day everybody signs in anew."""
        if when.date() != self.today:
            self.clients.clear()
        self.today = when.date()
        self.clock.move_to(when)
        return when

    def client(self, who: str) -> APIClient:
        """The phone or browser of somebody, signed in."""
        if who not in self.clients:
            self.clients[who] = self.sign_in(self.company.members[who])
        return self.clients[who]

    def id(self, who: str) -> int:
        """The member's number."""
        return self.company.members[who].pk

    def post(self, who: str, address: str, body: Any, status: int = 201) -> Any:
        """What is answered to somebody; fails if it is not that status."""
        answer = self.client(who).post(API + address, body, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def refused(self, who: str, address: str, body: Any) -> tuple[int, str]:
        """The status and code of a call that is refused."""
        return problem(self.client(who).post(API + address, body, format="json"))

    def get(self, who: str, address: str, **query: Any) -> Any:
        """What somebody reads."""
        answer = self.client(who).get(API + address, query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def new_id(self, at: datetime) -> str:
        """An id that a phone makes."""
        return str(uuid7(at))

    def set_up(self, ends_on: date, prices: dict[str, int]) -> None:
        """Ada's campaign from 1 June on with its products, the cut, and the federal rules."""
        plan = {
            "name": "Season", "starts_on": "2026-06-01", "ends_on": ends_on.isoformat(),
            "time_zone": ZONE, "currency": "USD", "shift_starts_at": "09:00",
            "shift_ends_at": "20:00", "door_s": 90,
        }  # fmt: skip
        self.campaign = self.post("ada", "campaigns/", plan)["id"]
        self.post("ada", f"campaigns/{self.campaign}/work-cut/", {"cut": self.cut.pk}, 200)
        for code, price in prices.items():
            new = {"campaign": self.campaign, "code": code, "name": code.title()}
            self.products[code] = self.post("ada", "products/", {**new, "price_minor": price})["id"]
        self.post("ada", "cancellation-rules/load-defaults/", {}, 200)

    def assign(self, number: int, who: str, starts_on: str) -> int:
        """Max gives a territory to somebody; returns the assignment."""
        listed = self.get("max", "territories/", cut=self.cut.pk)["results"]
        (territory,) = (row["id"] for row in listed if row["number"] == number)
        body = {"territory": territory, "member": self.id(who), "starts_on": starts_on}
        made: int = self.post("max", "assignments/", body)["id"]
        return made

    def shift(self, day: date, who: str) -> int:
        """Somebody's shift of a day, which Max schedules for all."""
        body = {"campaign": self.campaign, "day": day.isoformat()}
        rows = self.post("max", "shifts/schedule-day/", body, 200)
        (found,) = (row["id"] for row in rows if row["member"] == self.id(who))
        return int(found)

    def work(self, shift: int, who: str, *told: tuple[str, datetime]) -> Any:
        """The phone's events of a shift, each sent when it happens; the report after the last."""
        report: Any = None
        for kind, when in told:
            self.at(when)
            event = {"id": self.new_id(when), "kind": kind, "occurred_at": when.isoformat()}
            report = self.post(who, f"shifts/{shift}/events/", event)
        return report

    def visit(self, door: Door, outcome: str, at: datetime, **more: Any) -> dict[str, Any]:
        """A visit as the phone sends it; the phone stands at the door."""
        place = {"lon": door.lon, "lat": door.lat, "accuracy_m": 8.0}
        told = {"campaign": self.campaign, "door": door.pk, "outcome": outcome, **place}
        return {"id": self.new_id(at), "occurred_at": at.isoformat(), **told, **more}

    def sell(self, who: str, door: Door, at: datetime, **more: Any) -> Any:
        """Somebody's sale at a door, as it is stored; `bought` is products with (count, price)."""
        bought: dict[str, tuple[int, int]] = more.pop("bought")
        lines = [
            {"product": self.products[code], "quantity": count, "unit_price_minor": price}
            for code, (count, price) in bought.items()
        ]
        total = sum(count * price for count, price in bought.values())
        paid = more.get("deposit_minor", 0) + more.get("trade_in_minor", 0)
        body = {
            "id": self.new_id(at), "campaign": self.campaign, "door": door.pk,
            "sold_at": at.isoformat(), "lines": lines, "total_minor": total,
            "balance_minor": total - paid, "payment_method": "cash", **more,
        }  # fmt: skip
        return self.post(who, "sales/", body)

    def happen(self, who: str, sale: Any, kind: str, at: datetime, **more: Any) -> Any:
        """Something becomes of a sale; the sale afterwards."""
        self.at(at)
        return self.post(who, f"sales/{sale['id']}/events/", self.event(kind, at, **more))

    def event(self, kind: str, at: datetime, **more: Any) -> dict[str, Any]:
        """An event of a sale as the phone sends it."""
        paid = {"payment_method": "check"} if more.get("amount_minor") else {}
        told = {"id": self.new_id(at), "kind": kind, "occurred_at": at.isoformat()}
        return {**told, **paid, **more}

    def season(self, who: str, **days: str) -> Any:
        """The report of the season."""
        return self.get(who, "reports/season/", campaign=self.campaign, **days)

    def sold(self, code: str, *figures: int) -> dict[str, Any]:
        """A product's row of the report: pieces and their money, sold and cancelled since."""
        names = ("sold", "sold_minor", "cancelled_quantity", "cancelled_minor")
        counts = dict(zip(names, figures, strict=True))
        return {"product": self.products[code], "code": code, "name": code.title(), **counts}

    def carry_out(self) -> None:
        """Do what a worker does."""
        celery_app.loader.import_default_modules()
        for model in run_models():
            for run in model.objects.filter(state=RunState.QUEUED).order_by("pk"):
                celery_app.tasks[model.task_name](run.pk)
