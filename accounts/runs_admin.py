"""Background runs in the Django admin: to be looked at, and to be cancelled."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import RunEnded
from accounts.rows_admin import ShownAdmin
from accounts.runs import cancel_as_operator
from common.runs import Run


class RunAdmin(ShownAdmin):
    """Runs of one kind; those that are queued or running can be cancelled."""

    actions = ("cancel",)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Whoever could change the rows, if they could be changed here."""
        return super(ShownAdmin, self).has_change_permission(request)

    @admin.action(description="Cancel the chosen runs", permissions=["cancel"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Run]) -> None:
        """Cancel the chosen runs, and say which had ended before."""
        cancelled = 0
        for run in chosen.order_by("pk"):
            try:
                cancel_as_operator(run=run, operator=str(request.user), now=timezone.now())
                cancelled += 1
            except RunEnded as error:
                self.message_user(request, f"{run}: {error.message}", messages.WARNING)
        self.message_user(request, f"{cancelled} cancelled.")
