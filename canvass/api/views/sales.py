"""Sales over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from canvass.api.sale_filters import SaleFilter
from canvass.api.serializers import sales as serializers
from canvass.deliveries import deliveries, hand_over_delivery
from canvass.errors import sales as errors
from canvass.ledger import sales
from canvass.models import Sale, Shift
from canvass.sale_events import NewEvent, record_sale_event
from canvass.sales import record_sale
from common.errors import NotFound
from common.problems import problems

EVENT_PROBLEMS = (
    NotFound,
    errors.SaleEventIdReused,
    errors.SaleEventInvalid,
    errors.SaleHoldsCardNumber,
    errors.SaleEventTooEarly,
    errors.SaleAlreadyCancelled,
    errors.SaleAlreadyDelivered,
    errors.SaleIsCancelled,
    errors.SaleOverpaid,
    errors.SaleNotCancelled,
    errors.SaleRefundTooMuch,
    errors.SaleCancellationTooLate,
    errors.SaleEventToCorrectNotFound,
    errors.SaleEventAlreadyCorrected,
)


class ShiftDeliveriesView(GenericAPIView[Sale]):
    """The delivery run of a shift."""

    serializer_class = serializers.SaleOut
    queryset = Sale.objects.none()

    @extend_schema(responses={200: serializers.SaleOut(many=True), **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The sales whose goods are to be brought in a shift: required stops of its route."""
        shift = get_object_or_404(Shift.objects.for_member(member_of(request)), pk=pk)
        rows = sales().filter(pk__in=deliveries(shift)).order_by("delivery_due_on", "pk")
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.SaleOut(page, many=True).data)


class SaleViewSet(OwnRows[Sale]):
    """Sales: a rep's own and those to deliver, a manager's subtree's, an admin's all."""

    queryset = sales()
    serializer_class = serializers.SaleOut
    filterset_class = SaleFilter

    @extend_schema(
        request=serializers.SaleIn,
        responses={
            201: serializers.SaleOut,
            200: serializers.SaleOut,
            **problems(
                errors.SaleIdReused,
                errors.SaleDoorNotFound,
                errors.SaleVisitNotFound,
                errors.SaleProductNotFound,
                errors.SaleInvalid,
                errors.SaleDoesNotAddUp,
                errors.SaleHoldsCardNumber,
                errors.SaleReceiptGap,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Book a sale: 201 if it is new, 200 with the stored one if it came in before."""
        new = self.valid(serializers.SaleIn).new_sale()
        sale, is_new = record_sale(actor=member_of(request), new=new, now=timezone.now())
        shown = sales().get(pk=sale.pk)
        return Response(serializers.SaleOut(shown).data, status=201 if is_new else 200)

    @extend_schema(
        request=serializers.SaleEventIn,
        responses={201: serializers.SaleOut, 200: serializers.SaleOut, **problems(*EVENT_PROBLEMS)},
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="events")
    def record_event(self, request: Request, pk: str) -> Response:
        """Say what became of a sale: 201 if that is new, 200 if it came in before."""
        body = self.valid(serializers.SaleEventIn).validated_data
        new = NewEvent(sale_id=self.get_object().pk, **body)
        _, is_new = record_sale_event(actor=member_of(request), new=new, now=timezone.now())
        shown = self.get_object()
        return Response(serializers.SaleOut(shown).data, status=201 if is_new else 200)

    @extend_schema(
        request=serializers.HandOverIn,
        responses={
            200: serializers.SaleOut,
            **problems(NotFound, errors.SaleNothingToDeliver, errors.SaleDelivererLeft),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="hand-over", permission_classes=[IsManager])
    def hand_over(self, request: Request, pk: str) -> Response:
        """Let somebody else bring the goods; whose sale it is stays. Again changes nothing."""
        to = self.valid(serializers.HandOverIn).validated_data["to"]
        sale, now = self.get_object(), timezone.now()
        hand_over_delivery(actor=member_of(request), sale=sale, to=to, now=now)
        return Response(serializers.SaleOut(self.get_object()).data)
