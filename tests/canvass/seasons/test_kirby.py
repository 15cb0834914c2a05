"""A Kirby month: a crew, demonstrations of ninety minutes, a trade-in, financing, cancellations.

Max drives the crew; Rosa demonstrates, Rui knocks ahead of her. The machine costs $2,000.00. Who
sells one earns $300.00, from the third one that stands on $400.00.

On Thursday, 2 July, Rosa sells three: the Adams (trade-in $200.00, $500.00 down), the Browns (paid
at once) and the Clarks, who are 72 ($500.00 down). The third business day: Friday the 3rd is
Independence Day observed, the 4th Independence Day, the 5th a Sunday; so 6, 7 and 8 July count, and
the time ends with Wednesday the 8th. Buyers over seventy have ninety days, by company policy.

The Adams cancel on the 8th at 23:59, the Browns try on the 9th at 00:01. On the 20th, Rosa sells a
fourth, financed. On 1 August the Clarks cancel.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.calls import problem
from tests.canvass.seasons.stage import API, Stage, group, local, season_row

MACHINE, TRADE_IN, DOWN = 200_000, 20_000, 50_000
FIRST_TWO, FROM_THE_THIRD = 30_000, 40_000  # what Rosa earns by the piece
THURSDAY = date(2026, 7, 2)
DEMO_S = 90 * 60

BOOKED = (MACHINE - TRADE_IN) + 3 * MACHINE
CANCELLED = (MACHINE - TRADE_IN) + MACHINE
PAID = DOWN + MACHINE + DOWN + MACHINE
# Three on the 2nd; on the 20th two of them stand, so that the fourth is a third again.
EARNED = [FIRST_TWO, FIRST_TWO, FROM_THE_THIRD, FROM_THE_THIRD]
TAKEN_BACK = [FIRST_TWO, FROM_THE_THIRD]


def test_a_kirby_month(stage: Stage) -> None:
    """From the crew's first morning to the last claw-back; the report is what the hand computes."""
    stage.set_up(date(2026, 9, 1), {"machine": MACHINE})
    agree_on_policy_and_commission(stage)
    stage.assign(1, "rosa", "2026-07-01")
    stage.assign(2, "rui", "2026-07-01")
    adams, browns, clarks = the_crews_thursday(stage)
    what_is_earned_is_pending(stage)
    a_minute_before_midnight(stage, adams)
    a_minute_after_midnight(stage, browns)
    a_financed_sale(stage)
    july_is_closed(stage)
    the_clarks_think_again(stage, clarks)
    the_report_adds_up(stage)


def agree_on_policy_and_commission(stage: Stage) -> None:
    """Ninety days for buyers over seventy; by the piece, more from the third on."""
    policy = {
        "name": "Ninety days for elders", "citation": "Company policy", "days": 90,
        "day_kind": "calendar", "currency": "USD", "home_from_minor": 0, "buyer_age_from": 70,
        "refund_days": 10, "starts_on": "2026-01-01",
    }  # fmt: skip
    stage.post("ada", "cancellation-rules/", policy)
    tiers = [{"from": 0, "rate": FIRST_TWO}, {"from": 2, "rate": FROM_THE_THIRD}]
    rule = {"campaign": stage.campaign, "unit": "per_unit", "tier_by": "units", "tiers": tiers}
    stage.post("ada", "commission-rules/", {**rule, "starts_on": "2026-07-01"})


