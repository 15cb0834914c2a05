"""The examples of docs/api.md, replayed in their order against the API."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.utils import timezone

from accounts.models import User
from canvass.hooks.outbox import relay
from common.runs import RunState, run_models
from config import celery_app
from config.guide import PAGE, pairs
from tests.cast import Company
from tests.docs import guide

PASSWORD = "correct horse battery"  # of everybody in the guide
BEGIN = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
INVITATION = re.compile(r"/invitations/([\w-]+)/")
EXAMPLES = pairs(PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def people(sunrise: Company) -> Company:
    """Sunrise, whose people have chosen their passwords."""
    User.objects.update(password=make_password(PASSWORD))
    return sunrise


def work() -> None:
    """Do what a worker does: carry out every queued run by its task, and empty the outbox."""
    celery_app.loader.import_default_modules()
    for model in run_models():
        for run in model.objects.filter(state=RunState.QUEUED).order_by("pk"):
            celery_app.tasks[model.task_name](run.pk)
    relay(timezone.now())


def mailed() -> guide.Names:
    """The secret of the last invitation that was mailed, if there was one."""
    found = [secret for sent in mail.outbox for secret in INVITATION.findall(str(sent.body))]
    return {"mailed": found[-1]} if found else {}


def test_the_api_answers_as_the_guide_says(people: Company, settings: LazySettings) -> None:
    """Every request of the guide, from importing doors to the funnel, gets the answer shown."""
    settings.RUN_LEASE_S = 3600.0  # a slow machine would otherwise show its progress
    names: guide.Names = {}
    with time_machine.travel(BEGIN, tick=False) as clock:
        for request, answer in EXAMPLES:
            if date := request.header("Date"):
                clock.move_to(parsedate_to_datetime(date))
            response = guide.send(request, names)
            assert guide.shown(response, answer, names) == answer, request.first
            work()
            names.update(mailed())


def test_the_guide_shows_the_whole_job() -> None:
    """None of its steps is lost from the page, or from what the test reads there."""
    asked = [request.first.replace("<cut>", "1").split("?")[0] for request, _ in EXAMPLES]
    steps = (
        "import-runs/", "cut-runs/", "cut-runs/1/publish/", "cut-runs/1/assign/", "campaigns/",
        "campaigns/<campaign>/work-cut/", "shifts/schedule-day/", "plan-runs/plan-day/",
        "street-maps/", "visits/",
    )  # fmt: skip
    assert [step for step in steps if f"POST /api/v1/{step}" in asked] == list(steps)
    assert asked.count("POST /api/v1/visits/") == 3
    reads = "routes/<route>/", "street-maps/<map>/", "snap-runs/<snaps>/", "reports/funnel/"
    assert {f"GET /api/v1/{each}" for each in reads} <= set(asked)


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        ({"id": 8}, {"id": "<cut>"}),
        ({"id": None}, {"id": "<new>"}),
        ({"id": 7}, {"id": "<cut>", "name": "Summer"}),
        ({"id": 7, "name": "Summer"}, {"id": "<cut>"}),
        ({"id": 7}, {"id": "<cut>", "…": "…"}),
        ({"name": "Winter", "id": 7}, {"name": "Summer", "…": "…"}),
        ([7, 7], ["<cut>"]),
        ([7], ["<cut>", "…"]),
        ([7], ["<cut>", "<cut>"]),
        ([8, 9], ["<cut>", "…"]),
    ],
)
def test_an_answer_unlike_the_page_is_found(answer: Any, page: Any) -> None:
    """Wrong values, other ids, and fields or rows too many or too few; `<cut>` is 7."""
    assert guide.written(answer, page, {"cut": 7}) != page


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        ({"id": 7, "new": 9, "again": 9}, {"id": "<cut>", "new": "<new>", "again": "<new>"}),
        ({"id": 7, "name": "Summer"}, {"id": "<cut>", "…": "…"}),
        ([{"id": 7}, 8, 9], [{"id": "<cut>"}, "…"]),
        ("7", "<cut>"),
        ([], []),
    ],
)
def test_an_answer_like_the_page_is_written_like_it(answer: Any, page: Any) -> None:
    """Names stand for their values, and "…" for what is left out; `<cut>` is 7."""
    assert guide.written(answer, page, {"cut": 7}) == page
