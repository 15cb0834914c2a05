"""Removing what no phone has to be told any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from canvass.models import Feed, FeedMark

KEPT = timedelta(days=30)


def remove_old_marks(organisation_id: int, now: datetime) -> int:
    """Remove the marks of what left phones more than KEPT ago; returns how many.

    A phone that was last told before one of them begins again: it would never hear of it. In a
    transaction of its own, which holds the feeds concerned, in the order in which marks do.
    """
    ours = Feed.objects.filter(organisation=organisation_id)
    old = FeedMark.objects.filter(feed__in=ours, gone_at__lt=now - KEPT)
    having = ours.filter(pk__in=old.values("feed")).order_by("pk")
    with transaction.atomic():
        held = list(having.select_for_update(no_key=True))
        for feed in held:
            last = old.filter(feed=feed).aggregate(last=Max("seq"))["last"]
            feed.pruned_seq = max(feed.pruned_seq, last or 0)
        Feed.objects.bulk_update(held, ["pruned_seq"], batch_size=500)
        return old.filter(feed__in=held).delete()[0]
