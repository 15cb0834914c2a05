"""How the lists of the canvass API are narrowed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_filters import rest_framework as filters

from accounts.api.filters import IdFilter
from canvass.api.fields import EARLIEST, LATEST
from canvass.models import (
    CallbackState,
    Campaign,
    ContactDecision,
    ContactReview,
    DoNotCallEntry,
    DoNotKnockEntry,
    FoundDoor,
    Goal,
    Outcome,
    OutcomeKind,
    Product,
    Prospect,
    ProspectQuerySet,
    Referral,
    Script,
    Shift,
    TelephoneCallback,
    TelephoneCallbackState,
    Visit,
    VisitFlag,
    VisitQuerySet,
)
from canvass.models.list_entries import stands


class InstantQueryField(forms.DateTimeField):
    """An instant in a query: RFC 3339, with an offset from UTC."""

    def to_python(self, value: Any) -> datetime | None:
        """The instant, or None if left out; never a guess at the time zone."""
        if value in self.empty_values:
            return None
        try:
            found = parse_datetime(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise ValidationError("Give a time with its offset from UTC: 2026-06-01T14:05:00Z.")
        return found


class InstantFilter(filters.IsoDateTimeFilter):
    """Rows before or after an instant of this century."""

    field_class = InstantQueryField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
        super().__init__(*args, validators=limits, **kwargs)


class CampaignFilter(filters.FilterSet):
    """Campaigns by when they run."""

    on = filters.DateFilter(method="running_on", help_text="Those that run on that day")

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()

    def running_on(self, rows: Any, _: str, value: Any) -> Any:
        """Campaigns that run on a local day."""
        return rows.filter(starts_on__lte=value, ends_on__gt=value)


class ProductFilter(filters.FilterSet):
    """Products by campaign, with or without the retired."""

    campaign = IdFilter()

    class Meta:
        model = Product
        fields = ("is_active",)


class ScriptFilter(filters.FilterSet):
    """Scripts by campaign and version."""

    campaign = IdFilter()

    class Meta:
        model = Script
        fields = ("version",)


class GoalFilter(filters.FilterSet):
    """Goals by campaign, member and figure."""

    campaign = IdFilter()
    member = IdFilter()

    class Meta:
        model = Goal
        fields = ("figure",)


class OutcomeFilter(filters.FilterSet):
    """Outcomes by kind, with or without the retired."""

    class Meta:
        model = Outcome
        fields = ("kind", "is_active")


class ProspectFilter(filters.FilterSet):
    """Prospects by campaign, territory, state and due time."""

    campaign = IdFilter()
    door = IdFilter()
    territory = IdFilter(method="in_territory", help_text="Of the cut that the campaign works")
    visited = filters.BooleanFilter(method="were_visited")
    due_by = InstantFilter(
        "next_due_at", lookup_expr="lte", help_text="Agreed to be visited by then, or overdue"
    )

    unattended = filters.BooleanFilter(
        method="are_unattended",
        help_text="Whether a time is agreed there and nobody has the territory from today on",
    )

    do_not_knock = filters.BooleanFilter(
        method="are_forbidden", help_text="Lists leave out where nobody may knock, unless true."
    )

    class Meta:
        model = Prospect
        fields = ("temperature", "last_kind", "customer", "referred")

    def are_forbidden(self, rows: ProspectQuerySet, _: str, value: bool) -> ProspectQuerySet:
        """Prospects where an entry forbids to knock now, or those where none does."""
        now = timezone.now()
        return rows.forbidden(now) if value else rows.knockable(now)

    def in_territory(self, rows: ProspectQuerySet, _: str, value: int) -> ProspectQuerySet:
        """Prospects whose door the campaign's cut places in that territory."""
        return rows.filter(
            door__placements__territory=value, door__placements__cut=F("campaign__cut")
        )

    def are_unattended(self, rows: ProspectQuerySet, _: str, value: bool) -> ProspectQuerySet:
        """Prospects where somebody waits for nobody, or all others."""
        today = timezone.now().date()
        return (
            rows.unattended(today)
            if value
            else rows.exclude(pk__in=rows.unattended(today).values("pk"))
        )

    def were_visited(self, rows: ProspectQuerySet, _: str, value: bool) -> ProspectQuerySet:
        """Prospects with at least one visit, or with none."""
        return rows.filter(attempts__gt=0) if value else rows.filter(attempts=0)


