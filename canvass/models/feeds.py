"""The feeds of changes that phones pull, one for each member who has a phone."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class FeedQuerySet(ScopedQuerySet["Feed"]):
    """Feeds; a rep sees the own one."""

    def for_manager(self, member: Viewer) -> Self:
        """The feeds of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own feed."""
        return self.filter(member=member.pk)


class Feed(ScopedModel):
    """What has changed of what a member's phone shows, as marks in the order of `last_seq`.

    Whoever writes a mark takes the next number under this row's lock and holds it until the
    transaction ends, so that no mark appears behind one that a phone has seen; on SQLite, with its
    one writer, the marks alone may say how far that has come. `cuts` is which cut
    each campaign worked when the phone was last told. Cursors of another
    `epoch`, or below `pruned_seq`, say too little: their phones begin again.
    """

    member = models.OneToOneField("accounts.Member", on_delete=models.PROTECT, related_name="feed")
    epoch = models.CharField(max_length=32)
    last_seq = models.BigIntegerField(default=0)
    pruned_seq = models.BigIntegerField(default=0)
    cuts = models.JSONField(default=dict)
    filled_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"feed of member {self.member_id}"


Part_co = TypeVar("Part_co", bound=models.Model, covariant=True)


class FeedPartQuerySet(ScopedQuerySet[Part_co]):
    """Parts of feeds: for whoever sees the feed."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of the feeds in the manager's subtree."""
        return self.filter(feed__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """Those of the rep's own feed."""
        return self.filter(feed__member=member.pk)


class FeedTerritory(ScopedModel):
    """That a feed tells of a territory's doors: whoever changes one marks it there."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="territories")
    territory = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, related_name="+"
    )

    objects = FeedPartQuerySet["FeedTerritory"].as_manager()

    class Meta:
        verbose_name_plural = "feed territories"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["feed", "territory"], name="feed_territory_once")
        ]

    def __str__(self) -> str:
        return f"territory {self.territory_id} in feed {self.feed_id}"


class FeedMark(ScopedModel):
    """That something changed, or came, or went: no more; what it is now, its own table says.

    A later change moves the one mark of a thing forward. `gone_at` says when it left with a
    territory; such marks are removed when that is long ago.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="marks")
    entity = models.CharField(max_length=12)
    row = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = FeedPartQuerySet["FeedMark"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["feed", "entity", "row"], name="feed_mark_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["feed", "seq", "id"], name="feed_mark_order"),
            models.Index(
                fields=["gone_at"], condition=Q(gone_at__isnull=False), name="feed_mark_gone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.row} in feed {self.feed_id}"
