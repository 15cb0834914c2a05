"""Callbacks by telephone over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import OwnRows
from canvass.api import filters
from canvass.api.serializers import telephone as serializers
from canvass.errors import telephone as errors
from canvass.errors.callbacks import CallbackInPast
from canvass.models import TelephoneCallback
from canvass.telephone import NewCall, agree_on_call, record_call, telephone_callbacks
from common.errors import NotFound
from common.problems import problems


class TelephoneCallbackViewSet(OwnRows[TelephoneCallback]):
    """Agreed calls and what became of them; a rep sees the own, and those of assigned doors."""

    queryset = TelephoneCallback.objects.all()
    serializer_class = serializers.TelephoneCallbackOut
    filterset_class = filters.TelephoneCallbackFilter

    def get_queryset(self) -> QuerySet[Any]:
        """The member's, the earliest first."""
        rows = telephone_callbacks(timezone.now())
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        member = member_of(self.request)
        return rows.filter(pk__in=TelephoneCallback.objects.for_member(member).values("pk"))

    @extend_schema(
        request=serializers.TelephoneCallbackIn,
        responses={
            201: serializers.TelephoneCallbackOut,
            200: serializers.TelephoneCallbackOut,
            **problems(
                errors.PhoneInvalid,
                errors.DoNotCallListed,
                errors.TelephoneCallbackIdReused,
                errors.TelephoneCallbackPlaceNotFound,
                CallbackInPast,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Note an agreed call, unless the number is listed: 201 the first time, 200 again."""
        new = self.valid(serializers.TelephoneCallbackIn).new_callback()
        made, is_new = agree_on_call(actor=member_of(request), new=new, now=timezone.now())
        callback = telephone_callbacks(timezone.now()).get(pk=made.pk)
        answer = serializers.TelephoneCallbackOut(callback).data
        return Response(answer, status=201 if is_new else 200)

    @extend_schema(
        request=serializers.CallIn,
        responses={
            201: serializers.CallOut,
            200: serializers.CallOut,
            **problems(NotFound, errors.TelephoneCallIdReused),
        },
    )
    @action(detail=True, methods=["post"])
    def call(self, request: Request, pk: str) -> Response:
        """Note that somebody called: 201 the first time, 200 again."""
        body = self.valid(serializers.CallIn).validated_data
        found: UUID = self.get_object().pk
        call, is_new = record_call(
            actor=member_of(request), new=NewCall(callback_id=found, **body), now=timezone.now()
        )
        return Response(serializers.CallOut(call).data, status=201 if is_new else 200)
