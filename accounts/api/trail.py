"""The audit trail over HTTP, for admins."""

from __future__ import annotations

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.permissions import BasePermission

from accounts.api.filters import IdFilter
from accounts.api.permissions import IsAdmin
from accounts.api.rows import OwnRows
from accounts.models import AuditEntry


class AuditEntryOut(serializers.ModelSerializer[AuditEntry]):
    """An entry: who changed what, when and from where."""

    class Meta:
        model = AuditEntry
        fields = (
            "id",
            "at",
            "member",
            "action",
            "kind",
            "row",
            "before",
            "after",
            "request_id",
            "address",
            "device",
        )


class AuditEntryFilter(filters.FilterSet):
    """Entries by who, what, which row, which request and when."""

    member = IdFilter()
    from_day = filters.DateFilter("at", lookup_expr="date__gte", help_text="In UTC")
    to_day = filters.DateFilter("at", lookup_expr="date__lt", help_text="The first day left out")

    class Meta:
        model = AuditEntry
        fields = ("action", "kind", "row", "request_id")


class AuditEntryViewSet(OwnRows[AuditEntry]):
    """The audit trail of the organisation, the latest first. Nothing of it is ever changed."""

    queryset = AuditEntry.objects.order_by("-at", "-pk")
    serializer_class = AuditEntryOut
    filterset_class = AuditEntryFilter

    def get_permissions(self) -> list[BasePermission]:
        """Admins only: the trail tells on everybody else."""
        return [IsAdmin()]
