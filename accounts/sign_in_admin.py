"""Second factors and sessions in the Django admin, where the operator takes them away."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Change, note_operator
from accounts.rows_admin import ShownAdmin

admin.site.unregister([Authenticator, UserSession])


class TakenAwayAdmin(ShownAdmin):
    """What people have to sign in with, to be looked at and taken away, which the trail tells."""

    action: str
    told: ClassVar[dict[str, str]]  # what the trail tells of a row, by the row's columns

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may delete anything here."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take one away."""
        with transaction.atomic():
            self.take_away(obj)
            told = Change(obj.user, {name: getattr(obj, of) for name, of in self.told.items()})
            note_operator(str(request.user), self.action, told, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take each of the chosen away."""
        with transaction.atomic():
            for row in queryset.select_related("user").order_by("pk"):
                self.delete_model(request, row)

    def take_away(self, row: Any) -> None:
        """Delete the row."""
        row.delete()


@admin.register(Authenticator)
class SecondFactorAdmin(TakenAwayAdmin):
    """Apps and recovery codes; their secrets are not shown."""

    action = "second_factor.removed"
    told: ClassVar = {"type": "type"}
    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(UserSession)
class SessionAdmin(TakenAwayAdmin):
    """Where people are signed in; the tokens of phones are not shown."""

    action = "user.session_ended"
    told: ClassVar = {"device": "user_agent", "address": "ip"}
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name", "ip")
    fields = ("user", "created_at", "last_seen_at", "ip", "user_agent")

    def take_away(self, row: UserSession) -> None:
        """End the session, too."""
        row.end()
