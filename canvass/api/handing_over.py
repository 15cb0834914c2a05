"""What is outstanding in an assigned territory, and taking it away, over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import OwnField
from accounts.api.permissions import IsManager, member_of
from accounts.models import Member
from canvass.api.serializers import ProspectOut, SaleOut
from canvass.deliveries import undelivered_there
from canvass.errors import OutstandingWork
from canvass.handing_over import TakenAway, outstanding, take_away
from canvass.ledger import sales
from canvass.models import Prospect, Sale
from common.errors import NotFound
from common.problems import problems
from territories import errors
from territories.api.serializers import AssignmentOut
from territories.models import Assignment
from territories.selectors import assignments


class TakeAwayIn(serializers.Serializer[Assignment]):
    """Why a territory is taken away, and who takes over what is outstanding."""

    reason = serializers.CharField(max_length=500)
    hand_to = OwnField(Member.objects.select_related("user", "team"), required=False)
    leave_outstanding = serializers.BooleanField(
        default=False,
        help_text="True to take it away although nobody takes the rest over.",
    )


class TakenAwayOut(serializers.Serializer[TakenAway]):
    """The revoked assignment, the new one if there is, and how much was outstanding."""

    revoked = AssignmentOut()
    handed_to = AssignmentOut(allow_null=True)
    callbacks = serializers.IntegerField(help_text="Agreed times to come back.")
    deliveries = serializers.IntegerField(help_text="Sales whose goods are still to be brought.")


def own_assignment(request: Request, pk: int) -> Assignment:
    """The assignment, if the acting member may see it."""
    return get_object_or_404(assignments().for_member(member_of(request)), pk=pk)


class OutstandingView(GenericAPIView[Prospect]):
    """Callbacks agreed in an assigned territory."""

    permission_classes = [IsManager]
    serializer_class = ProspectOut
    queryset = Prospect.objects.none()

    @extend_schema(responses={200: ProspectOut(many=True), **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The prospects of the territory where a callback is agreed, the earliest first."""
        rows = outstanding(member_of(request), own_assignment(request, pk))
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(ProspectOut(page, many=True).data)


class UndeliveredView(GenericAPIView[Sale]):
    """Goods that the member of an assigned territory is still to bring there."""

    permission_classes = [IsManager]
    serializer_class = SaleOut
    queryset = Sale.objects.none()

    @extend_schema(responses={200: SaleOut(many=True), **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The undelivered sales of the territory, the earliest due first."""
        there = undelivered_there(own_assignment(request, pk))
        rows = sales().for_member(member_of(request)).filter(pk__in=there.values("pk"))
        page: Any = self.paginate_queryset(rows.order_by("delivery_due_on", "pk"))
        return self.get_paginated_response(SaleOut(page, many=True).data)


class TakeAwayView(GenericAPIView[Assignment]):
    """Taking a territory away."""

    permission_classes = [IsManager]
    serializer_class = TakeAwayIn
    queryset = Assignment.objects.none()

    @extend_schema(
        request=TakeAwayIn,
        responses={
            200: TakenAwayOut,
            **problems(NotFound, OutstandingWork, errors.TerritoryTaken, errors.MemberLeft),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Revoke an assignment and, with `hand_to`, give the territory on, with its callbacks."""
        body = TakeAwayIn(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        taken = take_away(
            actor=member_of(request),
            assignment=own_assignment(request, pk),
            now=timezone.now(),
            **body.validated_data,
        )
        return Response(TakenAwayOut(taken).data)
