"""A hook from beginning to end: a real worker with its clock tells a real server of a visit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings

from canvass.hooks.endpoints import add_hook
from canvass.models.hooks import HookDelivery
from tests.canvass.world import NOW, record, sunrise_town
from tests.cast import Company
from tests.loopback import Reply, answering
from tests.workers import environment_of, wait_until, worker


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_of_a_visit(
    sunrise: Company, tmp_path: Path, settings: LazySettings
) -> None:
    """Written by the database, taken from the outbox by the clock's task, sent by another."""
    settings.HOOK_PRIVATE = True
    environment = {**environment_of(tmp_path, broker_url=""), "CANVASS_HOOK_PRIVATE": "true"}
    town = sunrise_town(sunrise)
    with answering([Reply("", 204)]) as crm:
        add_hook(actor=sunrise.ada, url=crm.url, kinds=["visit"], now=NOW)
        visit = record(sunrise.rosa, town.visit(town.north[0]))
        with worker(environment, tmp_path / "worker.log"):
            wait_until(HookDelivery.objects.filter(state="delivered").exists, "it is delivered")
    (question,) = crm.asked
    assert json.loads(question.body)["data"]["id"] == str(visit.pk)
