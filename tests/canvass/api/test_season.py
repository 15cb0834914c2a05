"""GET /api/v1/reports/season/."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from canvass.models import Sale, SaleEvent, Shift
from canvass.season import Ledger, Span, season_report
from canvass.shift_events import NewShiftEvent, record_shift_event
from canvass.shifts import schedule_day
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.selling import ATLAS, happen, line, product, sell
from tests.canvass.world import NOW, TODAY, Town, local, record, undone
from tests.cast import Company

URL = "/api/v1/reports/season/"
HOUR = timedelta(hours=1)


def asked(town: Town, **more: Any) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, **more}


@pytest.fixture
def busy(town: Town) -> Town:
    """Rosa knocked twice, sold two and lost one; Sam sold one yesterday; Rosa worked two hours."""
    rosa, sam = town.company.rosa, town.company.sam
    record(rosa, town.visit(town.north[0], "sale"))
    record(rosa, town.visit(town.north[1]))
    sell(town, deposit_minor=900)
    lost = sell(town, deposit_minor=1900, door_id=town.north[1].pk)
    happen(town.company.max, lost, "cancelled", occurred_at=NOW, goodwill=True)
    happen(rosa, lost, "refunded", amount_minor=1000)
    sell(town, sam, door_id=town.south[0].pk, sold_at=local(9, 23), lines=(line(town, 2),))
    schedule_day(actor=town.company.ada, campaign=town.campaign, day=TODAY, now=NOW)
    shift = Shift.objects.get(member=rosa)
    for kind, at in (("opened", NOW - 2 * HOUR), ("closed", NOW)):
        new = NewShiftEvent(uuid7(at), shift.pk, kind, at)
        record_shift_event(actor=rosa, new=new, now=NOW)
    return town


def test_a_season_in_one_place(busy: Town, as_member: SignIn) -> None:
    """Two of three sales stand: 4900 + 9800; of Rosa's two deposits, 900 was hers to give back."""
    told = as_member(busy.company.ada).get(URL, asked(busy)).json()
    total = told["total"]
    assert total["ledger"] == {
        "sales": 3,
        "cancelled": 1,
        "booked_minor": 4 * ATLAS,
        "cancelled_minor": ATLAS,
        "standing_minor": 3 * ATLAS,
        "paid_minor": 900 + 1900,
        "owed_minor": 4000 + 2 * ATLAS,
        "refunded_minor": 1000,
        "to_refund_minor": 900,
        "trade_in_minor": 0,
    }
    assert (total["funnel"]["visits"], total["funnel"]["sales"]) == (2, 1)
    assert (total["worked_s"], total["visits_per_hour"]) == (2 * 3600, 1.0)
    assert [row["funnel"]["label"] for row in told["reps"]] == ["Rosa", "Sam"]
    assert [row["ledger"]["sales"] for row in told["reps"]] == [2, 1]
    days = {row["funnel"]["key"]: row["ledger"]["sales"] for row in told["days"]}
    assert days == {"2026-06-09": 1, "2026-06-10": 2}
    assert [row["key"] for row in told["outcomes"]] == ["no_answer", "sale"]
    assert told["products"] == [
        {
            "product": product(busy).pk,
            "code": "atlas",
            "name": "Atlas",
            "sold": 4,
            "sold_minor": 4 * ATLAS,
            "cancelled_quantity": 1,
            "cancelled_minor": ATLAS,
        }
    ]
    assert (told["campaign"], told["currency"]) == (busy.campaign.pk, "USD")


def test_some_days_of_it(busy: Town, as_member: SignIn) -> None:
    """Half-open, by the clocks of the campaign: Sam sold on the ninth at 23:00."""
    client = as_member(busy.company.ada)
    yesterday = asked(busy, **{"from": "2026-06-09", "to": "2026-06-10"})
    told = client.get(URL, yesterday).json()
    assert [row["funnel"]["label"] for row in told["reps"]] == ["Sam"]
    assert (told["total"]["ledger"]["booked_minor"], told["total"]["worked_s"]) == (9800, 0)
    assert told["total"]["visits_per_hour"] is None


def test_everybody_sees_the_own_part(busy: Town, moonlight: Company, as_member: SignIn) -> None:
    """A manager the subtree's, a rep the own, another company nothing."""
    cast = busy.company
    seen = {"ada": 3, "max": 2, "rosa": 2, "mona": 1, "sam": 1, "rui": 0}
    for name, sales in seen.items():
        told = as_member(cast.members[name]).get(URL, asked(busy)).json()
        assert told["total"]["ledger"]["sales"] == sales, name
        assert sum(row["ledger"]["sales"] for row in told["reps"]) == sales
    Sale.objects.filter(member=cast.sam).update(deliverer=cast.rosa)  # to bring is not to sell
    assert as_member(cast.rosa).get(URL, asked(busy)).json()["total"]["ledger"]["sales"] == 2
    assert problem(as_member(moonlight.olga).get(URL, asked(busy))) == (404, "not_found")
    assert problem(as_member(None).get(URL, asked(busy)))[0] == 401


