"""Campaigns with their products and outcomes, prospects, shifts and visits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from canvass.time_zones import validate_time_zone
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models import TerritoryDoor, assigned_doors, assigned_territories

FOR_EVER = "Visits are never changed or deleted; record a correction that supersedes."

is_currency = RegexValidator(r"^[A-Z]{3}\Z", "Use an ISO 4217 code such as USD.")


def on_earth(lon: str, lat: str) -> Q:
    """The condition that a pair of columns holds degrees."""
    return Q(**{f"{lon}__gte": -180, f"{lon}__lte": 180, f"{lat}__gte": -90, f"{lat}__lte": 90})


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Campaigns; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All campaigns of the organisation: the phone needs their script and products."""
        return self


class Campaign(ScopedModel):
    """One season's push with one set of products and rules, on the days [starts_on, ends_on).

    `cut` is the published cut whose territories the campaign works since `cut_at`, so that every
    prospect is in at most one of them. Shifts last from `shift_starts_at` to `shift_ends_at`, by
    the clocks of `time_zone`, where nobody says otherwise.
    """

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    currency = models.CharField(max_length=3, validators=[is_currency])
    shift_starts_at = models.TimeField()
    shift_ends_at = models.TimeField()
    door_s = models.PositiveIntegerField(help_text="Expected seconds at one door")
    untouched_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="After so many days without a visit a territory is offered back to its manager",
    )
    cut = models.ForeignKey(
        "territories.CutRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cut_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="campaign_name_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(shift_ends_at__gt=F("shift_starts_at")),
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


# What the kinds mean for the funnel: visit ⊇ contact ⊇ demo ⊇ sale.
SALE_KINDS = frozenset({OutcomeKind.SALE})
DEMO_KINDS = SALE_KINDS | {OutcomeKind.DEMO}  # nobody buys what was not shown
CONTACT_KINDS = DEMO_KINDS | {
    OutcomeKind.REFUSED,
    OutcomeKind.HOSTILE,
    OutcomeKind.NOT_INTERESTED,
    OutcomeKind.CALLBACK,
    OutcomeKind.DO_NOT_KNOCK,
    OutcomeKind.NOT_HOME_DECISION_MAKER,
}
INTEREST_KINDS = DEMO_KINDS | {OutcomeKind.CALLBACK}
# A sign binds like a word where the law says so, and where it does not it is wise to heed it.
DO_NOT_KNOCK_KINDS = frozenset({OutcomeKind.DO_NOT_KNOCK, OutcomeKind.NO_SOLICITING_SIGN})


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
        """Prospects whose door lies in an assigned territory of the cut that the campaign works.

        The first condition finds the few doors, the second keeps the right campaigns' of them.
        """
        here = TerritoryDoor.objects.filter(
            territory__in=assigned_territories(member),
            door=OuterRef("door"),
            cut=OuterRef("campaign__cut"),
        )
        return self.filter(Exists(here), door__in=assigned_doors(member))


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
            models.UniqueConstraint(fields=["campaign", "door"], name="prospect_unique"),
            models.CheckConstraint(
                condition=Q(temperature__in=Temperature.values), name="prospect_temperature_known"
            ),
            models.CheckConstraint(
                condition=Q(contacts__lte=F("attempts")), name="prospect_contacts_are_attempts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "next_due_at"], name="prospect_campaign_due"),
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
    created_at = models.DateTimeField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "member", "day"], name="shift_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"
            ),
            models.CheckConstraint(
                condition=on_earth("start_lon", "start_lat") & on_earth("end_lon", "end_lat"),
                name="shift_on_earth",
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

    def bulk_create(self, objs: Iterable[Visit], *args: Any, **kwargs: Any) -> list[Visit]:
        """Insert only: rows that exist are not updated."""
        if kwargs.get("update_conflicts") or any(args[2:]):  # its third option by position
            raise TypeError(FOR_EVER)
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: a visit is never changed; record a correction instead."""
        raise TypeError(FOR_EVER)

    def delete(self) -> NoReturn:
        """Refuse: a visit is never deleted."""
        raise TypeError(FOR_EVER)


class Visit(ScopedModel):
    """One attempt at one door. The id is made by the phone; the row never changes.

    `occurred_at` is the phone's time, unless that lay in the future by more than a few minutes:
    then it is the time of arrival, and `skew_s` says by how much the phone was ahead.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="visits")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="visits")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="visits")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    skew_s = models.PositiveIntegerField(default=0)
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
        base_manager_name = "objects"  # Django's own writes through relations are refused as well
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False) & on_earth("lon", "lat"),
                name="visit_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(accuracy_m=None) | Q(accuracy_m__gte=0),
                name="visit_accuracy_not_negative",
            ),
        ]
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
        raise TypeError(FOR_EVER)