class CallbackFilter(filters.FilterSet):
    """Agreed times by what became of them, campaign, door, who agreed, and when they are due."""

    campaign = IdFilter()
    door = IdFilter()
    member = IdFilter()
    state = filters.ChoiceFilter(choices=CallbackState.choices)
    due_from = InstantFilter("due_at", lookup_expr="gte")
    due_before = InstantFilter("due_at", lookup_expr="lt")

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()


class ReferralFilter(filters.FilterSet):
    """Referrals by campaign, the door to knock at, and who heard them."""

    campaign = IdFilter()
    door = IdFilter()
    member = IdFilter()

    class Meta:
        model = Referral
        fields: tuple[str, ...] = ()


class ContactReviewFilter(filters.FilterSet):
    """Reviews of contact details, by what was decided."""

    decision = filters.ChoiceFilter(choices=ContactDecision.choices)
    door = IdFilter("contact__door")
    member = IdFilter()

    class Meta:
        model = ContactReview
        fields: tuple[str, ...] = ()


class FoundDoorFilter(filters.FilterSet):
    """Doors found in the field, by campaign, finder, and whether they joined a territory."""

    campaign = IdFilter()
    member = IdFilter()
    door = IdFilter()
    has_territory = filters.BooleanFilter(
        "territory",
        "isnull",
        exclude=True,
        help_text="Whether they joined a territory of their finder",
    )

    class Meta:
        model = FoundDoor
        fields: tuple[str, ...] = ()


class ForbiddingFilter(filters.FilterSet):
    """Entries that forbid something, by whether they do so now and the registry they came from."""

    in_force = filters.BooleanFilter(method="that_forbid", help_text="Whether they forbid now")
    dataset = filters.CharFilter(help_text="The registry that they came from")

    def that_forbid(self, rows: Any, _: str, value: bool) -> Any:
        """Entries that forbid now, or those that do not: not yet, or no more."""
        now = timezone.now()
        return rows.in_force(now) if value else rows.exclude(stands(now))


class DoNotKnockFilter(ForbiddingFilter):
    """Do-not-knock entries by what they cover, who said so, and whether they forbid now."""

    covers_door = IdFilter("covered__door", help_text="Those that cover the door")

    class Meta:
        model = DoNotKnockEntry
        fields = ("reach", "source", "scope")


class DoNotCallFilter(ForbiddingFilter):
    """Do-not-call entries by number, who said so, and whether they forbid now."""

    phone = filters.CharFilter(help_text="In E.164: +13015550147 (+ is %2B in an address)")

    class Meta:
        model = DoNotCallEntry
        fields = ("source",)


class TelephoneCallbackFilter(filters.FilterSet):
    """Agreed calls by what became of them, campaign, door, who agreed, and when they are due."""

    campaign = IdFilter()
    door = IdFilter()
    member = IdFilter()
    state = filters.ChoiceFilter(choices=TelephoneCallbackState.choices)
    call_from = InstantFilter("call_at", lookup_expr="gte")
    call_before = InstantFilter("call_at", lookup_expr="lt")

    class Meta:
        model = TelephoneCallback
        fields: tuple[str, ...] = ()


class ShiftFilter(filters.FilterSet):
    """Shifts by campaign, member and day."""

    campaign = IdFilter()
    member = IdFilter()
    from_day = filters.DateFilter("day", lookup_expr="gte")
    to_day = filters.DateFilter("day", lookup_expr="lt", help_text="The first day left out")

    class Meta:
        model = Shift
        fields = ("day",)


class VisitFlagFilter(filters.FilterSet):
    """Flags by visit, member, campaign, kind and decision."""

    visit = filters.UUIDFilter()
    member = IdFilter("visit__member")
    campaign = IdFilter("visit__campaign")

    class Meta:
        model = VisitFlag
        fields = ("kind", "decision")


class VisitFilter(filters.FilterSet):
    """Visits by campaign, door, member, outcome and time."""

    campaign = IdFilter()
    door = IdFilter()
    member = IdFilter()
    outcome = filters.CharFilter("outcome__code", help_text="The outcome's code")
    kind = filters.ChoiceFilter(field_name="outcome__kind", choices=OutcomeKind.choices)
    occurred_after = InstantFilter("occurred_at", lookup_expr="gte")
    occurred_before = InstantFilter("occurred_at", lookup_expr="lt")
    standing = filters.BooleanFilter(method="that_stand", help_text="False: the corrected ones")

    class Meta:
        model = Visit
        fields = ("simulated",)

    def that_stand(self, rows: VisitQuerySet, _: str, value: bool) -> VisitQuerySet:
        """Visits that no correction supersedes, or those that one does."""
        return rows.standing() if value else rows.exclude(superseded_by=None)
