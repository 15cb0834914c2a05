"""Do-not-knock entries over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.do_not_knock import add_entry, lift_entry, renew_entry
from canvass.models import DoNotKnockEntry
from common.errors import NotFound
from common.problems import problems


class DoNotKnockViewSet(OwnRows[DoNotKnockEntry]):
    """Where nobody may knock. For reps such doors vanish; managers see and keep the entries."""

    queryset = selectors.do_not_knock_entries()
    serializer_class = serializers.DoNotKnockOut
    filterset_class = filters.DoNotKnockFilter
    permission_classes = [IsManager]

    @extend_schema(
        request=serializers.DoNotKnockIn,
        responses={
            201: serializers.DoNotKnockOut,
            **problems(
                NotFound,
                errors.ExpiryInvalid,
                errors.DoNotKnockPlaceInvalid,
                errors.DoNotKnockAreaInvalid,
                errors.DoNotKnockStreetUnknown,
                errors.DoNotKnockEndsBeforeStart,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Let nobody knock there any more; the doors vanish from lists and plans at once."""
        new = self.valid(serializers.DoNotKnockIn).new_entry()
        made = add_entry(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.DoNotKnockOut(made).data, status=201)

    @extend_schema(
        request=serializers.RenewIn,
        responses={
            201: serializers.DoNotKnockOut,
            **problems(
                NotFound,
                errors.ExpiryInvalid,
                errors.DoNotKnockLifted,
                errors.DoNotKnockRenewed,
                errors.DoNotKnockEndsBeforeStart,
            ),
        },
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        """Let an entry hold anew from now on; the answer is a new entry, which `renews` it."""
        body = self.valid(serializers.RenewIn).validated_data
        made = renew_entry(
            actor=member_of(request),
            entry=self.get_object(),
            expiry=body.get("expiry", {}).get("expiry"),
            now=timezone.now(),
        )
        return Response(serializers.DoNotKnockOut(made).data, status=201)

    @extend_schema(
        request=serializers.LiftIn,
        responses={
            200: serializers.DoNotKnockOut,
            **problems(NotFound, errors.DoNotKnockRenewed),
        },
    )
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Let an entry forbid no more, and say why; lifting it again changes nothing."""
        reason = self.valid(serializers.LiftIn).validated_data["reason"]
        lifted = lift_entry(
            actor=member_of(request), entry=self.get_object(), reason=reason, now=timezone.now()
        )
        return Response(serializers.DoNotKnockOut(lifted).data)
