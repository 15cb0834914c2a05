"""Working a shift over HTTP."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import member_of
from canvass.api.serializers import shift_events as serializers
from canvass.errors import shift_events as errors
from canvass.models import Shift
from canvass.shift_events import NewShiftEvent, record_shift_event, shift_report
from common.errors import NotFound
from common.problems import problems


def own_shift(request: Request, pk: int) -> Shift:
    """The shift, if the acting member may see it."""
    return get_object_or_404(Shift.objects.for_member(member_of(request)), pk=pk)


class ShiftEventsView(APIView):
    """What happens to a shift."""

    @extend_schema(
        request=serializers.ShiftEventIn,
        responses={
            201: serializers.ShiftReportOut,
            200: serializers.ShiftReportOut,
            **problems(NotFound, errors.ShiftEventIdReused, errors.ShiftEventOutOfOrder),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Open, pause, resume or close one's own shift: 201 if that is new, 200 if it is not."""
        body = serializers.ShiftEventIn(data=request.data)
        body.is_valid(raise_exception=True)
        shift, now = own_shift(request, pk), timezone.now()
        new = NewShiftEvent(shift_id=shift.pk, **body.validated_data)
        _, is_new = record_shift_event(actor=member_of(request), new=new, now=now)
        told = serializers.ShiftReportOut(shift_report(shift, now)).data
        return Response(told, status=201 if is_new else 200)


class ShiftReportView(APIView):
    """How a shift is worked."""

    @extend_schema(responses={200: serializers.ShiftReportOut, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """Hours worked without pauses, doors, and doors an hour."""
        shift = own_shift(request, pk)
        return Response(serializers.ShiftReportOut(shift_report(shift, timezone.now())).data)
