"""Two transactions at once: a plain sequence loses the slower one's changes, a feed does not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from canvass.api.entities import ENTITIES
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.models import FeedMark
from canvass.sales import record_sale
from canvass.sync.feed import Own, mark
from canvass.sync.pull import Page, pull
from canvass.visits import record_visit
from tests.canvass import world
from tests.canvass.at_once import Slow, in_own_connection, waiting_for_a_lock
from tests.canvass.selling import agreed
from tests.canvass.world import NOW, Town

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Two threads."""
    with ThreadPoolExecutor(2) as found:
        yield found


def told(town: Town, cursor: str | None) -> Page:
    """What Rosa's phone is told."""
    rosa = town.company.rosa
    return pull(actor=rosa, cursor=cursor, limit=1000, entities=ENTITIES, now=NOW)


def test_a_plain_sequence_loses_the_slower_transaction(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """Its number is lower than one that a reader has seen by the time it commits: never read."""

    def insert(what: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO plain_feed (what) VALUES (%s)", [what])

    def read(after: int) -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq, what FROM plain_feed WHERE seq > %s ORDER BY seq", [after])
            found: list[tuple[int, str]] = cursor.fetchall()
        return found

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_feed (seq bigserial, what text)")
    try:
        slow = Slow(pool, lambda: insert("slow"))
        insert("fast")
        first = read(0)
        slow.commit()
        second = read(first[-1][0])
        assert [what for _, what in first + second] == ["fast"]
        assert len(read(0)) == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE plain_feed")


def test_a_feed_loses_nothing(town: Town, pool: ThreadPoolExecutor) -> None:
    """The same two, marked in Rosa's feed: the faster one waits until the slower is over."""
    rosa, start = town.company.rosa, told(town, None)
    slow = Slow(pool, lambda: mark(own=[Own(rosa.pk, "visit", "slow")]))
    fast = pool.submit(in_own_connection, lambda: mark(own=[Own(rosa.pk, "visit", "fast")]))
    with waiting_for_a_lock(fast):
        first = FeedMark.objects.filter(row__in=("slow", "fast"))
        assert not first.exists()
    assert told(town, start.cursor).changes == []
    slow.commit()
    fast.result(30)
    marks = FeedMark.objects.filter(row__in=("slow", "fast")).order_by("seq", "pk")
    assert [found.row for found in marks] == ["slow", "fast"]
    assert marks[0].seq < marks[1].seq


def test_a_phone_that_begins_during_a_visit_is_told_of_it(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """The visit saw no feed that it could mark; the new feed waits until it is over."""
    rosa, door = town.company.rosa, town.north[0]
    slow = Slow(pool, lambda: record_visit(actor=rosa, new=town.visit(door, "sale"), now=NOW))
    first = pool.submit(in_own_connection, lambda: told(town, None))
    with waiting_for_a_lock(first):
        slow.commit()
    page = first.result(30)
    assert isinstance(page, Page)
    states = [change.data for change in page.changes if change.entity == "prospect"]
    assert [bool(state and state["customer"]) for state in states].count(True) == 1
    assert [change.entity for change in page.changes].count("visit") == 1


def test_a_territory_that_comes_in_during_a_visit_is_told_with_it(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """Rui shares Rosa's territory while she records: his phone is told the state after that."""
    rosa, rui, door = town.company.rosa, town.company.rui, town.north[0]

    def ruis(cursor: str | None) -> Page:
        return pull(actor=rui, cursor=cursor, limit=1000, entities=ENTITIES, now=NOW)

    start = ruis(None)
    slow = Slow(pool, lambda: record_visit(actor=rosa, new=town.visit(door, "sale"), now=NOW))
    share(town)
    second = pool.submit(in_own_connection, lambda: ruis(start.cursor))
    with waiting_for_a_lock(second):
        slow.commit()
    page = second.result(30)
    assert isinstance(page, Page)
    states = [change.data for change in page.changes if change.entity == "prospect"]
    assert [bool(state and state["customer"]) for state in states].count(True) == 1


def share(town: Town) -> None:
    """Give Rosa's territory to Rui as well."""
    world.assign(town.territory(1), town.company.rui, shared=True)


def test_an_entry_that_is_being_added_is_told_with_a_territory_that_comes_in(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """The manager saw no phone that shows the street; the phone waits until the entry is there."""
    ada, rui = town.company.ada, town.company.rui
    street = NewEntry(Place(street="Elm Street"), "manager", "America/New_York")

    def ruis(cursor: str | None) -> Page:
        return pull(actor=rui, cursor=cursor, limit=1000, entities=ENTITIES, now=NOW)

    start = ruis(None)
    slow = Slow(pool, lambda: add_entry(actor=ada, new=street, now=NOW))
    share(town)
    second = pool.submit(in_own_connection, lambda: ruis(start.cursor))
    with waiting_for_a_lock(second):
        slow.commit()
    page = second.result(30)
    assert isinstance(page, Page)
    told = [change for change in page.changes if change.entity == "prospect"]
    assert told
    assert all(change.deleted for change in told)


def test_a_sale_that_is_being_booked_and_a_pull_do_not_wait_for_one_another(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """The sale holds Rosa's feed, and refers to a door of the territory that comes in."""
    rosa, door = town.company.rosa, town.south[0]
    start = told(town, None)
    world.assign(town.territory(2), rosa, shared=True)
    slow = Slow(pool, lambda: record_sale(actor=rosa, new=agreed(town, door_id=door.pk), now=NOW))
    second = pool.submit(in_own_connection, lambda: told(town, start.cursor))
    with waiting_for_a_lock(second):
        slow.commit()
    page = second.result(30)
    assert isinstance(page, Page)
    assert "sale" in [change.entity for change in page.changes]


def test_a_phone_that_begins_during_a_sale_is_told_of_it(
    town: Town, pool: ThreadPoolExecutor
) -> None:
    """At a door that she has no more: nothing but the new feed itself can wait for it."""
    rosa, door = town.company.rosa, town.north[0]
    new = agreed(town, door_id=door.pk)
    slow = Slow(pool, lambda: record_sale(actor=rosa, new=new, now=NOW))
    first = pool.submit(in_own_connection, lambda: told(town, None))
    with waiting_for_a_lock(first):
        slow.commit()
    page = first.result(30)
    assert isinstance(page, Page)
    assert [change.id for change in page.changes if change.entity == "sale"] == [str(new.id)]
