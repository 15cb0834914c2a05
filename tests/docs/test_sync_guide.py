"""The examples of docs/sync.md, replayed in their order against the API."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Member, User
from canvass.api.operations import KINDS
from canvass.shifts import ShiftPlan, schedule_shift
from config.environment import ROOT
from config.guide import pairs
from tests.canvass import world
from tests.cast import Company
from tests.docs import guide
from tests.routing.rows import plain_route

PAGE = (ROOT / "docs" / "sync.md").read_text(encoding="utf-8")
EXAMPLES = pairs(PAGE)
PASSWORD = "correct horse battery"
LOGIN = "/_allauth/app/v1/auth/login"


@pytest.fixture
def names(sunrise: Company) -> guide.Names:
    """What the page takes for granted: Rosa and Rui have three doors, and Max manages them."""
    User.objects.update(password=make_password(PASSWORD))
    town = world.sunrise_town(sunrise)
    world.assign(town.territory(1), town.company.rui, shared=True)
    door = town.north[0]
    number = town.north[1].building.number
    routes = ("replaced_route", False), ("route", True)
    plan = ShiftPlan(town.campaign, town.company.rosa, world.TODAY)
    shift = schedule_shift(actor=town.company.ada, plan=plan, now=world.NOW)
    ids = {name: plain_route(shift, door, is_current=now).pk for name, now in routes}
    tokens = {"token": token(town.company.rosa), "rui_token": token(town.company.rui)}
    tokens["max_token"] = token(town.company.max)
    return {**tokens, **ids, "campaign": town.campaign.pk, "door": door.pk, "number": number}


def token(member: Member) -> str:
    """The token of a new session of a member."""
    body = {"email": member.user.email, "password": PASSWORD}
    answer = Client().post(LOGIN, body, content_type="application/json")
    return str(answer.json()["meta"]["session_token"])


def test_the_api_answers_as_the_page_says(names: guide.Names) -> None:
    """Every request of the page, in their order, gets the answer shown."""
    assert len(EXAMPLES) >= 2
    with time_machine.travel(world.NOW, tick=False):
        for request, answer in EXAMPLES:
            response = guide.send(request, names)
            assert guide.shown(response, answer, names) == answer, request.first


def test_the_page_names_every_type_of_operation() -> None:
    """And none that is not there."""
    table = PAGE.split("### Types of operations")[1].split("\n### ")[0]
    named = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(named) == sorted([*KINDS, "route_progress", "type"])