def the_crews_thursday(stage: Stage) -> list[Any]:
    """Rui opens twelve doors from nine on; Rosa shows the machine behind three of them."""
    stage.at(local(7, 2, 8))
    shifts = {who: stage.shift(THURSDAY, who) for who in ("rosa", "rui")}
    for who, shift in shifts.items():
        stage.work(shift, who, ("opened", local(7, 2, 9)))
    for number, door in enumerate(stage.b[:12]):
        when = local(7, 2, 9) + number * timedelta(minutes=10)
        stage.post("rui", "visits/", stage.visit(door, "not_interested", stage.at(when)))
    terms: list[dict[str, Any]] = [
        {
            "buyer_name": "Adams", "deposit_minor": DOWN, "trade_in_minor": TRADE_IN,
            "trade_in": "An old upright",
        },
        {"buyer_name": "Brown", "deposit_minor": MACHINE},
        {"buyer_name": "Clark", "deposit_minor": DOWN, "buyer_age": 72},
    ]  # fmt: skip
    sold = [demonstrate(stage, number, **agreed) for number, agreed in enumerate(terms)]
    stage.work(shifts["rui"], "rui", ("closed", local(7, 2, 15)))
    stage.work(shifts["rosa"], "rosa", ("closed", local(7, 2, 17)))
    limits = ["2026-07-09T04:00:00Z", "2026-07-09T04:00:00Z", "2026-10-01T04:00:00Z"]
    assert [sale["cancel_until"] for sale in sold] == limits
    return sold


def demonstrate(stage: Stage, number: int, **agreed: Any) -> Any:
    """Ninety minutes at a door of street A, from 10:00, 12:00 or 14:00 on, and a sale."""
    door, over = stage.a[number], local(7, 2, 10 + 2 * number) + timedelta(minutes=90)
    stage.at(over)
    stage.post("rosa", "visits/", stage.visit(door, "sale", over, at_door_s=DEMO_S))
    return stage.sell(
        "rosa", door, over, bought={"machine": (1, MACHINE)}, delivered=True, **agreed
    )


def what_is_earned_is_pending(stage: Stage) -> None:
    """All of it, as long as everybody may cancel."""
    total = stage.season("ada")["total"]
    assert (total["commission_minor"], total["pending_minor"]) == (sum(EARNED[:3]),) * 2


def a_minute_before_midnight(stage: Stage, sale: Any) -> None:
    """In time: the ten business days of the refund end with 20 July (no 12th, no 19th)."""
    told = stage.happen("rosa", sale, "cancelled", local(7, 8, 23, 59))
    assert (told["status"], told["to_refund_minor"]) == ("cancelled", DOWN)
    assert told["refund_due_at"] == "2026-07-21T04:00:00Z"
    back = {"amount_minor": DOWN, "trade_in_returned": True}
    assert stage.happen("max", sale, "refunded", local(7, 10, 9), **back)["status"] == "refunded"


def a_minute_after_midnight(stage: Stage, sale: Any) -> None:
    """Too late, also for one that the phone only sends in the morning; nothing changes."""
    stage.at(local(7, 10, 8))
    before = stage.get("rosa", f"sales/{sale['id']}/")
    late = stage.event("cancelled", local(7, 9, 0, 1))
    answer = stage.client("rosa").post(f"{API}sales/{sale['id']}/events/", late)
    assert problem(answer) == (409, "sale.cancellation_too_late")
    assert answer.json()["cancel_until"] == "2026-07-09T04:00:00Z"
    assert stage.get("rosa", f"sales/{sale['id']}/") == before


def a_financed_sale(stage: Stage) -> None:
    """Nothing down; the lender pays on the 24th, after the buyer's time is over."""
    when = stage.at(local(7, 20, 15))
    stage.post("rosa", "visits/", stage.visit(stage.a[3], "sale", when, at_door_s=DEMO_S))
    sale = stage.sell(
        "rosa", stage.a[3], when, bought={"machine": (1, MACHINE)}, financed=True, delivered=True
    )
    assert (sale["financed"], sale["owed_minor"]) == (True, MACHINE)
    lender = {"amount_minor": MACHINE, "payment_method": "financing"}
    paid = stage.happen("max", sale, "balance_paid", local(7, 24, 9), **lender)
    assert paid["status"] == "completed"


def july_is_closed(stage: Stage) -> None:
    """Four machines less the Adams'; only the Clarks' is pending."""
    stage.at(local(7, 31, 18))
    july = {"from": "2026-07-01", "to": "2026-08-01"}
    total = stage.season("ada", **july)["total"]
    assert total["commission_minor"] == sum(EARNED) - TAKEN_BACK[0]
    assert total["pending_minor"] == FROM_THE_THIRD