@pytest.mark.parametrize(
    "wrong", [{"campaign": "x"}, {"from": "soon"}, {"from": "2026-06-10", "to": "2026-06-10"}]
)
def test_bad_questions_are_refused(town: Town, as_member: SignIn, wrong: dict[str, Any]) -> None:
    """With 400."""
    answer = as_member(town.company.ada).get(URL, {**asked(town), **wrong})
    assert problem(answer) == (400, "invalid")


def test_it_takes_a_bounded_number_of_queries(
    busy: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Whatever the number of sales, visits and shifts; one finds the campaign."""
    for number in range(6):
        sell(busy, sold_at=local(1 + number, 12), lines=(line(busy, number + 1),))
    client = as_member(busy.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 12):
        assert client.get(URL, asked(busy)).status_code == 200


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),  # atlases
            st.integers(0, 20),  # the deposit
            st.integers(0, 20),  # the trade-in
            st.sampled_from(["", "paid", "cancelled", "refunded"]),
            st.integers(1, 9),  # the day of June
        ),
        max_size=6,
    )
)
def test_the_sums_reconcile_with_the_events(
    town: Town, sales: list[tuple[int, int, int, str, int]]
) -> None:
    """Booked - cancelled = paid - refunded - to refund + owed, in every row; and as events say."""
    with undone():
        for count, deposit, trade_in, fate, day in sales:
            sale = sell(
                town,
                lines=(line(town, count),),
                deposit_minor=deposit,
                trade_in_minor=trade_in,
                trade_in="An old atlas" if trade_in else "",
                sold_at=local(day, 12),
            )
            if fate == "paid":
                happen(town.company.rosa, sale, "balance_paid", amount_minor=sale.balance_minor)
            elif fate:
                happen(town.company.ada, sale, "cancelled", goodwill=True)
            if fate == "refunded" and deposit:
                happen(town.company.ada, sale, "refunded", amount_minor=deposit)
        report = season_report(Span(town.company.ada, town.campaign), NOW)
        for row in (report.total, *report.reps, *report.days):
            ledger = row.ledger
            kept = ledger.paid_minor - ledger.refunded_minor - ledger.to_refund_minor
            assert ledger.standing_minor == kept + ledger.owed_minor
        assert sum((row.ledger for row in report.days), Ledger()) == report.total.ledger
        events = list(SaleEvent.objects.values_list("kind", "amount_minor"))
        moved = {kind: sum(amount for one, amount in events if one == kind) for kind, _ in events}
        paid = moved.get("deposit_paid", 0) + moved.get("balance_paid", 0)
        assert (report.total.ledger.paid_minor, report.total.ledger.refunded_minor) == (
            paid,
            moved.get("refunded", 0),
        )
        sold = sum(row.sold_minor for row in report.products)
        assert sold == report.total.ledger.booked_minor + report.total.ledger.trade_in_minor


def test_the_report_as_a_table(busy: Town, moonlight: Company, as_member: SignIn) -> None:
    """The figures of the report, line by line; a name that looks like a formula stays a text."""
    rosa = busy.company.rosa
    rosa.user.name = "=HYPERLINK(1)"
    rosa.user.save()
    ada = as_member(busy.company.ada)
    answer = ada.get(f"{URL}csv/", asked(busy), headers={"Accept": "text/csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(StringIO(answer.getvalue().decode())))
    told = ada.get(URL, asked(busy)).json()
    parts = [(row["part"], row["key"], row["label"]) for row in lines]
    assert [part[::2] for part in parts[:6]] == [
        ("total", "Total"), ("rep", "'=HYPERLINK(1)"), ("rep", "Sam"), ("day", "2026-06-09"),
        ("day", "2026-06-10"), ("neighborhood", "No neighborhood"),
    ]  # fmt: skip
    assert [part[:2] for part in parts[6:]] == [
        ("outcome", "no_answer"), ("outcome", "sale"), ("product", "atlas"),
    ]  # fmt: skip
    for cells, row in zip(lines, [told["total"], *told["reps"], *told["days"]], strict=False):
        assert int(cells["sales"]) == row["ledger"]["sales"]
        assert int(cells["sales_owed_minor"]) == row["ledger"]["owed_minor"]
        assert int(cells["visits_sales"]) == row["funnel"]["sales"]
        assert int(cells["worked_s"]) == row["worked_s"]
        assert int(cells["commission_minor"]) == row["commission_minor"]
    assert (lines[-1]["product_sold"], lines[-1]["visits"]) == ("4", "")
    assert problem(as_member(moonlight.olga).get(f"{URL}csv/", asked(busy))) == (404, "not_found")
