"""The canvass models in the Django admin, for the operator of the installation.

Rows are made through the API, which keeps the rules; here they are looked at, and labels mended.
What visits add up to, and visits themselves, cannot be changed by anybody.
"""

from __future__ import annotations

from django.contrib import admin

import canvass.hooks.admin  # noqa: F401  # registers its own
from accounts.rows_admin import MendedAdmin, ShownAdmin
from accounts.runs_admin import RunAdmin
from canvass import law_admin, sales_admin, telephone_admin  # noqa: F401  # register their own
from canvass.models import (
    Alarm,
    Breadcrumb,
    CallbackMove,
    CallbackReminder,
    Campaign,
    ContactDetails,
    ContactReview,
    DoorWarning,
    Erasure,
    Feed,
    FeedMark,
    FeedTerritory,
    FoundDoor,
    Goal,
    Outcome,
    Photo,
    PhotoPart,
    Product,
    ProductPrice,
    Prospect,
    RebuildRun,
    RecordSettings,
    Referral,
    Script,
    Shift,
    ShiftEvent,
    SyncOp,
    Visit,
    VisitFlag,
)


@admin.register(Campaign)
class CampaignAdmin(MendedAdmin):
    """Campaigns."""

    list_display = ("name", "organisation", "starts_on", "ends_on", "time_zone", "cut")
    list_select_related = ("organisation", "cut")
    search_fields = ("name", "organisation__name")
    readonly_fields = ("organisation", "cut", "cut_at", "created_at")


@admin.register(Product)
class ProductAdmin(MendedAdmin):
    """Products."""

    list_display = ("name", "code", "campaign", "price_minor", "is_active")
    list_select_related = ("campaign",)
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    readonly_fields = ("organisation", "campaign", "code")


@admin.register(ProductPrice)
class ProductPriceAdmin(ShownAdmin):
    """Dated prices."""

    list_display = ("product", "starts_on", "price_minor")
    list_select_related = ("product",)
    search_fields = ("product__name", "product__code")


@admin.register(Script)
class ScriptAdmin(ShownAdmin):
    """Scripts."""

    list_display = ("campaign", "version", "published_at", "published_by__user")
    list_select_related = ("campaign", "published_by__user")
    search_fields = ("campaign__name",)


@admin.register(Goal)
class GoalAdmin(ShownAdmin):
    """Goals."""

    list_display = ("campaign", "member__user", "figure", "per_day", "starts_on")
    list_select_related = ("campaign", "member__user")
    list_filter = ("figure",)
    search_fields = ("campaign__name", "member__user__name")


@admin.register(VisitFlag)
class VisitFlagAdmin(ShownAdmin):
    """Flags."""

    list_display = ("visit", "kind", "decision", "raised_at", "decided_by__user")
    list_select_related = ("visit", "decided_by__user")
    list_filter = ("kind", "decision")
    search_fields = ("visit__member__user__name", "visit__campaign__name")
    show_full_result_count = False


@admin.register(RebuildRun)
class RebuildRunAdmin(RunAdmin):
    """Rebuilds."""

    list_display = ("id", "campaign", "state", "created_at", "finished_at")
    list_select_related = ("campaign",)
    list_filter = ("state",)
    search_fields = ("campaign__name",)


@admin.register(Outcome)
class OutcomeAdmin(MendedAdmin):
    """Outcomes."""

    list_display = ("label", "code", "kind", "position", "is_active", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("kind", "is_active")
    search_fields = ("label", "code")
    readonly_fields = ("organisation", "code", "kind", "severity")


@admin.register(Prospect)
class ProspectAdmin(ShownAdmin):
    """Prospects."""

    list_display = (
        "door__building",
        "door__unit",
        "campaign",
        "temperature",
        "attempts",
        "last_kind",
        "next_due_at",
    )
    list_select_related = ("door__building", "campaign")
    list_filter = ("temperature", "do_not_knock", "customer")
    search_fields = ("door__building__street", "campaign__name")
    show_full_result_count = False


@admin.register(DoorWarning)
class DoorWarningAdmin(ShownAdmin):
    """Warnings of doors."""

    list_display = ("door__building", "severity", "visits", "last_at", "closed_at", "decision")
    list_select_related = ("door__building",)
    list_filter = ("severity", "decision")
    search_fields = ("door__building__street", "organisation__name")


@admin.register(Alarm)
class AlarmAdmin(ShownAdmin):
    """Calls for help."""

    list_display = ("id", "received_at", "member__user", "notified_at", "acknowledged_at")
    list_select_related = ("member__user",)
    search_fields = ("=id", "member__user__name")


@admin.register(Breadcrumb)
class BreadcrumbAdmin(ShownAdmin):
    """Positions of shifts."""

    list_display = ("shift", "at", "lon", "lat")
    list_select_related = ("shift",)
    search_fields = ("shift__member__user__name",)
    show_full_result_count = False


@admin.register(Erasure)
class ErasureAdmin(ShownAdmin):
    """Erasures."""

    list_display = ("id", "door__building", "erased_at", "erased_by__user")
    list_select_related = ("door__building", "erased_by__user")
    search_fields = ("organisation__name",)


@admin.register(RecordSettings)
class RecordSettingsAdmin(ShownAdmin):
    """How long what is kept."""

    list_display = ("organisation", "idle_s", "breadcrumb_days", "note_days", "audit_days")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)


