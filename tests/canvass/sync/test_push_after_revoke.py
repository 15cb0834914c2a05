"""The phone that was lost, and its outbox on the one that replaces it."""

from __future__ import annotations

from typing import Any

import time_machine
from django.test import Client

from canvass.models import SyncOp, Visit
from tests.accounts.test_sessions import APP, JSON, phone, sign_in
from tests.calls import problem
from tests.canvass.sync.phones import PUSH, batch, outcomes, visit
from tests.canvass.world import NOW, Town


def post(headers: dict[str, str], *ops: Any) -> Any:
    """The answer to a push under a phone's own session."""
    return Client().post(PUSH, batch(list(ops)), content_type=JSON, headers=headers)


def revoke(headers: dict[str, str], by: dict[str, str]) -> None:
    """End the one session from the other."""
    rows = Client().get(f"{APP}/auth/sessions", headers=by).json()["data"]
    ids = [row["id"] for row in rows if not row["is_current"]]
    assert len(ids) == 1
    answer = Client().delete(
        f"{APP}/auth/sessions", {"sessions": ids}, content_type=JSON, headers=by
    )
    assert answer.status_code == 200
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401


def test_a_revoked_phone_pushes_nothing_and_its_replacement_pushes_it_once(town: Town) -> None:
    """Neither a new batch nor the replay of an old one is taken from it; nothing is doubled."""
    with time_machine.travel(NOW, tick=False):
        lost = phone(town.company.rosa)
        first, second = visit(town, town.north[0]), visit(town, town.north[1])
        assert outcomes(post(lost, first).json()["results"]) == ["applied"]
        answer = sign_in(Client(), town.company.rosa.user.email)
        new = {"X-Session-Token": answer.json()["meta"]["session_token"]}
        revoke(lost, by=new)
        for ops in ([first], [first, second]):
            assert problem(post(lost, *ops)) == (401, "not_signed_in")
        assert Visit.objects.count() == SyncOp.objects.count() == 1
        assert outcomes(post(new, first, second).json()["results"]) == ["duplicate", "applied"]
        assert outcomes(post(new, first, second).json()["results"]) == ["duplicate", "duplicate"]
    assert {str(each.pk) for each in Visit.objects.all()} == {first["id"], second["id"]}
