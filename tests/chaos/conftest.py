"""A town in which it is noon today, and the real server and workers on its database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from canvass.campaigns import add_missing_prospects
from canvass.outcomes import add_default_outcomes
from canvass.shifts import ShiftPlan, schedule_shift
from common.clock import local_day
from tests.canvass import selling, world
from tests.canvass.world import Town
from tests.cast import Company
from tests.chaos.people import PASSWORD
from tests.chaos.server import Server, Workers
from tests.routing.rows import plain_route
from tests.workers import environment_of, own_redis

REPS = ("rosa", "rui", "sam")


def noon_somewhere() -> str:
    """A time zone where it is about noon, so that no clock that is wrong is in another day."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


@pytest.fixture
def town(sunrise: Company) -> Town:
    """Two territories of thirty doors in a campaign that goes on today, where it is noon.

    Rosa and Rui share the north. Every rep has a shift with a route, and sells atlases.
    """
    User.objects.update(password=make_password(PASSWORD))
    add_default_outcomes(organisation=sunrise.organisation)
    zone = noon_somewhere()
    now = datetime.now(UTC)
    today = local_day(now, zone)
    cut = world.published_cut(sunrise)
    north, south = world.place(cut, 1, 30), world.place(cut, 2, 30)
    days = {"starts_on": today - timedelta(days=9), "ends_on": today + timedelta(days=60)}
    campaign = world.make_campaign(sunrise, cut=cut, time_zone=zone, **days)
    add_missing_prospects(campaign_id=campaign.pk, cut_id=cut.pk)
    made = Town(sunrise, campaign, cut, north, south)
    long_ago: date = today - timedelta(days=9)
    for number, name in ((1, "rosa"), (1, "rui"), (2, "sam")):
        world.assign(made.territory(number), sunrise.members[name], long_ago, shared=True)
    selling.product(made)
    for name in REPS:
        plan = ShiftPlan(campaign, sunrise.members[name], today)
        plain_route(schedule_shift(actor=sunrise.ada, plan=plan, now=now), *north[:5])
    return made


@pytest.fixture
def server(town: Town, tmp_path: Path) -> Iterator[Server]:
    """The real server on the test's database."""
    made = Server(environment_of(tmp_path, broker_url=""), tmp_path / "server.log")
    made.start()
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def workers(town: Town, tmp_path: Path) -> Workers:
    """Workers on the test's database and a broker of their own: Redis, or files where none is."""
    folder = tmp_path / "worker"
    folder.mkdir()
    return Workers(environment_of(folder, own_redis() or ""), folder / "log")
