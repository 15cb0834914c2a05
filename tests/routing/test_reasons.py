"""The reasons for which a door is left out."""

from __future__ import annotations

import pytest

from routing.engine import Reason
from routing.models import LeftOutReason
from tests.calls import SignIn
from tests.routing.world import Town, route_of


def test_the_planner_knows_every_reason_of_the_engine() -> None:
    """In the engine's order, and its own after them."""
    engines = [reason.value for reason in Reason]
    own = [
        "not_considered", "no_permit", "sign_binds", "outside_permitted_hours", "not_due",
        "given_up",
    ]  # fmt: skip
    assert LeftOutReason.values == [*engines, *own]


@pytest.mark.parametrize("reason", LeftOutReason)
def test_every_reason_can_be_kept_and_is_told_in_words(
    hill: Town, as_member: SignIn, reason: LeftOutReason
) -> None:
    """The database takes it, and the API has a sentence for it."""
    route = route_of(hill.shift(hill.company.rosa, minutes=5))
    route.doors.filter(stop=None).update(reason=reason.value)
    found = as_member(hill.company.max).get(f"/api/v1/routes/{route.pk}/left-out/").json()
    row = found["results"][0]
    assert (row["reason"], row["reason_label"]) == (reason.value, reason.label)
    assert row["reason_label"].endswith(".")
