"""A Southwestern summer: thirty demonstrations a day, deposits, a student who quits, deliveries.

Rosa works street A, Rui street B, Max manages both. A handbook costs $399.00, an atlas $49.00; the
seller earns 40 %, Max 5 % of what his people sell.

Rosa's Tuesday (2 June), one door every quarter of an hour from 9:00, at 40 doors: 4 sales, 26
demonstrations that sold nothing, 4 refusals, 6 doors that stay shut. So 30 demonstrations, 34
contacts. Rui's Tuesday: 10 doors, 2 sales, 3 demonstrations, 5 doors that stay shut.

The money, in cents: Rosa sells 4 handbooks, $100.00 down each, and one buyer cancels. Rui sells 2
atlases, $9.00 down each, and on Saturday, at Rosa's callback, 2 atlases for cash.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.canvass.seasons.stage import Stage, group, local, season_row

HANDBOOK, ATLAS = 39_900, 4_900
HANDBOOK_DOWN, ATLAS_DOWN = 10_000, 900
TUESDAY, DELIVERY_DAY = date(2026, 6, 2), date(2026, 8, 25)
QUARTER = timedelta(minutes=15)
MILLERS = 13  # the house A14

BOOKED = 4 * HANDBOOK + 2 * ATLAS + 2 * ATLAS
CANCELLED = HANDBOOK
DEPOSITS = 4 * HANDBOOK_DOWN + 2 * ATLAS_DOWN + 2 * ATLAS
BALANCES = 3 * (HANDBOOK - HANDBOOK_DOWN) + (ATLAS - ATLAS_DOWN)
OWED = ATLAS - ATLAS_DOWN  # one of Rui's buyers has no money on the day of delivery
ROSA_EARNS = 3 * 15_960  # 40 % of $399.00, three times
RUI_EARNS = 4 * 1_960  # 40 % of $49.00, four times
MAX_EARNS = 3 * 1_995 + 4 * 245  # 5 % of each


def test_a_southwestern_summer(stage: Stage) -> None:
    """From the first door to the last balance; the report is what the hand computes."""
    stage.set_up(date(2026, 9, 1), {"handbook": HANDBOOK, "atlas": ATLAS})
    agree_on_goals_and_commission(stage)
    hers = stage.assign(1, "rosa", "2026-06-01")
    stage.assign(2, "rui", "2026-06-01")
    pre_approach(stage)
    sold = rosas_tuesday(stage)
    sold += ruis_tuesday(stage)
    a_buyer_thinks_again(stage, sold[3])
    rosa_quits(stage, hers, sold)
    rui_keeps_her_callback(stage)
    deliver(stage, [*sold[:3], *sold[4:]])
    the_report_adds_up(stage)


def agree_on_goals_and_commission(stage: Stage) -> None:
    """Thirty demonstrations a day; 40 % for sellers, 5 % for the manager of the north."""
    everybody = {"campaign": stage.campaign, "starts_on": "2026-06-01"}
    stage.post("max", "goals/", {**everybody, "figure": "demos", "per_day": 30}, 200)
    rule = {**everybody, "unit": "basis_points"}
    stage.post("ada", "commission-rules/", {**rule, "tiers": [{"from": 0, "rate": 4000}]})
    north = {"team": stage.company.teams["North"].pk, "member": stage.id("max")}
    tiers = [{"from": 0, "rate": 500}]
    stage.post("ada", "commission-rules/", {**rule, **north, "tiers": tiers})


def pre_approach(stage: Stage) -> None:
    """A neighbour says who has children: the Millers are warm before anybody has knocked there."""
    monday = stage.at(local(6, 1, 18))
    said = {
        "id": stage.new_id(monday), "campaign": stage.campaign, "door": stage.a[MILLERS].pk,
        "said_at": monday.isoformat(), "said_by": "Mrs Lopez at 12",
        "note": "The Millers at 14 have children.",
    }  # fmt: skip
    stage.post("rosa", "referrals/", said)
    warm = stage.get("rosa", "prospects/", campaign=stage.campaign, temperature="warm")["results"]
    assert [(row["door"]["id"], row["attempts"]) for row in warm] == [(stage.a[MILLERS].pk, 0)]


def rosas_tuesday(stage: Stage) -> list[Any]:
    """Ten hours and a half at forty doors reach the goal; the Millers say: on Saturday at ten."""
    stage.at(local(6, 2, 8))
    shift = stage.shift(TUESDAY, "rosa")
    stage.work(shift, "rosa", ("opened", local(6, 2, 9)), ("paused", local(6, 2, 12)))
    report = stage.work(
        shift, "rosa", ("resumed", local(6, 2, 12, 30)), ("closed", local(6, 2, 20))
    )
    assert report["worked_s"] == 10.5 * 3600
    outcomes = ["sale"] * 4 + ["demo"] * 26 + ["not_interested"] * 4 + ["no_answer"] * 6
    visits = [
        stage.visit(door, outcome, local(6, 2, 9) + number * QUARTER)
        for number, (door, outcome) in enumerate(zip(stage.a, outcomes, strict=True))
    ]
    visits[MILLERS]["callback_at"] = local(6, 6, 10).isoformat()
    answers = stage.post("rosa", "visits/batch/", {"visits": visits}, 200)["answers"]
    assert [answer["status"] for answer in answers] == [201] * 40
    goals = stage.get("max", "reports/goals/", campaign=stage.campaign, day="2026-06-02")
    reached = {row["name"]: (row["reached"], row["per_day"]) for row in goals}
    assert reached["Rosa"] == (30, 30)
    return [
        stage.sell(
            "rosa", stage.a[number], local(6, 2, 10) + number * QUARTER,
            bought={"handbook": (1, HANDBOOK)}, deposit_minor=HANDBOOK_DOWN,
            delivery_due_on=DELIVERY_DAY.isoformat(), visit=visits[number]["id"],
        )
        for number in range(4)
    ]  # fmt: skip


def ruis_tuesday(stage: Stage) -> list[Any]:
    """Two atlases; the staircase in which nobody is home is one call."""
    evening = local(6, 2, 17)
    opened = [stage.visit(door, "sale", evening) for door in stage.b[:2]]
    opened += [stage.visit(door, "demo", evening) for door in stage.b[2:5]]
    for visit in opened:
        stage.post("rui", "visits/", visit)
    shut = [{"id": stage.new_id(evening), "door": door.pk} for door in stage.b[5:10]]
    same = {"campaign": stage.campaign, "occurred_at": evening.isoformat(), "visits": shut}
    answers = stage.post("rui", "visits/same/", same, 200)["answers"]
    assert [answer["status"] for answer in answers] == [201] * 5
    return [
        stage.sell(
            "rui", door, evening, bought={"atlas": (1, ATLAS)}, deposit_minor=ATLAS_DOWN,
            delivery_due_on=DELIVERY_DAY.isoformat(),
        )
        for door in stage.b[:2]
    ]  # fmt: skip


def a_buyer_thinks_again(stage: Stage, sale: Any) -> None:
    """Sold on a Tuesday: until Friday midnight. On Thursday the buyer cancels, and is refunded."""
    assert sale["cancel_until"] == "2026-06-06T04:00:00Z"
    cancelled = stage.happen("rosa", sale, "cancelled", local(6, 4, 18))
    assert (cancelled["status"], cancelled["to_refund_minor"]) == ("cancelled", HANDBOOK_DOWN)
    back = stage.happen("max", sale, "refunded", local(6, 5, 9), amount_minor=HANDBOOK_DOWN)
    assert (back["status"], back["to_refund_minor"]) == ("refunded", 0)


def rosa_quits(stage: Stage, hers: int, sold: list[Any]) -> None:
    """Her three deliveries and the Millers are outstanding; Rui takes all of it over."""
    stage.at(local(6, 5, 12))
    phone = stage.client("rosa")
    waiting = stage.get("max", f"assignments/{hers}/outstanding/")["results"]
    assert [row["door"]["id"] for row in waiting] == [stage.a[MILLERS].pk]
    address, why = f"assignments/{hers}/revoke/", {"reason": "She quits."}
    assert stage.refused("max", address, why) == (409, "assignment.outstanding")
    taken = stage.post("max", address, {**why, "hand_to": stage.id("rui")}, 200)
    assert (taken["callbacks"], taken["deliveries"]) == (1, 3)
    leaving = {"left_on": "2026-06-05", "reason": "Homesick."}
    stage.post("max", f"members/{stage.id('rosa')}/end-membership/", leaving, 200)
    assert phone.get("/api/v1/me/").status_code in (401, 403)
    told = [stage.get("max", f"sales/{sale['id']}/") for sale in sold]
    assert {sale["deliverer"] for sale in told if not sale["cancelled_at"]} == {stage.id("rui")}
    assert {sale["member"] for sale in told[:4]} == {stage.id("rosa")}


def rui_keeps_her_callback(stage: Stage) -> None:
    """The Millers are warm, due on Saturday at ten, and buy two atlases for cash."""
    saturday = stage.at(local(6, 6, 10))
    door = stage.a[MILLERS]
    (row,) = stage.get("rui", "prospects/", campaign=stage.campaign, door=door.pk)["results"]
    assert (row["temperature"], row["next_due_at"]) == ("warm", "2026-06-06T14:00:00Z")
    stage.post("rui", "visits/", stage.visit(door, "sale", saturday))
    sale = stage.sell(
        "rui", door, saturday, bought={"atlas": (2, ATLAS)}, deposit_minor=2 * ATLAS, delivered=True
    )
    assert sale["status"] == "completed"


def deliver(stage: Stage, sold: list[Any]) -> None:
    """At the season's end Rui's walk has all five as required stops; one buyer cannot pay."""
    stage.at(local(8, 25, 8))
    shift = stage.shift(DELIVERY_DAY, "rui")
    to_bring = stage.get("rui", f"shifts/{shift}/deliveries/")["results"]
    assert {row["id"] for row in to_bring} == {sale["id"] for sale in sold}
    stage.post("rui", "plan-runs/", {"shift": shift, "seconds": 0.2}, 202)
    stage.carry_out()
    (listed,) = stage.get("rui", "routes/", shift=shift)["results"]
    route = stage.get("rui", f"routes/{listed['id']}/")
    reasons = {door["id"]: door["appeal"] for stop in route["stops"] for door in stop["doors"]}
    assert {reasons[sale["door"]] for sale in sold} == {"delivery"}
    for number, sale in enumerate(sold):
        when = local(8, 25, 10) + number * QUARTER
        after = stage.happen("rui", sale, "delivered", when)
        if number < len(sold) - 1:
            owed = after["owed_minor"]
            after = stage.happen("rui", sale, "balance_paid", when, amount_minor=owed)
        assert after["status"] == ("completed" if number < len(sold) - 1 else "delivered")


def the_report_adds_up(stage: Stage) -> None:
    """Every figure by hand; Ada sees the same as Max, for everybody is in his north."""
    stage.at(local(8, 31, 9))
    told = stage.season("ada")
    assert told == the_report(stage)
    assert BOOKED - CANCELLED == DEPOSITS + BALANCES - HANDBOOK_DOWN + OWED == 139_300
    assert told == stage.season("max")
    own = stage.season("rui")["total"]
    assert (own["ledger"]["sales"], own["commission_minor"]) == (3, RUI_EARNS)


def the_report(stage: Stage) -> dict[str, Any]:
    """All of it: Rosa's 40 doors and Rui's 10 on Tuesday, and the Millers once more on Saturday.

    Max is in it for what he earns. On Thursday a buyer's cancellation takes commissions back.
    """
    thursday_back = 15_960 + 1_995
    return {
        "campaign": stage.campaign,
        "currency": "USD",
        "total": season_row(
            group(None, "Total", 51, 50, 34 + 5 + 1, 30 + 5 + 1, 4 + 2 + 1), 10.5,
            (ROSA_EARNS + RUI_EARNS + MAX_EARNS, 0), **both(hers(), his()),
        ),
        "reps": [
            season_row(group(stage.id("max"), "Max"), 0, (MAX_EARNS, 0)),
            season_row(
                group(stage.id("rosa"), "Rosa", 40, 40, 34, 30, 4), 10.5, (ROSA_EARNS, 0), **hers()
            ),
            season_row(
                group(stage.id("rui"), "Rui", 11, 11, 5 + 1, 5 + 1, 2 + 1), 0, (RUI_EARNS, 0),
                **his(),
            ),
        ],
        "days": [
            season_row(
                group("2026-06-02", "2026-06-02", 50, 50, 34 + 5, 30 + 5, 4 + 2), 10.5,
                (4 * (15_960 + 1_995) + 2 * (1_960 + 245), 0), **both(hers(), his(saturday=False)),
            ),
            season_row(group("2026-06-04", "2026-06-04"), 0, (-thursday_back, 0)),
            season_row(
                group("2026-06-06", "2026-06-06", 1, 1, 1, 1, 1), 0, (2 * (1_960 + 245), 0),
                sales=1, booked_minor=2 * ATLAS, standing_minor=2 * ATLAS, paid_minor=2 * ATLAS,
            ),
        ],
        "outcomes": [
            group("no_answer", "Nobody home", 6 + 5, 6 + 5, 0, 0, 0),
            group("not_interested", "Not interested", 4, 4, 4, 0, 0),
            group("demo", "Demonstration given", 26 + 3, 26 + 3, 26 + 3, 26 + 3, 0),
            group("sale", "Sold", 4 + 2 + 1, 4 + 2 + 1, 4 + 2 + 1, 4 + 2 + 1, 4 + 2 + 1),
        ],
        "neighborhoods": [
            group(None, "No neighborhood", 51, 50, 34 + 5 + 1, 30 + 5 + 1, 4 + 2 + 1)
        ],
        "products": [
            stage.sold("atlas", 4, 4 * ATLAS, 0, 0),
            stage.sold("handbook", 4, 4 * HANDBOOK, 1, HANDBOOK),
        ],
    }  # fmt: skip


def hers() -> dict[str, int]:
    """Rosa's four handbooks: all deposits and three balances were paid, one deposit given back."""
    return {
        "sales": 4, "cancelled": 1, "booked_minor": 4 * HANDBOOK, "cancelled_minor": HANDBOOK,
        "standing_minor": 3 * HANDBOOK, "refunded_minor": HANDBOOK_DOWN,
        "paid_minor": 4 * HANDBOOK_DOWN + 3 * (HANDBOOK - HANDBOOK_DOWN),
    }  # fmt: skip


def his(*, saturday: bool = True) -> dict[str, int]:
    """Rui's two atlases on Tuesday, of which one balance is owed; on Saturday two for cash."""
    more = 2 * ATLAS if saturday else 0
    return {
        "sales": 2 + bool(more), "booked_minor": 2 * ATLAS + more,
        "standing_minor": 2 * ATLAS + more, "owed_minor": ATLAS - ATLAS_DOWN,
        "paid_minor": 2 * ATLAS_DOWN + (ATLAS - ATLAS_DOWN) + more,
    }  # fmt: skip


def both(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """What two ledgers add up to."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {*one, *other}}
