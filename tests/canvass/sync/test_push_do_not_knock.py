"""Operations of type `do_not_knock`: somebody said it, or a sign does, and nobody was visited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from canvass.do_not_knock_doors import in_force
from canvass.models import DoNotKnockEntry, Visit
from territories.models import Door
from tests.calls import SignIn
from tests.canvass.sync.phones import Phone, op, outcomes, push
from tests.canvass.world import NOW, Town
from tests.cast import Company


def said(town: Town, door: Door, **more: Any) -> dict[str, Any]:
    """That the householder of a door called."""
    at = more.pop("at", NOW)
    told = {"campaign": town.campaign.pk, "door": door.pk, "source": "householder", **more}
    return op("do_not_knock", told, at)


def test_the_door_leaves_the_phone_and_no_visit_is_made(town: Town, as_member: SignIn) -> None:
    """From when it was said, once however often it is sent, and for ever."""
    rosa, door = town.company.rosa, town.north[0]
    client = as_member(rosa)
    phone = Phone(client)
    phone.pull()
    sent = said(town, door, note="She rang", at=NOW - timedelta(hours=2))
    assert outcomes(push(client, sent, sent)) == ["applied", "duplicate"]
    entry = DoNotKnockEntry.objects.get()
    assert (entry.door, entry.added_by, entry.note) == (door, rosa, "She rang")
    assert (entry.starts_at, entry.ends_at) == (NOW - timedelta(hours=2), None)
    assert Visit.objects.count() == 0
    phone.pull()
    shown = [key for key in phone.mirror if key[0] == "prospect"]
    assert len(shown) == len(town.north) - 1


def test_a_clock_that_is_ahead_lets_it_hold_at_once(town: Town, as_member: SignIn) -> None:
    """It never waits for the phone's time to come."""
    sent = said(town, town.north[0], at=NOW + timedelta(hours=3))
    assert outcomes(push(as_member(town.company.rosa), sent)) == ["applied"]
    assert DoNotKnockEntry.objects.get().starts_at == NOW
    assert in_force(town.north[0], NOW)


@pytest.mark.parametrize("who", ["rui", "olga"])
def test_who_does_not_work_the_door_cannot_close_it(
    who: str, town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """A colleague without it, and another company, to whom it does not exist."""
    members = {**town.company.members, **moonlight.members}
    results = push(as_member(members[who]), said(town, town.north[0]))
    assert outcomes(results) == ["do_not_knock.door_not_found"]
    assert not DoNotKnockEntry.objects.exists()


@pytest.mark.parametrize("wrong", [{"source": "registry"}, {"door": "1"}, {"street": "Elm Street"}])
def test_what_a_phone_cannot_say_is_refused(
    wrong: dict[str, Any], town: Town, as_member: SignIn
) -> None:
    """Registries, streets and areas are the managers'."""
    sent = said(town, town.north[0])
    sent["payload"] |= wrong
    results = push(as_member(town.company.rosa), sent)
    assert outcomes(results) == ["sync.op_invalid"]
