"""Which territories a member's feed tells of: brought up to date whenever the phone pulls.

Who has which territory follows from assignments and their dates, and which of its doors are
prospects from the cut that a campaign works, and from nothing else. So nothing
has to be written where a territory is reassigned: from that commit on, the next pull of the old
member tells that it is gone, and the next of the new one all that is in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts.audit import Change, note
from accounts.models import Member
from accounts.rights import share_organisation
from canvass.models import Campaign, Feed, FeedMark, FeedTerritory, Prospect
from canvass.sync.feed import DOOR, last_number
from territories.models import Door, TerritoryDoor, assigned_territories

BATCH = 2000
TERRITORY = "territory"

Row = tuple[str, str]  # entity and row


def is_settled(feed: Feed, actor: Member) -> bool:
    """Whether a feed tells of the territories that are the member's now. Three queries."""
    return (
        feed.filled_at is not None
        and set(assigned_territories(actor)) == linked(feed)
        and feed.cuts == worked_cuts(actor)
    )


def settle_feed(*, actor: Member, own: Iterable[Row], now: datetime) -> None:
    """Let the member's feed, begun if there is none, tell of the territories that are theirs now.

    `own` are the things that a new feed tells of besides. What is assigned meanwhile may be left
    for the next time.
    """
    feed = Feed.objects.filter(member=actor).first() or begun(actor)
    if is_settled(feed, actor):
        return
    with transaction.atomic():
        share_organisation(actor.organisation_id)  # who changes what all see waits, or is over
        come = set(assigned_territories(actor)) - linked(feed)
        wait_for_writers(come)
        settle(actor, feed, come, now, own)


def linked(feed: Feed) -> set[int]:
    """The territories that a feed tells of."""
    return set(FeedTerritory.objects.filter(feed=feed).values_list("territory", flat=True))


def worked_cuts(actor: Member) -> dict[str, int | None]:
    """Which cut each campaign works."""
    campaigns = Campaign.objects.filter(organisation=actor.organisation_id)
    return {str(pk): cut for pk, cut in campaigns.values_list("pk", "cut")}


def begun(actor: Member) -> Feed:
    """A new, empty feed of a member, in a transaction of its own.

    The table is locked meanwhile, which waits for whoever has marked something and saw no feed; all
    who mark afterwards see it. A member's row would not do: who writes something of the member's
    locks it only at the end.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE canvass_feed IN SHARE ROW EXCLUSIVE MODE")
        new = Feed(organisation_id=actor.organisation_id, member=actor, epoch=secrets.token_hex(8))
        Feed.objects.bulk_create([new], ignore_conflicts=True)
        return Feed.objects.get(member=actor)


def wait_for_writers(territories: Collection[int]) -> None:
    """Hold the doors of territories that come in, until the transaction ends.

    Whoever is writing there does not see yet that the feed tells of them: this waits for them.
    Prospects come before doors, each in the order in which visits lock them. Neither hinders who
    only refers to a door, and may hold the feed already: their rows do that as they commit.
    """
    doors = TerritoryDoor.objects.filter(territory__in=territories).values("door")
    prospects = Prospect.objects.filter(door__in=doors).order_by("door", "campaign")
    list(prospects.select_for_update(no_key=True).values_list("pk"))
    held = Door.objects.filter(pk__in=doors).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk"))


def settle(
    actor: Member, feed: Feed, held: Collection[int], now: datetime, own: Iterable[Row]
) -> None:
    """Let the feed tell of the territories that are the member's now, as far as they are held."""
    locked = Feed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    shown, known = set(assigned_territories(actor)), linked(locked)
    come, left = (shown - known) & set(held), known - shown
    FeedTerritory.objects.filter(feed=locked, territory__in=left).delete()
    FeedTerritory.objects.bulk_create(
        FeedTerritory(organisation_id=feed.organisation_id, feed=locked, territory_id=territory)
        for territory in sorted(come)
    )
    was, locked.cuts = locked.cuts, worked_cuts(actor)
    locked.last_seq, locked.filled_at = last_number(locked) + 1, now
    locked.save(update_fields=["cuts", "last_seq", "filled_at"])
    turned = [("campaign", pk) for pk, cut in locked.cuts.items() if was.get(pk) != cut]
    there = [*(own if feed.filled_at is None else ()), *turned]
    there += rows_of(known - left | come if turned else come)
    gone = set(rows_of(left)) - set(rows_of(shown))
    write([*marks(locked, dict.fromkeys(there)), *marks(locked, gone, gone_at=now)])
    told = {"territories": sorted(known)}, {"territories": sorted(known - left | come)}
    note(actor, "sync.scope_changed", Change(locked, *told), now=now)


def rows_of(territories: Collection[int]) -> list[Row]:
    """Some territories and their doors."""
    doors = TerritoryDoor.objects.filter(territory__in=territories)
    found = sorted(set(doors.values_list("door", flat=True)))
    return [
        *((TERRITORY, str(pk)) for pk in sorted(territories)),
        *((DOOR, str(pk)) for pk in found),
    ]


def marks(feed: Feed, rows: Iterable[Row], gone_at: datetime | None = None) -> list[FeedMark]:
    """Unsaved marks under the feed's last number."""
    return [
        FeedMark(
            organisation_id=feed.organisation_id,
            feed=feed,
            entity=entity,
            row=row,
            seq=feed.last_seq,
            gone_at=gone_at,
        )
        for entity, row in rows
    ]


def write(rows: Sequence[FeedMark]) -> None:
    """Insert marks, or move those of the same things forward."""
    FeedMark.objects.bulk_create(
        rows,
        BATCH,
        update_conflicts=True,
        unique_fields=["feed", "entity", "row"],
        update_fields=["seq", "gone_at"],
    )
