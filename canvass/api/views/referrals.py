"""Referrals over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import OwnRows
from canvass import selectors
from canvass.api import filters
from canvass.api.serializers import referrals as serializers
from canvass.errors import referrals as errors
from canvass.models import Referral
from canvass.referrals import record_referral, withdraw_referral
from common.errors import NotAllowed, NotFound
from common.problems import problems


class ReferralViewSet(OwnRows[Referral]):
    """What neighbours said: a rep sees the own, and those of the doors that they work."""

    queryset = selectors.referrals()
    serializer_class = serializers.ReferralOut
    filterset_class = filters.ReferralFilter

    @extend_schema(
        request=serializers.ReferralIn,
        responses={
            201: serializers.ReferralOut,
            200: serializers.ReferralOut,
            **problems(
                errors.ReferralCampaignNotFound,
                errors.ReferralDoorNotFound,
                errors.ReferralSayerNotFound,
                errors.ReferralIdReused,
                errors.ReferralOfItself,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Record a referral, which makes its prospect warm: 201 the first time, 200 again."""
        new = self.valid(serializers.ReferralIn).new_referral()
        referral, is_new = record_referral(actor=member_of(request), new=new, now=timezone.now())
        answer = serializers.ReferralOut(referral).data
        return Response(answer, status=201 if is_new else 200)

    @extend_schema(
        request=serializers.WithdrawIn,
        responses={200: serializers.ReferralOut, **problems(NotFound, NotAllowed)},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Say that a referral was a mistake, and why; again changes nothing."""
        reason = self.valid(serializers.WithdrawIn).validated_data["reason"]
        told = withdraw_referral(
            actor=member_of(request), referral=self.get_object(), reason=reason, now=timezone.now()
        )
        return Response(serializers.ReferralOut(told).data)
