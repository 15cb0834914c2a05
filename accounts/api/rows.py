"""Lists of rows over HTTP: the acting member's own, and those that only some roles write."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework import mixins
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.viewsets import GenericViewSet

from accounts.api.permissions import IsManager, IsMember, member_of
from accounts.audit import Seen
from common.scoping import ScopedQuerySet

Row = TypeVar("Row", bound=Model)


class OwnRows(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Row]):
    """Lists and shows the rows that the acting member may see; any other is not found."""

    def get_queryset(self) -> QuerySet[Row]:
        """The member's rows, in the order of the selector."""
        rows = cast("ScopedQuerySet[Row]", super().get_queryset())
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.for_member(member_of(self.request))

    def get_object(self) -> Row:
        """The row of the address; what it was before is kept for the audit trail's net."""
        row = super().get_object()
        if self.request.method not in SAFE_METHODS:
            self.request._request._canvass_seen = Seen.of(row)  # type: ignore[attr-defined]
        return row

    def valid(self, kind: type[Any]) -> Any:
        """The body, checked by the serializer class `kind`."""
        body = kind(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body


class ManagedRows(OwnRows[Row]):
    """Rows that everybody in the organisation reads, and that `writer` writes."""

    writer: ClassVar[type[IsMember]] = IsManager

    def get_permissions(self) -> list[BasePermission]:
        """Who may make this request."""
        return [IsMember() if self.request.method in SAFE_METHODS else self.writer()]
