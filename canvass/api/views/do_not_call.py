"""The do-not-call list over HTTP, and the files that it comes from."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, IsMember, member_of
from accounts.api.rows import OwnRows
from canvass import errors, selectors
from canvass.api import filters
from canvass.api.serializers import LiftIn
from canvass.api.serializers import do_not_call as serializers
from canvass.do_not_call import list_number, unlist_number
from canvass.errors.telephone import PhoneInvalid
from canvass.models import DoNotCallEntry, DoNotCallRun
from canvass.number_files import request_numbers
from common.errors import NotAllowed, NotFound
from common.problems import problems
from territories.api.rejects import RejectsRows
from territories.importing.errors import InvalidOptions


class DoNotCallViewSet(OwnRows[DoNotCallEntry]):
    """Which numbers nobody may call. Managers see and keep the list; reps only add to it."""

    queryset = selectors.do_not_call_entries()
    serializer_class = serializers.DoNotCallOut
    filterset_class = filters.DoNotCallFilter

    def get_permissions(self) -> list[BasePermission]:
        """Everybody passes on what householders say; the rest is the managers'."""
        return [IsMember() if self.action == "create" else IsManager()]

    @extend_schema(
        request=serializers.DoNotCallIn,
        responses={
            201: serializers.DoNotCallOut,
            200: serializers.DoNotCallOut,
            **problems(
                NotAllowed, PhoneInvalid, errors.ExpiryInvalid, errors.DoNotKnockEndsBeforeStart
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Let nobody call a number any more; 200 if that is known already."""
        new = self.valid(serializers.DoNotCallIn).new_number()
        made, is_new = list_number(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.DoNotCallOut(made).data, status=201 if is_new else 200)

    @extend_schema(request=LiftIn, responses={200: serializers.DoNotCallOut, **problems(NotFound)})
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Let an entry forbid no more, and say why; lifting it again changes nothing."""
        reason = self.valid(LiftIn).validated_data["reason"]
        lifted = unlist_number(
            actor=member_of(request), entry=self.get_object(), reason=reason, now=timezone.now()
        )
        return Response(serializers.DoNotCallOut(lifted).data)


class DoNotCallRunViewSet(RejectsRows[DoNotCallRun]):
    """Imports of numbers: upload a file, watch its import, download what is no number."""

    rejects_name = "do-not-call"
    queryset = selectors.do_not_call_runs()
    serializer_class = serializers.DoNotCallRunOut
    filterset_fields = ("state", "dataset")
    parser_classes = [MultiPartParser]
    permission_classes = [IsManager]

    @extend_schema(
        request={"multipart/form-data": serializers.DoNotCallFileIn},
        responses={
            202: serializers.DoNotCallRunOut,
            **problems(PhoneInvalid, InvalidOptions, errors.ExpiryInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Upload a registry of numbers and queue its import; they become do-not-call entries."""
        body = self.valid(serializers.DoNotCallFileIn)
        run = request_numbers(
            actor=member_of(request),
            file=body.validated_data["file"],
            options=body.options(),
            now=timezone.now(),
        )
        return Response(serializers.DoNotCallRunOut(run).data, status=202)
