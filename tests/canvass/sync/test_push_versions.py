"""Results of push say which version what they were about has in the sender's feed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from canvass.models import Sale, Shift
from canvass.shifts import ShiftPlan, schedule_shift
from tests.calls import SignIn
from tests.canvass import selling
from tests.canvass.sync.phones import Phone, op, push, visit
from tests.canvass.world import NOW, TODAY, Town

OPENED = {"kind": "opened"}
CASH = {"amount_minor": 4900, "payment_method": "cash"}


def told(phone: Phone) -> dict[tuple[str, str], int]:
    """The versions that the next pull tells, by what they are of."""
    changes = phone.page()["changes"]
    return {(one["entity"], one["id"]): one["version"] for one in changes}


def of_every_kind(town: Town, shift: Shift, sale: Sale) -> list[tuple[dict[str, Any], str, str]]:
    """Operations, with the entity and the id of what the pull tells because of each."""
    at, (first, second, third) = {"campaign": town.campaign.pk}, town.north
    prospects = {door.pk: str(town.prospect(door).pk) for door in town.north}
    due = (NOW + timedelta(hours=2)).isoformat()
    agreed = visit(town, first, "callback", callback_at=due)
    later = (NOW + timedelta(hours=3)).isoformat()
    wrong = {**agreed["payload"], "outcome": "demo", "supersedes": agreed["id"]}
    wrong.pop("callback_at")
    correction = op("correction", wrong)
    paid = op("payment", {"sale": str(sale.pk), "kind": "balance_paid", **CASH})
    heard = {**at, "door": second.pk, "said_by": "A neighbour"}
    name = {**at, "door": third.pk, "name": "Kim"}
    house = {"street": third.building.street, "number": third.building.number, "unit": "2"}
    found = {**at, **house, "lon": third.lon, "lat": third.lat}
    sign = {**at, "door": second.pk, "source": "sign"}
    return [
        (agreed, "visit", agreed["id"]),
        (op("callback", {"visit": agreed["id"], "callback_at": later}), "callback", agreed["id"]),
        (correction, "visit", correction["id"]),
        (paid, "sale", str(sale.pk)),
        (op("referral", heard), "prospect", prospects[second.pk]),
        (op("contact_details", name), "prospect", prospects[third.pk]),
        (op("new_door", found), "prospect", ""),
        (op("do_not_knock", sign), "prospect", prospects[second.pk]),
        (op("shift_event", {"shift": shift.pk, **OPENED}), "shift", str(shift.pk)),
    ]


def test_every_kind_has_the_version_that_is_pulled(town: Town, as_member: SignIn) -> None:
    """Of a visit its own, of what is said of a door that of everything there; again the same."""
    rosa = town.company.rosa
    plan = ShiftPlan(town.campaign, rosa, TODAY)
    shift = schedule_shift(actor=town.company.ada, plan=plan, now=NOW)
    sale = selling.sell(town, door_id=town.north[1].pk)
    phone = Phone(as_member(rosa))
    known = told(phone)
    sent = of_every_kind(town, shift, sale)
    results = push(phone.client, *(each for each, _, _ in sent))
    now = known | told(phone)
    for (each, entity, pk), result in zip(sent, results, strict=True):
        assert result["status"] == "applied", (each["type"], result)
        about = pk or str(result["result"].get("prospect"))
        assert result["version"] == now[entity, about], each["type"]
    again = push(phone.client, *(each for each, _, _ in sent))
    assert [row["version"] for row in again] == [row["version"] for row in results]


def test_there_is_none_without_a_feed_or_a_change(town: Town, as_member: SignIn) -> None:
    """Before the first pull; of an alarm, which no phone shows; and of what was refused."""
    client = as_member(town.company.rosa)
    sent = [visit(town, town.north[0]), op("alarm", {}), visit(town, town.south[0])]
    assert [row["version"] for row in push(client, *sent)] == [None] * 3
    Phone(client).pull()
    versions = [row["version"] for row in push(client, *sent)]
    assert versions[0] is not None
    assert versions[1:] == [None, None]


def test_nobody_is_told_another_s_version(town: Town, as_member: SignIn) -> None:
    """Each member has a feed, and its numbers, of their own."""
    mine, his = (Phone(as_member(who)) for who in (town.company.rosa, town.company.sam))
    mine.pull()
    his.pull()
    for n in range(3):
        push(mine.client, visit(town, town.north[n]))
    (result,) = push(his.client, visit(town, town.south[0]))
    shown = told(his)
    assert result["version"] == max(shown.values())
