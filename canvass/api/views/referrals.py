"""Referrals over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import OwnRows
from canvass import selectors
from canvass.api import filters
from canvass.api.serializers import referrals as serializers
from canvass.errors import referrals as errors
from canvass.models import Referral
from canvass.referrals import record_referral
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
