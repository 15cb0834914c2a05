"""What the field record refuses: each with its own code, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from canvass.models import Sale, Visit, VisitFlag
from tests.calls import SignIn, problem
from tests.canvass.api import test_record_visit, test_sales
from tests.canvass.selling import product, sell
from tests.canvass.test_law import HOURS, city, rule
from tests.canvass.world import NOW, Town

API = "/api/v1/"
HOUR = timedelta(hours=1)


def rows() -> dict[str, list[Any]]:
    """Every row of the app and of the audit trail, by table."""
    models = [*apps.get_app_config("canvass").get_models(), apps.get_model("accounts.AuditEntry")]
    return {str(model): list(model._default_manager.order_by("pk").values()) for model in models}


@contextmanager
def nothing_written() -> Iterator[None]:
    """Whatever the block asks for, no table is another afterwards."""
    before = rows()
    yield
    assert rows() == before


def cancelled(at: datetime, last: str) -> dict[str, Any]:
    """A cancellation as the phone sends it."""
    return {
        "id": f"0197587a-d680-7cde-8f3a-0123456789{last}",
        "kind": "cancelled",
        "occurred_at": at.isoformat(),
        "goodwill": True,
    }


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"outcome": "waved"}, (404, "visit.outcome_not_found")),
        ({"callback_at": "2026-06-10T16:00:00Z"}, (422, "visit.callback_in_past")),
        (
            {"callback_at": "2026-06-11T18:00:00Z", "callback_until": "2026-06-11T17:00:00Z"},
            (400, "invalid"),
        ),
    ],
)
def test_a_visit_that_cannot_be(
    town: Town, as_member: SignIn, wrong: dict[str, Any], expected: tuple[int, str]
) -> None:
    """An unknown outcome, a callback in the past, a window that ends before it starts."""
    body = test_record_visit.body(town, **wrong)
    with nothing_written():
        assert problem(as_member(town.company.rosa).post(f"{API}visits/", body)) == expected


def test_a_visit_an_hour_ahead_is_set_right_and_flagged(town: Town, as_member: SignIn) -> None:
    """It is recorded as of now, and the flag says by how much the clock was ahead."""
    client = as_member(town.company.rosa)
    body = test_record_visit.body(town, occurred_at=(NOW + HOUR).isoformat())
    told = client.post(f"{API}visits/", body)
    assert (told.status_code, told.json()["occurred_at"]) == (201, "2026-06-10T18:00:00Z")
    listed = client.get(f"{API}visit-flags/", {"kind": "clock_skew"}).json()
    assert [row["details"] for row in listed["results"]] == [{"skew_s": 3600}]
    assert VisitFlag.objects.get(kind="clock_skew").visit == Visit.objects.get()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"total_minor": 9801}, (422, "sale.does_not_add_up")),
        ({"balance_minor": 8801}, (422, "sale.does_not_add_up")),
        ({"receipt_number": 2}, (409, "sale.receipt_number_gap")),
    ],
)
def test_a_sale_that_cannot_be(
    town: Town, as_member: SignIn, wrong: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Sums that do not add up, and a receipt number that is not the next one."""
    body = test_sales.body(town, **wrong)
    with nothing_written():
        assert problem(as_member(town.company.rosa).post(f"{API}sales/", body)) == expected


def test_no_receipt_number_is_lost(town: Town, as_member: SignIn) -> None:
    """Whatever was refused in between, the next number is the next."""
    sell(town)
    client = as_member(town.company.rosa)
    for wrong in ({"total_minor": 1}, {"receipt_number": 3}, {"door": 10**9}):
        assert client.post(f"{API}sales/", test_sales.body(town, **wrong)).status_code >= 400
    assert client.post(f"{API}sales/", test_sales.body(town)).json()["receipt_number"] == 2


def test_negative_prices(town: Town, as_member: SignIn) -> None:
    """Of a line, of a product, and of a day to come."""
    line = {"product": product(town).pk, "quantity": 1, "unit_price_minor": -1}
    sums = {"total_minor": -1, "balance_minor": -1, "deposit_minor": 0}
    sold = test_sales.body(town, lines=[line], **sums)
    new = {"campaign": town.campaign.pk, "code": "map", "name": "Map", "price_minor": -1}
    dated = {"starts_on": "2026-07-01", "price_minor": -1}
    with nothing_written():
        rosa, ada = as_member(town.company.rosa), as_member(town.company.ada)
        assert problem(rosa.post(f"{API}sales/", sold)) == (422, "sale.invalid")
        for address, body in (
            ("products/", new),
            (f"products/{line['product']}/prices/", dated),
        ):
            answer = ada.post(API + address, body)
            assert problem(answer) == (400, "invalid")
            assert list(answer.json()["errors"]) == ["price_minor"]


def test_a_second_cancellation(town: Town, as_member: SignIn) -> None:
    """Says when the first was; the same one again is a replay."""
    sale, boss = sell(town, deposit_minor=900), as_member(town.company.max)
    address = f"{API}sales/{sale.pk}/events/"
    first = cancelled(NOW, "aa")
    assert [boss.post(address, first).status_code for _ in range(2)] == [201, 200]
    with nothing_written():
        answer = boss.post(address, cancelled(NOW + HOUR, "bb"))
        assert problem(answer) == (409, "sale.already_cancelled")
        assert answer.json()["cancelled_at"] == "2026-06-10T18:00:00Z"
    assert Sale.objects.get().to_refund_minor == 900


def test_a_shift_outside_permitted_hours(town: Town, as_member: SignIn) -> None:
    """The refusal names the permitted windows."""
    rule(town, as_member, city(town, as_member), hours=HOURS)
    who = {"campaign": town.campaign.pk, "member": town.company.rosa.pk, "day": "2026-06-11"}
    with nothing_written():
        asked = {**who, "starts_at": "2026-06-11T20:00:00Z"}
        answer = as_member(town.company.max).post(f"{API}shifts/", asked)
        assert problem(answer) == (422, "shift.outside_permitted_hours")
        assert answer.json()["permitted"]


def test_a_permit_that_ends_before_it_starts(town: Town, as_member: SignIn) -> None:
    """Nor on the day on which it starts."""
    permit = {
        "member": town.company.rosa.pk,
        "jurisdiction": city(town, as_member),
        "number": "7",
        "starts_on": "2026-06-10",
    }
    with nothing_written():
        for ends_on in ("2026-06-09", "2026-06-10"):
            answer = as_member(town.company.max).post(
                f"{API}permits/", {**permit, "ends_on": ends_on}
            )
            assert problem(answer) == (422, "law.dates_invalid")
