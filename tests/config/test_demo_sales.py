"""What the demo's reps sell."""

from __future__ import annotations

import time_machine

from canvass.models import Sale
from common.ids import uuid7
from config.demo.simulation import Evening, sale
from tests.calls import SignIn
from tests.canvass.selling import product
from tests.canvass.world import NOW, TODAY, sunrise_town
from tests.cast import Company


@time_machine.travel(NOW, tick=False)
def test_a_simulated_sale_is_booked_once_however_often_it_is_walked(
    sunrise: Company, as_member: SignIn
) -> None:
    """The API takes it: sums right, a deposit paid, the rest owed; the second walk adds nothing."""
    town = sunrise_town(sunrise)
    rosa = sunrise.rosa
    product(town)
    phone = as_member(rosa)
    products = phone.get("/api/v1/products/", {"campaign": town.campaign.pk}).json()["results"]
    door = town.north[0].pk
    made = {"id": str(uuid7(NOW)), "door": door, "occurred_at": NOW.isoformat(), "outcome": "sale"}
    visited = {**made, "campaign": town.campaign.pk}
    assert phone.post("/api/v1/visits/", visited, format="json").status_code == 201
    body = sale(Evening(rosa, town.campaign, TODAY, TODAY), made, products)
    first = phone.post("/api/v1/sales/", body, format="json")
    assert first.status_code == 201, first.content
    assert phone.post("/api/v1/sales/", body, format="json").status_code == 200
    booked = Sale.objects.get()
    assert (booked.member, str(booked.visit_id)) == (rosa, made["id"])
    assert booked.paid_minor + booked.owed_minor == booked.total_minor
    assert booked.paid_minor > 0