@admin.register(Shift)
class ShiftAdmin(ShownAdmin):
    """Shifts."""

    list_display = ("day", "member__user", "campaign", "starts_at", "ends_at")
    list_select_related = ("member__user", "campaign")
    search_fields = ("member__user__name", "campaign__name")
    date_hierarchy = "day"


@admin.register(Visit)
class VisitAdmin(ShownAdmin):
    """Visits."""

    list_display = (
        "occurred_at",
        "member__user",
        "door__building",
        "door__unit",
        "outcome",
        "campaign",
        "simulated",
    )
    list_select_related = ("member__user", "door__building", "outcome", "campaign")
    list_filter = ("simulated", "outcome__kind")
    search_fields = ("=id", "member__user__name", "campaign__name")
    date_hierarchy = "occurred_at"
    show_full_result_count = False


@admin.register(ShiftEvent)
class ShiftEventAdmin(ShownAdmin):
    """What happened to shifts while they were worked."""

    list_display = ("id", "occurred_at", "kind", "shift", "automatic")
    list_select_related = ("shift",)
    list_filter = ("kind", "automatic")
    search_fields = ("=id", "shift__member__user__name")
    show_full_result_count = False


@admin.register(SyncOp)
class SyncOpAdmin(ShownAdmin):
    """What phones sent."""

    list_display = ("received_at", "type", "member__user", "status", "skew_s", "device_id")
    list_select_related = ("member__user",)
    list_filter = ("type", "status")
    search_fields = ("=op_id", "=device_id", "member__user__name")
    show_full_result_count = False


@admin.register(Feed)
class FeedAdmin(ShownAdmin):
    """The feeds of changes that phones pull."""

    list_display = ("member__user", "last_seq", "pruned_seq", "filled_at")
    list_select_related = ("member__user",)
    search_fields = ("member__user__name",)


@admin.register(FeedTerritory)
class FeedTerritoryAdmin(ShownAdmin):
    """Which territories the feeds tell of."""

    list_display = ("feed", "territory")
    list_select_related = ("feed", "territory")
    search_fields = ("feed__member__user__name", "territory__name")


@admin.register(FeedMark)
class FeedMarkAdmin(ShownAdmin):
    """What changed, by feed."""

    list_display = ("feed", "seq", "entity", "row", "gone_at")
    list_select_related = ("feed",)
    list_filter = ("entity",)
    search_fields = ("=row", "feed__member__user__name")
    show_full_result_count = False


@admin.register(Referral)
class ReferralAdmin(ShownAdmin):
    """What neighbours said."""

    list_display = ("id", "said_at", "member__user", "campaign", "door__building")
    list_select_related = ("member__user", "campaign", "door__building")
    search_fields = ("=id", "member__user__name")
    show_full_result_count = False


@admin.register(ContactDetails)
class ContactDetailsAdmin(ShownAdmin):
    """How the people behind doors are reached: which fields, and when, but nothing of what."""

    list_display = ("door", "changed_at", "organisation")
    list_select_related = ("door", "organisation")
    fields = ("organisation", "door", "versions", "changed_at")


@admin.register(ContactReview)
class ContactReviewAdmin(ShownAdmin):
    """Fields that two wrote without knowing of each other."""

    list_display = ("id", "opened_at", "member", "field", "decision", "decided_at")
    list_select_related = ("member",)
    list_filter = ("decision", "field")
    fields = ("contact", "member", "field", "opened_at", "decision", "decided_at", "decided_by")


@admin.register(FoundDoor)
class FoundDoorAdmin(ShownAdmin):
    """Doors found in the field."""

    list_display = ("id", "found_at", "member", "campaign", "door", "territory", "known")
    list_select_related = ("member", "campaign", "door", "territory")
    search_fields = ("=id", "member__user__name")
    show_full_result_count = False


@admin.register(CallbackMove)
class CallbackMoveAdmin(ShownAdmin):
    """Agreed times that were moved without a visit."""

    list_display = ("id", "moved_at", "member__user", "visit", "callback_at", "callback_until")
    list_select_related = ("member__user", "visit")
    search_fields = ("=id", "member__user__name")
    show_full_result_count = False


@admin.register(CallbackReminder)
class CallbackReminderAdmin(ShownAdmin):
    """What members were told of."""

    list_display = ("id", "sent_at", "member__user", "visit", "due_at")
    list_select_related = ("member__user", "visit")
    search_fields = ("member__user__name",)
    show_full_result_count = False


@admin.register(Photo)
class PhotoAdmin(ShownAdmin):
    """Photos of visits; the pictures themselves are for who sees the visit."""

    list_display = ("sha256", "visit", "content_type", "size", "received", "finished_at")
    list_select_related = ("visit",)
    list_filter = ("content_type",)
    search_fields = ("=sha256", "=visit__id")
    exclude = ("file",)
    show_full_result_count = False


@admin.register(PhotoPart)
class PhotoPartAdmin(ShownAdmin):
    """Bytes of photos that have not come whole yet."""

    list_display = ("photo", "start")
    list_select_related = ("photo",)
    search_fields = ("=photo__sha256",)
    exclude = ("data",)
    show_full_result_count = False