def the_clarks_think_again(stage: Stage, sale: Any) -> None:
    """On the thirtieth of their ninety days; the claw-back is August's, July stays as it was."""
    told = stage.happen("rosa", sale, "cancelled", local(8, 1, 11))
    assert told["to_refund_minor"] == DOWN
    july = {"from": "2026-07-01", "to": "2026-08-01"}
    assert stage.season("ada", **july)["total"]["commission_minor"] == sum(EARNED) - TAKEN_BACK[0]
    august = {"from": "2026-08-01", "to": "2026-09-01"}
    assert stage.season("ada", **august)["total"]["commission_minor"] == -TAKEN_BACK[1]


def the_report_adds_up(stage: Stage) -> None:
    """Every figure by hand: two machines stand, one refund is still to be made."""
    assert stage.season("ada") == the_report(stage)
    assert BOOKED - CANCELLED == PAID - DOWN - DOWN == 2 * MACHINE
    assert sum(EARNED) - sum(TAKEN_BACK) == 70_000
    assert stage.get("max", "sales/", refund_overdue="true")["count"] == 0
    stage.at(local(8, 14, 0, 1))  # ten business days after 1 August are over with the 13th
    assert stage.get("max", "sales/", refund_overdue="true")["count"] == 1


def the_report(stage: Stage) -> dict[str, Any]:
    """All of it: Rosa's four machines, Rui's twelve doors, and the four days of it.

    Rosa worked eight hours, Rui six. On the 2nd three were sold, of which two were cancelled; what
    was earned by those is taken back on the 8th and on 1 August.
    """
    rosas: Any = {
        "sales": 4, "cancelled": 2, "booked_minor": BOOKED, "cancelled_minor": CANCELLED,
        "standing_minor": 2 * MACHINE, "paid_minor": PAID, "refunded_minor": DOWN,
        "to_refund_minor": DOWN, "trade_in_minor": TRADE_IN,
    }  # fmt: skip
    thursdays: Any = {
        **rosas, "sales": 3, "booked_minor": BOOKED - MACHINE, "standing_minor": MACHINE,
        "paid_minor": PAID - MACHINE,
    }  # fmt: skip
    financed: Any = {
        "sales": 1,
        "booked_minor": MACHINE,
        "standing_minor": MACHINE,
        "paid_minor": MACHINE,
    }
    days = [f"2026-{day}" for day in ("07-02", "07-08", "07-20", "08-01")]
    earned = sum(EARNED) - sum(TAKEN_BACK)
    return {
        "campaign": stage.campaign,
        "currency": "USD",
        "total": season_row(group(None, "Total", 16, 16, 16, 4, 4), 8 + 6, (earned, 0), **rosas),
        "reps": [
            season_row(group(stage.id("rosa"), "Rosa", 4, 4, 4, 4, 4), 8, (earned, 0), **rosas),
            season_row(group(stage.id("rui"), "Rui", 12, 12, 12, 0, 0), 6),
        ],
        "days": [
            season_row(
                group(days[0], days[0], 15, 15, 15, 3, 3), 14, (sum(EARNED[:3]), 0), **thursdays
            ),
            season_row(group(days[1], days[1]), 0, (-TAKEN_BACK[0], 0)),
            season_row(group(days[2], days[2], 1, 1, 1, 1, 1), 0, (FROM_THE_THIRD, 0), **financed),
            season_row(group(days[3], days[3]), 0, (-TAKEN_BACK[1], 0)),
        ],
        "outcomes": [
            group("not_interested", "Not interested", 12, 12, 12, 0, 0),
            group("sale", "Sold", 4, 4, 4, 4, 4),
        ],
        "neighborhoods": [group(None, "No neighborhood", 16, 16, 16, 4, 4)],
        "products": [stage.sold("machine", 4, 4 * MACHINE, 2, 2 * MACHINE)],
    }
