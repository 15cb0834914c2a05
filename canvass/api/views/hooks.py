"""Hooks over HTTP, for admins: set up, read what was sent, send again."""

from __future__ import annotations

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import IdFilter
from accounts.api.permissions import InPerson, IsAdmin, member_of
from accounts.api.rows import OwnRows
from canvass.api.serializers import hooks as serializers
from canvass.errors import hooks as errors
from canvass.hooks import endpoints
from canvass.models.hooks import Hook, HookDelivery
from common.errors import NotFound
from common.problems import problems

BAD_ADDRESS = (errors.HookUrlInvalid, errors.HookAddressRefused, errors.HookTaken)


def with_secret(hook: Hook, secret: str, status: int) -> Response:
    """The answer that shows a secret; nobody keeps it on the way."""
    hook.secret = secret  # type: ignore[attr-defined]  # for this answer only
    headers = {"Cache-Control": "no-store"}
    return Response(serializers.HookSecretOut(hook).data, status=status, headers=headers)


class HookViewSet(OwnRows[Hook]):
    """Who is told of visits, sales, callbacks and do-not-knock entries."""

    queryset = Hook.objects.order_by("pk")
    serializer_class = serializers.HookOut

    def get_permissions(self) -> list[BasePermission]:
        """Admins in person: a hook would outlive the key that made it."""
        return [InPerson(), IsAdmin()]

    @extend_schema(
        request=serializers.HookIn,
        responses={
            201: serializers.HookSecretOut,
            **problems(*BAD_ADDRESS, errors.HookTooMany),
        },
    )
    def create(self, request: Request) -> Response:
        """Tell an address of what happens from now on. The secret is shown this once."""
        body = self.valid(serializers.HookIn).validated_data
        made = endpoints.add_hook(actor=member_of(request), now=timezone.now(), **body)
        return with_secret(*made, status=201)

    @extend_schema(
        request=serializers.HookChangeIn(partial=True),
        responses={200: serializers.HookOut, **problems(NotFound, *BAD_ADDRESS)},
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change address, kinds, or whether it is on; switched on, what waits is sent at once."""
        body = serializers.HookChangeIn(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        hook = endpoints.change_hook(
            actor=member_of(request),
            hook=self.get_object(),
            changes=body.validated_data,
            now=timezone.now(),
        )
        return Response(serializers.HookOut(hook).data)

    @extend_schema(responses={204: None, **problems(NotFound)})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it, with what it is still to be told."""
        hook = self.get_object()
        endpoints.remove_hook(actor=member_of(request), hook=hook, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={200: serializers.HookSecretOut, **problems(NotFound)})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """Give it another secret, shown this once; for a day both sign what is sent."""
        made = endpoints.rotate_secret(
            actor=member_of(request), hook=self.get_object(), now=timezone.now()
        )
        return with_secret(*made, status=200)

    @extend_schema(request=None, responses={200: serializers.SentAgainOut, **problems(NotFound)})
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        """Send all its dead deliveries once more."""
        count = endpoints.send_dead_again(
            actor=member_of(request), hook=self.get_object(), now=timezone.now()
        )
        return Response(serializers.SentAgainOut({"deliveries": count}).data)


class HookDeliveryFilter(filters.FilterSet):
    """Deliveries by hook, state (`dead` is the list of what was given up), type and event."""

    hook = IdFilter()

    class Meta:
        model = HookDelivery
        fields = ("state", "type", "event")


class HookDeliveryViewSet(OwnRows[HookDelivery]):
    """What hooks were told, and are to be told, the latest first; kept for thirty days."""

    queryset = HookDelivery.objects.order_by("-pk")
    serializer_class = serializers.HookDeliveryOut
    filterset_class = HookDeliveryFilter

    def get_permissions(self) -> list[BasePermission]:
        """Admins only."""
        return [IsAdmin()]

    @extend_schema(
        request=None,
        responses={
            200: serializers.HookDeliveryOut,
            **problems(NotFound, errors.DeliveryWaits),
        },
    )
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, pk: str) -> Response:
        """Send it once more, whether it was given up or taken."""
        delivery = endpoints.send_again(
            actor=member_of(request), delivery=self.get_object(), now=timezone.now()
        )
        return Response(serializers.HookDeliveryOut(delivery).data)
