"""The audit trail over HTTP, for admins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.api.downloads import AsItIs, csv_download
from accounts.api.filters import IdFilter
from accounts.api.permissions import IsAdmin
from accounts.api.rows import OwnRows
from accounts.models import AuditEntry
from accounts.selectors import trail_blocks


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

    throttle_scope: str | None = None

    def get_permissions(self) -> list[BasePermission]:
        """Admins only: the trail tells on everybody else."""
        return [IsAdmin()]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, filters=True)
    @action(
        detail=False,
        url_path="csv",
        content_negotiation_class=AsItIs,
        pagination_class=None,
        throttle_scope="export",
    )
    def table(self, request: Request) -> StreamingHttpResponse:
        """The entries as CSV, the latest first; what they tell before and after is JSON.

        Choose a span of days: it may be long, and is sent while it is read.
        """
        rows = self.filter_queryset(self.get_queryset())
        return csv_download("audit-trail", table_of(rows))


def table_of(rows: QuerySet[AuditEntry]) -> Iterator[list[tuple[object, ...]]]:
    """A line of names, then a line for each entry, a thousand at a time."""
    yield [AuditEntryOut.Meta.fields]
    for block in trail_blocks(rows):
        yield [tuple(map(cell, AuditEntryOut(entry).data.values())) for entry in block]


def cell(value: Any) -> object:
    """A value as a cell has it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
