"""A page is one moment: what comes and goes while it is read is told by the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.db import connection

from accounts.models import Member
from canvass.api.entities import ENTITIES
from canvass.handing_over import take_away
from canvass.sync.feed import mark
from canvass.sync.pull import Entity, Shown, pull
from territories.models import LIVE, Assignment
from tests.canvass import world
from tests.canvass.at_once import elsewhere
from tests.canvass.world import NOW, Town

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections at once"),
    pytest.mark.django_db(transaction=True),
]


def come(town: Town) -> None:
    """Give the north to Rosa."""
    world.assign(town.territory(1), town.company.rosa)


def leave(town: Town) -> None:
    """Take the north away from Rosa."""
    rosas = Assignment.objects.get(member=town.company.rosa, state__in=LIVE)
    take_away(actor=town.company.ada, assignment=rosas, reason="", hand_to=None, now=NOW)


@dataclass
class RosasPhone:
    """Follows Rosa's feed; `meanwhile` happens in another connection as doors are looked up."""

    town: Town
    cursor: str | None = None
    prospects: set[str] = field(default_factory=set)

    def pull(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Show the next page, which holds all there is."""
        doors = ENTITIES["door"]

        def show(
            member: Member, wanted: Sequence[str], now: datetime
        ) -> Mapping[str, Sequence[Shown]]:
            elsewhere(meanwhile)
            return doors.show(member, wanted, now)

        page = pull(
            actor=self.town.company.rosa,
            cursor=self.cursor,
            limit=1000,
            entities={**ENTITIES, "door": Entity(doors.fill, show)},
            now=NOW,
        )
        assert not page.more
        self.cursor = page.cursor
        for change in page.changes:
            if change.entity == "prospect":
                (self.prospects.discard if change.deleted else self.prospects.add)(change.id)


def test_a_territory_that_comes_back_only_while_a_phone_pulls_leaves_nothing(town: Town) -> None:
    """The page that tells that it is gone must not show its doors, for nothing takes them back."""
    phone = RosasPhone(town)
    phone.pull()
    assert len(phone.prospects) == len(town.north)
    leave(town)
    phone.pull(meanwhile=lambda: come(town))
    leave(town)
    phone.pull()
    assert phone.prospects == set()


def test_a_territory_that_is_away_only_while_a_phone_pulls_loses_nothing(town: Town) -> None:
    """The page that tells of a change must not say that the door is gone: it would stay so."""
    phone = RosasPhone(town)
    phone.pull()
    mark(doors=[door.pk for door in town.north])
    phone.pull(meanwhile=lambda: leave(town))
    come(town)
    phone.pull()
    assert len(phone.prospects) == len(town.north)
