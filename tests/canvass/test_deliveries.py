"""Who brings sold goods, and handing that over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from canvass.deliveries import deliveries, hand_over_delivery
from canvass.errors import OutstandingWork
from canvass.errors import sales as errors
from canvass.handing_over import take_away
from canvass.models import Sale, Shift
from canvass.shifts import ShiftPlan, schedule_shift
from common.errors import NotAllowed, NotFound
from territories.models import Assignment
from tests.calls import SignIn, problem
from tests.canvass.selling import happen, sell
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

DAY = timedelta(days=1)


def shift_of_rosa(town: Town) -> Shift:
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY)
    return schedule_shift(actor=town.company.max, plan=plan, now=NOW)


def test_a_run_is_what_is_due_and_not_done(town: Town) -> None:
    """Due by that day or at no certain day; not delivered, not cancelled, not somebody else's."""
    rosa = town.company.rosa
    due = sell(town, delivery_due_on=TODAY)
    whenever = sell(town)
    sell(town, delivery_due_on=TODAY + DAY)
    happen(rosa, sell(town), "delivered")
    happen(town.company.max, sell(town), "cancelled", goodwill=True)
    sell(town, town.company.sam, door_id=town.south[0].pk)
    assert set(deliveries(shift_of_rosa(town))) == {due, whenever}


def test_the_run_is_shown(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """To the rep, the manager and the admin; with the address. Others find no such shift."""
    shift = shift_of_rosa(town)
    sale = sell(town)
    url = f"/api/v1/shifts/{shift.pk}/deliveries/"
    for member in (town.company.rosa, town.company.max, town.company.ada):
        (row,) = as_member(member).get(url).json()["results"]
        assert (row["id"], row["street"]) == (str(sale.pk), "Elm Street")
    for member in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(member).get(url)) == (404, "not_found")
    assert problem(as_member(None).get(url))[0] == 401


def test_somebody_else_brings_it(town: Town) -> None:
    """The sale stays hers, the goods are his to bring, and the trail says who decided."""
    sale = sell(town)
    hand_over_delivery(actor=town.company.max, sale=sale, to=town.company.rui, now=NOW)
    sale.refresh_from_db()
    assert (sale.member, sale.deliverer) == (town.company.rosa, town.company.rui)
    told = AuditEntry.objects.get(action="sale.handed_over")
    assert (told.member, told.row) == (town.company.max, str(sale.pk))
    assert (told.before, told.after) == (
        {"deliverer": town.company.rosa.pk},
        {"deliverer": town.company.rui.pk},
    )
    hand_over_delivery(actor=town.company.max, sale=sale, to=town.company.rui, now=NOW)
    assert AuditEntry.objects.filter(action="sale.handed_over").count() == 1
    happen(town.company.rui, sale, "delivered")


def test_who_may_not_and_what_cannot_be_handed_over(town: Town, moonlight: Company) -> None:
    """A rep, a stranger; to a stranger, to who has left; what is delivered."""
    ada, rosa, rui = town.company.ada, town.company.rosa, town.company.rui
    sale = sell(town)
    for actor, to, error in (
        (rosa, rui, NotAllowed),
        (moonlight.olga, moonlight.otto, NotFound),
        (town.company.mona, town.company.sam, NotFound),
        (town.company.max, town.company.sam, NotFound),
        (ada, moonlight.otto, NotFound),
    ):
        with pytest.raises(error):
            hand_over_delivery(actor=actor, sale=sale, to=to, now=NOW)
    type(rui).objects.filter(pk=rui.pk).update(left_on=TODAY)
    with pytest.raises(errors.SaleDelivererLeft):
        hand_over_delivery(actor=ada, sale=sale, to=rui, now=NOW)
    happen(rosa, sale, "delivered")
    with pytest.raises(errors.SaleNothingToDeliver):
        hand_over_delivery(actor=ada, sale=sale, to=town.company.sam, now=NOW)
    assert Sale.objects.get().deliverer == rosa


def test_it_is_handed_over_over_http(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """200 with the sale; 403 for a rep, 404 for strangers, 400 without anybody."""
    sale = sell(town)
    url, to = f"/api/v1/sales/{sale.pk}/hand-over/", {"to": town.company.rui.pk}
    assert problem(as_member(town.company.rosa).post(url, to)) == (403, "not_allowed")
    for stranger in (town.company.mona, moonlight.olga):
        assert problem(as_member(stranger).post(url, to)) == (404, "not_found")
    boss = as_member(town.company.max)
    assert problem(boss.post(url, {})) == (400, "invalid")
    assert problem(boss.post(url, {"to": moonlight.otto.pk})) == (404, "not_found")
    answers = [boss.post(url, to) for _ in range(2)]
    assert [(a.status_code, a.json()["deliverer"]) for a in answers] == [(200, to["to"])] * 2


def taken(town: Town, **more: Any) -> Any:
    row = Assignment.objects.get(member=town.company.rosa)
    return take_away(actor=town.company.max, assignment=row, reason="Quit", now=NOW, **more)


def test_goods_are_outstanding_when_a_territory_is_taken_away(town: Town) -> None:
    """The refusal counts them; what is delivered or somebody else's to bring is not."""
    sell(town)
    happen(town.company.rosa, sell(town), "delivered")
    other = sell(town)
    hand_over_delivery(actor=town.company.max, sale=other, to=town.company.rui, now=NOW)
    with pytest.raises(OutstandingWork) as refused:
        taken(town)
    assert refused.value.details == {"callbacks": 0, "deliveries": 1}


def test_goods_go_with_the_territory_or_stay_on_purpose(town: Town) -> None:
    """To whom the territory goes; or to nobody new, if that is said."""
    sale = sell(town)
    assert taken(town, leave_outstanding=True).deliveries == 1
    sale.refresh_from_db()
    assert sale.deliverer == town.company.rosa
    given = Assignment.objects.get(member=town.company.rosa)
    assert given.state == "revoked"


def test_who_takes_the_territory_brings_the_goods(town: Town) -> None:
    """All of them, and the trail says so."""
    sales = [sell(town), sell(town, door_id=town.north[1].pk)]
    found = taken(town, hand_to=town.company.rui)
    assert (found.deliveries, found.callbacks) == (2, 0)
    assert {sale.deliverer for sale in Sale.objects.all()} == {town.company.rui}
    rows = AuditEntry.objects.filter(action="sale.handed_over").values_list("row", flat=True)
    assert set(rows) == {str(sale.pk) for sale in sales}
