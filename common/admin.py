"""How the Django admin treats rows: for the operator of the installation, to look and to mend.

Rows are made through the API, which keeps the rules.
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class MendedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic to mypy only
    """Rows that are changed here, but neither made nor deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: rows are made through the API."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: history hangs on every row."""
        return False


class ShownAdmin(MendedAdmin):
    """Rows that are only looked at here."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False
