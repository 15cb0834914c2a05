"""/api/v1/sales/."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Sale
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.selling import ATLAS, happen, product, sell
from tests.canvass.world import NOW, Town
from tests.cast import Company

URL = "/api/v1/sales/"
ID = "0197587a-d680-7cde-8f3a-0123456789ab"
EVENT_ID = "0197587a-d680-7cde-8f3a-0123456789ac"


def body(town: Town, **fields: Any) -> dict[str, Any]:
    """Two atlases, ten dollars down."""
    return {
        "id": ID,
        "campaign": town.campaign.pk,
        "door": town.north[0].pk,
        "sold_at": "2026-06-10T17:59:30Z",
        "lines": [{"product": product(town).pk, "quantity": 2, "unit_price_minor": 4900}],
        "total_minor": 9800,
        "deposit_minor": 1000,
        "balance_minor": 8800,
        "payment_method": "cash",
        **fields,
    }


def paid(**fields: Any) -> dict[str, Any]:
    """The balance."""
    return {
        "id": EVENT_ID,
        "kind": "balance_paid",
        "occurred_at": "2026-06-10T18:00:00Z",
        "amount_minor": 8800,
        "payment_method": "check",
        **fields,
    }


def events(sale: Sale | str) -> str:
    return f"{URL}{sale.pk if isinstance(sale, Sale) else sale}/events/"


def numbers(answer: Any) -> list[int]:
    """The receipt numbers of a list."""
    assert answer.status_code == 200
    return [row["receipt_number"] for row in answer.json()["results"]]


def test_a_sale_is_booked(town: Town, as_member: SignIn) -> None:
    """201 with lines, events and what they add up to; 200 with the same when it comes again."""
    sent = body(town, delivery_due_on="2026-08-20", language="es", buyer_name="Kim", financed=True)
    answer = as_member(town.company.rosa).post(URL, sent)
    assert answer.status_code == 201
    told = answer.json()
    assert {name: told[name] for name in sent if name != "lines"} == {
        name: value for name, value in sent.items() if name != "lines"
    }
    assert told["lines"] == [
        {
            **sent["lines"][0],
            "product_name": "Atlas",
            "discount_minor": 0,
            "tax_minor": 0,
            "total_minor": 9800,
        }
    ]
    assert [event["kind"] for event in told["events"]] == ["booked", "deposit_paid"]
    rosa = town.company.rosa.pk
    assert (told["member"], told["deliverer"], told["currency"]) == (rosa, rosa, "USD")
    assert (told["receipt_number"], told["status"]) == (1, "booked")
    assert (told["paid_minor"], told["owed_minor"], told["to_refund_minor"]) == (1000, 8800, 0)
    again = as_member(town.company.rosa).post(URL, sent)
    assert (again.status_code, again.json()) == (200, told)
    assert as_member(town.company.max).get(f"{URL}{ID}/").json() == told


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"total_minor": 9801}, 422, "sale.does_not_add_up"),
        ({"deposit_minor": -1}, 422, "sale.invalid"),
        ({"lines": []}, 422, "sale.invalid"),
        ({"note": "4111 1111 1111 1111"}, 422, "sale.card_number"),
        ({"door": 10**9}, 404, "sale.door_not_found"),
        ({"visit": ID}, 404, "sale.visit_not_found"),
        ({"receipt_number": 7}, 409, "sale.receipt_number_gap"),
        ({"id": "00000000-0000-4000-8000-000000000000"}, 400, "invalid"),
        ({"sold_at": "2026-06-10T17:59:30"}, 400, "invalid"),
        ({"lines": "none"}, 400, "invalid"),
        ({"lines": [{}]}, 400, "invalid"),
        ({"total_minor": 98.5}, 400, "invalid"),
        ({"total_minor": None}, 400, "invalid"),
        ({"payment_method": "shells"}, 400, "invalid"),
        ({"language": "xx"}, 400, "invalid"),
        ({"buyer_age": -3}, 400, "invalid"),
        ({"receipt_number": 0}, 400, "invalid"),
    ],
)
def test_bad_sales_are_refused(
    town: Town, as_member: SignIn, wrong: dict[str, Any], status: int, code: str
) -> None:
    """With a precise code, and nothing is written."""
    answer = as_member(town.company.rosa).post(URL, body(town, **wrong))
    assert problem(answer) == (status, code)
    assert not Sale.objects.exists()


def test_a_product_of_another_campaign_is_not_found(town: Town, as_member: SignIn) -> None:
    """404 with its number."""
    line = {"product": 10**9, "quantity": 1, "unit_price_minor": 9800}
    answer = as_member(town.company.rosa).post(URL, body(town, lines=[line]))
    assert problem(answer) == (404, "sale.product_not_found")
    assert answer.json()["product"] == 10**9


def test_a_negative_price_is_refused_and_named(town: Town, as_member: SignIn) -> None:
    """422 with the field."""
    line = {"product": product(town).pk, "quantity": 2, "unit_price_minor": -4900}
    answer = as_member(town.company.rosa).post(URL, body(town, lines=[line]))
    assert problem(answer) == (422, "sale.invalid")
    assert answer.json()["field"] == "unit_price_minor"


def test_who_sees_which(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps what they sold or deliver, managers the subtree's, admins all, others none."""
    sell(town)
    sell(town, town.company.sam, door_id=town.south[0].pk)
    handed = sell(town)
    Sale.objects.filter(pk=handed.pk).update(deliverer=town.company.sam)
    seen = {
        name: numbers(as_member(member).get(URL))
        for name, member in {**town.company.members, **moonlight.members}.items()
    }
    assert {name: sorted(found) for name, found in seen.items()} == {
        "ada": [1, 2, 3],
        "max": [1, 3],
        "mona": [2, 3],
        "rosa": [1, 3],
        "rui": [],
        "sam": [2, 3],
        "olga": [],
        "otto": [],
    }
    hers = Sale.objects.get(receipt_number=1)
    for stranger in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(stranger).get(f"{URL}{hers.pk}/")) == (404, "not_found")
        assert problem(as_member(stranger).post(events(hers), paid())) == (404, "not_found")
    for path in (URL, f"{URL}{hers.pk}/"):
        assert problem(as_member(None).get(path))[0] == 401
    assert problem(as_member(None).post(URL, body(town)))[0] == 401


