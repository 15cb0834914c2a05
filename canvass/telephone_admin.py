"""In the Django admin: callbacks by telephone, the list that forbids them, withdrawn referrals."""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import ShownAdmin
from accounts.runs_admin import RunAdmin
from canvass.models import (
    DoNotCallEntry,
    DoNotCallRun,
    ReferralWithdrawal,
    TelephoneCall,
    TelephoneCallback,
    TelephoneReminder,
)


@admin.register(DoNotCallEntry)
class DoNotCallEntryAdmin(ShownAdmin):
    """Do-not-call entries."""

    list_display = ("id", "phone", "source", "dataset", "starts_at", "ends_at", "lifted_at")
    list_filter = ("source",)
    search_fields = ("phone", "dataset", "organisation__name")
    show_full_result_count = False


@admin.register(TelephoneCallback)
class TelephoneCallbackAdmin(ShownAdmin):
    """Agreed calls."""

    list_display = ("id", "call_at", "member__user", "campaign", "door__building")
    list_select_related = ("member__user", "campaign", "door__building")
    search_fields = ("=id", "member__user__name")


@admin.register(TelephoneCall)
class TelephoneCallAdmin(ShownAdmin):
    """Calls that were made."""

    list_display = ("id", "called_at", "member__user", "callback", "reached", "listed")
    list_select_related = ("member__user", "callback")
    search_fields = ("=id", "member__user__name")


@admin.register(TelephoneReminder)
class TelephoneReminderAdmin(ShownAdmin):
    """What members were told of agreed calls."""

    list_display = ("id", "sent_at", "member", "callback")
    list_select_related = ("member", "callback")
    search_fields = ("member__user__name",)
    show_full_result_count = False


@admin.register(DoNotCallRun)
class DoNotCallRunAdmin(RunAdmin):
    """Imports of do-not-call registries."""

    list_display = ("id", "file_name", "dataset", "state", "created_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state",)
    search_fields = ("file_name", "dataset")


@admin.register(ReferralWithdrawal)
class ReferralWithdrawalAdmin(ShownAdmin):
    """Referrals that were mistakes."""

    list_display = ("referral", "withdrawn_at", "member__user")
    list_select_related = ("referral", "member__user")
    search_fields = ("=referral__id", "member__user__name")
