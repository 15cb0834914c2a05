"""Campaigns with their products and outcomes, prospects, shifts and visits."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Campaigns; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All campaigns of the organisation: the phone needs their script and products."""
        return self


class Campaign(ScopedModel):
    """One season's push with one set of products and rules.

    `cut` is the published cut whose territories the campaign works, so that every prospect is in
    at most one of them.
    """

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    shift_starts_at = models.TimeField()
    shift_ends_at = models.TimeField()
    door_s = models.PositiveIntegerField(help_text="Expected seconds at one door")
    cut = models.ForeignKey(
        "territories.CutRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="campaign_name_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(shift_ends_at__gt=models.F("shift_starts_at")),
                name="campaign_shift_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(ScopedQuerySet["Product"]):
    """Products; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All products of the organisation."""
        return self


class Product(ScopedModel):
    """Something a campaign sells."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="products")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    price_minor = models.PositiveBigIntegerField()
    is_active = models.BooleanField(default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "code"], name="product_code_unique")
        ]

    def __str__(self) -> str:
        return self.name


class OutcomeKind(models.TextChoices):
    """The fixed meanings that every organisation's own outcomes map to."""

    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    HOSTILE = "hostile"
    NOT_INTERESTED = "not_interested"
    CALLBACK = "callback"
    DEMO = "demo"
    SALE = "sale"
    DO_NOT_KNOCK = "do_not_knock"
    NO_SOLICITING_SIGN = "no_soliciting_sign"
    INACCESSIBLE = "inaccessible"
    VACANT = "vacant"
    NOT_HOME_DECISION_MAKER = "not_home_decision_maker"


class OutcomeQuerySet(ScopedQuerySet["Outcome"]):
    """Outcomes; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All outcomes of the organisation."""
        return self


class Outcome(ScopedModel):
    """One entry of an organisation's own list of results, mapped to a fixed kind."""

    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=24, choices=OutcomeKind)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="outcome_code_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Temperature(models.TextChoices):
    """Cold until somebody there has shown interest, then warm."""

    COLD = "cold"
    WARM = "warm"


class ProspectQuerySet(ScopedQuerySet["Prospect"]):
    """Prospects; a rep sees those in an assigned territory."""

    def for_rep(self, member: Viewer) -> Self:
        """Prospects behind the doors of the territories assigned to the rep."""
        return self.filter(
            door__placements__territory__assignments__member=member.pk,
            door__placements__territory__assignments__ended_at=None,
            door__placements__cut=models.F("campaign__cut"),
        ).distinct()


class Prospect(ScopedModel):
    """A door in a campaign, with what its visits add up to."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="prospects")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="prospects")
    temperature = models.CharField(max_length=4, choices=Temperature, default=Temperature.COLD)
    attempts = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    last_kind = models.CharField(max_length=24, choices=OutcomeKind, blank=True)
    last_visited_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    do_not_knock = models.BooleanField(default=False)
    customer = models.BooleanField(default=False)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "door"], name="prospect_unique")
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} in campaign {self.campaign_id}"


class ShiftQuerySet(ScopedQuerySet["Shift"]):
    """Shifts; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The shifts of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own shifts."""
        return self.filter(member=member.pk)


class Shift(ScopedModel):
    """A rep's working window on one local day of the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="shifts")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="shifts")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    start_lon = models.FloatField()
    start_lat = models.FloatField()
    end_lon = models.FloatField()
    end_lat = models.FloatField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "member", "day"], name="shift_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class VisitQuerySet(ScopedQuerySet["Visit"]):
    """Visits; a manager sees the subtree's, a rep their own. None is ever changed or deleted."""

    def for_manager(self, member: Viewer) -> Self:
        """The visits of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own visits."""
        return self.filter(member=member.pk)

    def standing(self) -> Self:
        """The visits that no correction has superseded."""
        return self.filter(superseded_by=None)

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: a visit is never changed; record a correction instead."""
        raise TypeError("Visits are never changed; record a correction that supersedes.")

    def delete(self) -> NoReturn:
        """Refuse: a visit is never deleted."""
        raise TypeError("Visits are never deleted; record a correction that supersedes.")


class Visit(ScopedModel):
    """One attempt at one door. The id is made by the phone; the row never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="visits")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="visits")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="visits")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    callback_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    simulated = models.BooleanField(default=False)
    payload_hash = models.CharField(max_length=64, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["campaign", "occurred_at"], name="visit_campaign_time"),
            models.Index(fields=["door", "campaign"], name="visit_door_campaign"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a second save is refused by the database."""
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a visit is never deleted."""
        raise TypeError("Visits are never deleted; record a correction that supersedes.")
