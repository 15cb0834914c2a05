"""Shifts over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import ManagedRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.models import Shift
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from common.errors import NotFound
from common.problems import problems


class ShiftViewSet(ManagedRows[Shift]):
    """Shifts; a rep sees their own, a manager the subtree's and schedules them."""

    queryset = selectors.shifts()
    serializer_class = serializers.ShiftOut
    filterset_class = filters.ShiftFilter

    @extend_schema(
        request=serializers.ShiftIn,
        responses={
            201: serializers.ShiftOut,
            **problems(
                NotFound,
                errors.ShiftExists,
                errors.ShiftOutsideCampaign,
                errors.ShiftHoursInvalid,
                errors.ShiftPauseInvalid,
                errors.ShiftMemberLeft,
                errors.ShiftWithoutPlace,
                errors.ShiftOutsidePermittedHours,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Schedule one shift."""
        plan = ShiftPlan(**self.valid(serializers.ShiftIn).validated_data)
        made = schedule_shift(actor=member_of(request), plan=plan, now=timezone.now())
        return Response(serializers.ShiftOut(made).data, status=201)

    @extend_schema(
        request=serializers.ScheduleDayIn,
        responses={
            200: serializers.ShiftOut(many=True),
            **problems(
                NotFound,
                errors.CampaignWithoutCut,
                errors.ShiftOutsideCampaign,
                errors.ShiftHoursInvalid,
            ),
        },
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="schedule-day", pagination_class=None)
    def schedule_day(self, request: Request) -> Response:
        """Schedule a shift for everybody who has a territory on that day.

        Answers everybody's shift of the day; those that existed stay as they were.
        """
        body = self.valid(serializers.ScheduleDayIn).validated_data
        shifts = schedule_day(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.ShiftOut(shifts, many=True).data)
