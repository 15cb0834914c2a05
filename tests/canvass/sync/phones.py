"""What a phone sends, for the tests of push and pull."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework.test import APIClient

from common.ids import uuid7
from territories.models import Door
from tests.canvass.world import NOW, Town

PUSH = "/api/v1/sync/push"


def op(kind: str, payload: dict[str, Any], at: datetime = NOW, **more: Any) -> dict[str, Any]:
    """An operation with an id of its own."""
    told = {"type": kind, "occurred_at": at.isoformat(), "payload": payload}
    return {"id": str(uuid7(at)), **told, **more}


def visit(town: Town, door: Door, outcome: str = "no_answer", **more: Any) -> dict[str, Any]:
    """A visit to a door of the town."""
    at = more.pop("at", NOW)
    payload = {"campaign": town.campaign.pk, "door": door.pk, "outcome": outcome, **more}
    return op("visit", payload, at)


def batch(ops: list[Any], **more: Any) -> dict[str, Any]:
    """The body of a push."""
    told = {"device_id": "phone-1", "client_time": NOW.isoformat(), "schema": 1, "ops": ops}
    return {**told, **more}


def push(client: APIClient, *ops: Any, **more: Any) -> list[dict[str, Any]]:
    """The results of a push."""
    answer = client.post(PUSH, batch(list(ops), **more))
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    """The status of each result, or the code of its problem."""
    return [(row["problem"] or {}).get("code", row["status"]) for row in results]


PULL = "/api/v1/sync/pull"
Mirror = dict[tuple[str, str], Any]


class Phone:
    """A mirror of what the server tells a member's phone, and the cursor of the last page."""

    def __init__(self, client: APIClient, limit: int = 500) -> None:
        self.client, self.limit = client, limit
        self.cursor: str | None = None
        self.mirror: Mirror = {}

    def page(self) -> Any:
        """Pull one page into the mirror; returns it."""
        asked = {"limit": self.limit} | ({"cursor": self.cursor} if self.cursor else {})
        answer = self.client.get(PULL, asked)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        for change in page["changes"]:
            key = change["entity"], change["id"]
            assert change["deleted"] == (change["data"] is None)
            if change["deleted"]:
                self.mirror.pop(key, None)
            else:
                self.mirror[key] = change["data"]
        self.cursor = page["cursor"]
        return page

    def pull(self) -> list[tuple[str, str, bool]]:
        """Pull until there is no more: what came, and whether it is gone."""
        told: list[tuple[str, str, bool]] = []
        more = True
        while more:
            page = self.page()
            told += [(one["entity"], one["id"], one["deleted"]) for one in page["changes"]]
            more = page["more"]
        return told

    def kinds(self) -> set[str]:
        """Pull, and say which kinds of things have changed; with a dash, those that are gone."""
        return {entity + ("-" if gone else "") for entity, _, gone in self.pull()}

    def shows(self, entity: str) -> set[str]:
        """The ids of the things of one kind in the mirror."""
        return {pk for kind, pk in self.mirror if kind == entity}