def test_what_became_of_a_sale_is_told(town: Town, as_member: SignIn) -> None:
    """201 with the sale as it is now, 200 with the same when it comes again, 409 for another."""
    client = as_member(town.company.rosa)
    client.post(URL, body(town))
    answer = client.post(events(ID), paid())
    assert answer.status_code == 201
    told = answer.json()
    assert (told["status"], told["paid_minor"], told["owed_minor"]) == ("paid", 9800, 0)
    last = next(event for event in told["events"] if event["id"] == EVENT_ID)
    assert {name: last[name] for name in paid()} == paid()
    again = client.post(events(ID), paid())
    assert (again.status_code, again.json()) == (200, told)
    other = client.post(events(ID), paid(amount_minor=1))
    assert problem(other) == (409, "sale_event.id_reused")


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"amount_minor": 8801}, 409, "sale.overpaid"),
        ({"amount_minor": 0}, 422, "sale_event.invalid"),
        ({"occurred_at": "2026-06-10T17:00:00Z"}, 422, "sale_event.before_sale"),
        ({"kind": "refunded"}, 409, "sale.not_cancelled"),
        ({"note": "4111111111111111"}, 422, "sale.card_number"),
        ({"kind": "booked"}, 400, "invalid"),
        ({"kind": "lost"}, 400, "invalid"),
        ({"corrects": "x"}, 400, "invalid"),
        ({"id": None}, 400, "invalid"),
    ],
)
def test_bad_events_are_refused(
    town: Town, as_member: SignIn, wrong: dict[str, Any], status: int, code: str
) -> None:
    """With a precise code, and the sale stays as it was."""
    client = as_member(town.company.rosa)
    before = client.post(URL, body(town)).json()
    assert problem(client.post(events(ID), paid(**wrong))) == (status, code)
    assert client.get(f"{URL}{ID}/").json() == before


def test_a_late_cancellation_is_the_managers(town: Town, as_member: SignIn) -> None:
    """409 without goodwill, 403 for a rep's, 201 for the manager's."""
    rosa, boss = as_member(town.company.rosa), as_member(town.company.max)
    rosa.post(URL, body(town))
    Sale.objects.update(cancel_until=NOW - timedelta(seconds=1))
    cancel = {"id": EVENT_ID, "kind": "cancelled", "occurred_at": "2026-06-10T18:00:00Z"}
    answer = rosa.post(events(ID), cancel)
    assert problem(answer) == (409, "sale.cancellation_too_late")
    assert answer.json()["cancel_until"] == "2026-06-10T17:59:59Z"
    assert problem(rosa.post(events(ID), {**cancel, "goodwill": True})) == (403, "not_allowed")
    assert boss.post(events(ID), {**cancel, "goodwill": True}).json()["status"] == "cancelled"


def test_sales_are_filtered(town: Town, as_member: SignIn) -> None:
    """By people, place, state and time, and by what is to be done."""
    rosa, sam = town.company.rosa, town.company.sam
    sell(town)
    done = sell(town, deposit_minor=ATLAS, sold_at=NOW - timedelta(hours=2))
    happen(rosa, done, "delivered")
    sell(town, sam, door_id=town.south[0].pk)
    client = as_member(town.company.ada)
    for query, expected in (
        ({}, [1, 2, 3]),
        ({"member": sam.pk}, [3]),
        ({"deliverer": rosa.pk}, [1, 2]),
        ({"door": town.south[0].pk}, [3]),
        ({"campaign": 10**9}, []),
        ({"status": "completed"}, [2]),
        ({"delivered": "false"}, [1, 3]),
        ({"delivered": "true"}, [2]),
        ({"sold_before": "2026-06-10T17:00:00Z"}, [2]),
        ({"sold_after": "2026-06-10T17:00:00Z"}, [1, 3]),
        ({"receipt_number": 2}, [2]),
        ({"refund_overdue": "true"}, []),
        ({"refund_overdue": "false"}, [1, 2, 3]),
    ):
        assert (query, sorted(numbers(client.get(URL, query)))) == (query, expected)
    assert problem(client.get(URL, {"status": "lost"})) == (400, "invalid")


def test_sales_are_never_changed_or_deleted(town: Town, as_member: SignIn) -> None:
    """405 for everybody."""
    sale = sell(town)
    client = as_member(town.company.ada)
    for answer in (client.patch(f"{URL}{sale.pk}/", {}), client.delete(f"{URL}{sale.pk}/")):
        assert problem(answer)[0] == 405


def test_queries_are_bounded(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Of a list, a booking with five lines, and an event; whatever the number of sales."""
    for _ in range(8):
        sell(town, deposit_minor=100)
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 4):
        assert client.get(URL).json()["count"] == 8
    lines = body(town)["lines"] * 5
    sent = body(town, lines=lines, total_minor=49000, balance_minor=48000)
    with django_assert_max_num_queries(SIGNED_IN + 15):
        assert client.post(URL, sent).status_code == 201
    with django_assert_max_num_queries(SIGNED_IN + 15):
        assert client.post(events(ID), paid()).status_code == 201
