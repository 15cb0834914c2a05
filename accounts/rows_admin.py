"""How the Django admin treats rows: for the operator of the installation, to look and to mend.

Rows are made through the API, which keeps the rules. What is mended here, the audit trail tells.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Change, note_operator, plain


class MendedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic to mypy only
    """Rows that are changed here, but neither made nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: rows are made through the API."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: history hangs on every row."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Save the row; in the same transaction tell what was changed from what, and by whom."""
        super().save_model(request, obj, form, change)
        before: dict[str, Any] = plain({name: form.initial.get(name) for name in form.changed_data})
        after: dict[str, Any] = plain({name: form.cleaned_data.get(name) for name in before})
        changed = [name for name in before if before[name] != after[name]]
        if changed:
            told = Change(
                obj,
                {name: before[name] for name in changed},
                {name: after[name] for name in changed},
            )
            note_operator(str(request.user), "mended", told, now=timezone.now())


class ShownAdmin(MendedAdmin):
    """Rows that are only looked at here."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False
