"""Telling a phone what has changed of what it shows, page by page, from where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Q

from accounts.models import Member
from canvass.errors.sync import SyncCursorGone
from canvass.models import Feed, FeedMark
from canvass.sync.feed import Own, last_number, mark
from canvass.sync.scope import Row, is_settled, settle_feed
from common.snapshots import snapshot

SALT = "canvass.sync.cursor"


class Shown(NamedTuple):
    """A thing as the phone is to show it; without `data` it is to forget it."""

    entity: str
    id: str
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Entity:
    """A kind of mark: what a new feed has of it, and what the marks stand for.

    `fill` gives the rows that a member's new feed begins with, none for what comes with
    territories. `show` gives what the member may see now of some rows, by row. Of an entity that
    `comes_unmarked`, rows are only ever added, by who marks nothing: each pull looks for them.
    """

    fill: Callable[[Member, datetime], Iterable[object]]
    show: Callable[[Member, Sequence[str], datetime], Mapping[str, Sequence[Shown]]]
    comes_unmarked: bool = False


@dataclass(frozen=True)
class Changed:
    """A change: a thing as it is now, or that it is gone; `version` only ever grows."""

    entity: str
    id: str
    version: int
    data: Mapping[str, Any] | None

    @property
    def deleted(self) -> bool:
        """Whether the phone is to forget it."""
        return self.data is None


@dataclass(frozen=True)
class Page:
    """Changes in their order, from where to go on, and whether there is more right now."""

    changes: list[Changed]
    cursor: str
    more: bool
    epoch: str


class Place(NamedTuple):
    """Where a phone is in its feed: the last mark that it has been told of."""

    member: int
    epoch: str
    seq: int
    mark: int


def pull(
    *,
    actor: Member,
    cursor: str | None,
    limit: int,
    entities: Mapping[str, Entity],
    now: datetime,
) -> Page:
    """What has changed since a cursor, or everything without one: up to `limit` marks.

    The member's feed is first brought up to date with the territories that are theirs. All of the
    page is read in one snapshot: a territory that goes and comes back meanwhile would otherwise be
    told as it never was, and never again. Raises SyncCursorGone where the phone has to begin again.
    """
    while True:
        with snapshot():
            feed = Feed.objects.filter(member=actor).first()
            new = unmarked(feed, actor, entities, now) if feed else set()
            if feed and not new and is_settled(feed, actor):
                place = place_of(cursor, feed) if cursor else Place(actor.pk, feed.epoch, 0, 0)
                marks = marks_after(feed, place, limit + 1)
                told = marks[:limit]
                return Page(
                    changes=list(changes(actor, told, entities, now)),
                    cursor=cursor_after(told, place),
                    more=len(marks) > limit,
                    epoch=feed.epoch,
                )
        settle_feed(actor=actor, own=filling(actor, entities, now), now=now)
        mark(own=[Own(actor.pk, *row) for row in sorted(new)])


def filling(actor: Member, entities: Mapping[str, Entity], now: datetime) -> Iterable[Row]:
    """What a member's new feed begins with."""
    return (
        (name, str(row)) for name, entity in entities.items() for row in entity.fill(actor, now)
    )


def unmarked(feed: Feed, actor: Member, entities: Mapping[str, Entity], now: datetime) -> set[Row]:
    """What has come without a mark."""
    some = {name: entity for name, entity in entities.items() if entity.comes_unmarked}
    marked = FeedMark.objects.filter(feed=feed, entity__in=some).values_list("entity", "row")
    return set(filling(actor, some, now)) - set(marked)


def marks_after(feed: Feed, place: Place, most: int) -> list[FeedMark]:
    """The next marks of a feed, in their order."""
    after = Q(seq__gt=place.seq) | Q(seq=place.seq, pk__gt=place.mark)
    marks = FeedMark.objects.filter(after, feed=feed, seq__gte=place.seq).order_by("seq", "pk")
    return list(marks[:most])


def cursor_after(told: Sequence[FeedMark], place: Place) -> str:
    """Where to go on once some marks are told, after a place."""
    if told:
        place = place._replace(seq=told[-1].seq, mark=told[-1].pk)
    return signing.dumps(list(place), salt=SALT)


def place_of(cursor: str, feed: Feed) -> Place:
    """Where a cursor points to. Raises SyncCursorGone unless that is in this feed, and all of it.

    Removed marks may have been behind it; numbers beyond the last come from before a backup.
    """
    try:
        place = Place(*signing.loads(cursor, salt=SALT))
    except (signing.BadSignature, TypeError):
        raise SyncCursorGone from None
    ours = (place.member, place.epoch) == (feed.member_id, feed.epoch)
    if not ours or not feed.pruned_seq <= place.seq <= last_number(feed):
        raise SyncCursorGone
    return place


def changes(
    actor: Member, marks: Sequence[FeedMark], entities: Mapping[str, Entity], now: datetime
) -> Iterable[Changed]:
    """What the marks stand for now, in their order; a few queries for each kind."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for one in marks:
        rows[one.entity].append(one.row)
    shown = {name: entities[name].show(actor, some, now) for name, some in rows.items()}
    for one in marks:
        for thing in shown[one.entity].get(one.row, (Shown(one.entity, one.row),)):
            yield Changed(thing.entity, thing.id, one.seq, thing.data)
