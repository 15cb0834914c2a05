"""Marking what has changed in the feeds of whoever's phone shows it; part of the change itself.

A mark says that something changed, and no more: what it is now, and whether the member may still
see it, is read when the phone pulls. So a mark too many costs a little, and nothing can leak.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from accounts.rights import hold_organisation
from canvass.models import Feed, FeedMark
from common.prepared import as_array

DOOR = "door"


class Own(NamedTuple):
    """Something that only one member's phone shows."""

    member: int
    entity: str
    row: str


# Which marks to write, as (feed, entity, row): doors for all who have them, others for one.
WANTED = {
    "postgresql": """
        SELECT link.feed_id AS feed, 'door' AS entity, place.door_id::text AS "row"
        FROM canvass_feedterritory link
        JOIN territories_territorydoor place ON place.territory_id = link.territory_id
        WHERE place.door_id = ANY (%s::bigint[])
        UNION
        SELECT feed.id, own.value ->> 1, own.value ->> 2
        FROM jsonb_array_elements(%s::jsonb) own
        JOIN canvass_feed feed ON feed.member_id = (own.value ->> 0)::bigint
    """,
    "sqlite": """
        SELECT link.feed_id AS feed, 'door' AS entity, CAST(place.door_id AS text) AS "row"
        FROM canvass_feedterritory link
        JOIN territories_territorydoor place ON place.territory_id = link.territory_id
        WHERE place.door_id IN (SELECT value FROM json_each(%s))
        UNION
        SELECT feed.id, json_extract(own.value, '$[1]'), json_extract(own.value, '$[2]')
        FROM json_each(%s) own
        JOIN canvass_feed feed ON feed.member_id = json_extract(own.value, '$[0]')
    """,
}
INSERT = """
    INSERT INTO canvass_feedmark (organisation_id, feed_id, entity, "row", seq)
    SELECT feed.organisation_id, feed.id, wanted.entity, wanted."row", {number}
    FROM {wanted} wanted JOIN {feeds} feed ON feed.id = wanted.feed WHERE true
    ON CONFLICT (feed_id, entity, "row")
    DO UPDATE SET seq = excluded.seq, gone_at = NULL
"""
# One statement. Feeds are locked in the order of their ids, so that two that mark the same feeds
# wait for one another; whoever marks holds no lock of a feed before all its other locks.
MARK = f"""
    wanted AS ({WANTED["postgresql"]}),
    held AS (
        SELECT id FROM canvass_feed WHERE id IN (SELECT feed FROM wanted)
        ORDER BY id FOR NO KEY UPDATE
    ),
    counted AS (
        UPDATE canvass_feed SET last_seq = last_seq + 1 FROM held WHERE canvass_feed.id = held.id
        RETURNING canvass_feed.id, canvass_feed.organisation_id, canvass_feed.last_seq
    )
    {INSERT.format(wanted="wanted", feeds="counted", number="feed.last_seq")}
"""  # noqa: S608  # our statements
# SQLite has one writer at a time: the next number is one more than the last, and is locked by that.
MARK_SQLITE = INSERT.format(
    wanted=f"({WANTED['sqlite']})",
    feeds="canvass_feed",
    number="""1 + max(feed.last_seq, feed.pruned_seq, coalesce(
        (SELECT max(seq) FROM canvass_feedmark WHERE feed_id = feed.id), 0))""",
)


@dataclass(frozen=True)
class Marks:
    """What has changed: doors, with all that is known of them, and members' own things."""

    doors: Collection[int] = ()
    own: Iterable[Own] = ()

    def write(self, cursor: CursorWrapper, also: str = "", values: Sequence[Any] = ()) -> None:
        """Write the marks; on PostgreSQL in one with a statement that changes what they tell of."""
        owned = json.dumps(sorted(set(self.own)))
        if connection.vendor == "postgresql":
            changing = f"changing AS ({also}), " if also else ""
            cursor.execute(f"WITH {changing}{MARK}", [*values, as_array(list(self.doors)), owned])
            return
        cursor.execute(MARK_SQLITE, [json.dumps(list(self.doors)), owned])


def mark(*, doors: Collection[int] = (), own: Collection[Own] = ()) -> None:
    """Mark doors and members' own things as changed.

    To be called last in the transaction that changes them: it takes the next number of every feed
    concerned, and holds those feeds until the transaction ends. One statement.
    """
    if doors or own:
        with connection.cursor() as cursor:
            Marks(doors, own).write(cursor)


def last_number(feed: Feed) -> int:
    """The last number that a feed's marks were given. One query on SQLite, where none counts it."""
    if connection.vendor == "postgresql":
        return feed.last_seq
    last = FeedMark.objects.filter(feed=feed).aggregate(last=Max("seq"))["last"]
    return max(feed.last_seq, feed.pruned_seq, last or 0)


def mark_for_all(organisation_id: int, entity: str, row: object) -> None:
    """Mark something that everybody in an organisation sees, as `mark` does. Three queries.

    The organisation is held, so that no feed is filled meanwhile.
    """
    hold_organisation(organisation_id)
    members = Feed.objects.filter(organisation=organisation_id).values_list("member", flat=True)
    mark(own=[Own(member, entity, str(row)) for member in members])
