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
from accounts.api.permissions import IsManager, IsMember, member_of
from accounts.models import Member
from canvass.api.serializers import ProspectOut, SaleOut
from canvass.deliveries import undelivered_there
from canvass.errors import OutstandingWork
from canvass.handing_over import (
    TakenAway,
    give_up,
    outstanding,
    outstanding_in_cut,
    take_away,
)
from canvass.ledger import sales
from canvass.models import Prospect, Sale
from common.errors import NotFound
from common.problems import problems
from territories import errors
from territories.api.serializers import AssignmentOut
from territories.models import Assignment, AssignmentState, CutRun
from territories.selectors import assignments


class FinishIn(serializers.Serializer[Assignment]):
    """Whether somebody may be left waiting."""

    leave_outstanding = serializers.BooleanField(
        default=False,
        help_text="True to end it although nobody takes over what is outstanding.",
    )


class HandBackIn(FinishIn):
    """Why a territory is given back, too."""

    reason = serializers.CharField(max_length=500)


class TakeAwayIn(HandBackIn):
    """Why a territory is taken away, and who takes over what is outstanding."""

    hand_to = OwnField(Member.objects.select_related("user", "team"), required=False)


class EndIn(TakeAwayIn):
    """Who takes over what is outstanding, perhaps why."""

    reason = serializers.CharField(max_length=500, default="")


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


class LeftOut(serializers.ModelSerializer[Assignment]):
    """An assignment, and how much is outstanding in its territory."""

    territory_name = serializers.CharField(source="territory.name")
    member_name = serializers.CharField(source="member.user.name")
    callbacks = serializers.IntegerField(help_text="Agreed times to come back.")
    deliveries = serializers.IntegerField(help_text="Sales whose goods are still to be brought.")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "territory",
            "territory_name",
            "member",
            "member_name",
            "callbacks",
            "deliveries",
        )


class CutOutstandingView(GenericAPIView[Assignment]):
    """What publishing another cut over this one would leave."""

    permission_classes = [IsManager]
    serializer_class = LeftOut
    queryset = Assignment.objects.none()

    @extend_schema(responses={200: LeftOut(many=True), **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The live assignments of the cut with callbacks or deliveries outstanding, by territory.

        A cut published over this one ends them; callbacks stay with the doors, for whoever has the
        new territory, and deliveries with whoever is to bring them.
        """
        actor = member_of(request)
        cut = get_object_or_404(CutRun.objects.for_member(actor), pk=pk)
        page: Any = self.paginate_queryset(outstanding_in_cut(actor, cut))
        return self.get_paginated_response(LeftOut(page, many=True).data)


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


TAKING_AWAY = problems(NotFound, OutstandingWork, errors.TerritoryTaken, errors.MemberLeft)


class EndingView(GenericAPIView[Assignment]):
    """What all ways of ending an assignment share: a body that says how, and the assignment."""

    queryset = Assignment.objects.none()

    def told(self, request: Request, pk: int) -> dict[str, Any]:
        """Who ends which assignment, when, and what the body says about it."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return {
            "actor": member_of(request),
            "assignment": own_assignment(request, pk),
            "now": timezone.now(),
            **body.validated_data,
        }


class TakeAwayView(EndingView):
    """Taking a territory away."""

    permission_classes = [IsManager]
    serializer_class = TakeAwayIn

    @extend_schema(request=TakeAwayIn, responses={200: TakenAwayOut, **TAKING_AWAY})
    def post(self, request: Request, pk: int) -> Response:
        """Revoke an assignment and, with `hand_to`, give the territory on, with its callbacks."""
        return Response(TakenAwayOut(take_away(**self.told(request, pk))).data)


class EndView(EndingView):
    """Taking a territory back."""

    permission_classes = [IsManager]
    serializer_class = EndIn

    @extend_schema(request=EndIn, responses={200: AssignmentOut, **TAKING_AWAY})
    def post(self, request: Request, pk: int) -> Response:
        """As `revoke`, but a reason may be missing. Ending it again changes nothing."""
        return Response(AssignmentOut(take_away(**self.told(request, pk)).revoked).data)


GIVEN_UP: dict[Any, Any] = {
    200: AssignmentOut,
    **problems(NotFound, OutstandingWork, errors.AssignmentStateWrong),
}


class FinishView(EndingView):
    """Finishing, by the member or whoever manages them."""

    permission_classes = [IsMember]
    serializer_class = FinishIn

    @extend_schema(request=FinishIn, responses=GIVEN_UP)
    def post(self, request: Request, pk: int) -> Response:
        """Say that the territory is worked through."""
        done = give_up(to=AssignmentState.FINISHED, **self.told(request, pk))
        return Response(AssignmentOut(done).data)


class HandBackView(EndingView):
    """Giving back, by the member or whoever manages them."""

    permission_classes = [IsMember]
    serializer_class = HandBackIn

    @extend_schema(request=HandBackIn, responses=GIVEN_UP)
    def post(self, request: Request, pk: int) -> Response:
        """Decline an offered territory, or give back one in hand, and say why."""
        done = give_up(to=AssignmentState.RETURNED, **self.told(request, pk))
        return Response(AssignmentOut(done).data)
