"""Warnings of doors, and calls for help, over HTTP."""

from __future__ import annotations

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import IdFilter
from accounts.api.permissions import IsManager, IsMember, member_of
from accounts.api.rows import ManagedRows, OwnRows
from canvass.alarms import acknowledge_alarm, raise_alarm
from canvass.api.serializers import safety as serializers
from canvass.errors.safety import AlarmIdReused, DoorNotClosed
from canvass.hostility import decide_closure
from canvass.models.safety import Alarm, AlarmQuerySet, DoorWarning, DoorWarningQuerySet
from common.errors import NotFound
from common.problems import problems


class DoorWarningFilter(filters.FilterSet):
    """Warnings by door, gravity and whether the door is closed."""

    door = IdFilter()
    closed = filters.BooleanFilter("closed_at", lookup_expr="isnull", exclude=True)
    undecided = filters.BooleanFilter(method="that_wait", help_text="Closed, and nobody decided")

    class Meta:
        model = DoorWarning
        fields = ("severity",)

    def that_wait(self, rows: DoorWarningQuerySet, _: str, value: bool) -> DoorWarningQuerySet:
        """Warnings that wait for a manager, or those that do not."""
        waiting = {"closed_at__isnull": False, "decision": ""}
        return rows.filter(**waiting) if value else rows.exclude(**waiting)


class DoorWarningViewSet(ManagedRows[DoorWarning]):
    """Where somebody was hostile, in whatever campaign; a rep's are of the assigned doors."""

    queryset = (
        DoorWarning.objects.filter(visits__gt=0)
        .select_related("door__building", "door__warning")
        .order_by("-last_at", "-pk")
    )
    serializer_class = serializers.DoorWarningOut
    filterset_class = DoorWarningFilter

    @extend_schema(
        request=serializers.ClosureIn,
        responses={200: serializers.DoorWarningOut, **problems(NotFound, DoorNotClosed)},
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Reopen a closed door or keep it closed, and say why."""
        body = self.valid(serializers.ClosureIn).validated_data
        warning, now = self.get_object(), timezone.now()
        decide_closure(actor=member_of(request), warning=warning, now=now, **body)
        return Response(serializers.DoorWarningOut(self.get_object()).data)


class AlarmFilter(filters.FilterSet):
    """Alarms by member, and those that nobody has acknowledged."""

    member = IdFilter()
    open = filters.BooleanFilter("acknowledged_at", lookup_expr="isnull")

    class Meta:
        model = Alarm
        fields: tuple[str, ...] = ()


class AlarmViewSet(OwnRows[Alarm]):
    """Calls for help: everybody makes them, the managers above hear of them."""

    queryset: AlarmQuerySet = Alarm.objects.select_related("member__user").order_by(
        "-received_at", "-pk"
    )
    serializer_class = serializers.AlarmOut
    filterset_class = AlarmFilter

    def get_permissions(self) -> list[BasePermission]:
        """Managers acknowledge; everybody may call for help."""
        return [IsManager() if self.action == "acknowledge" else IsMember()]

    @extend_schema(
        request=serializers.AlarmIn,
        responses={
            201: serializers.AlarmOut,
            200: serializers.AlarmOut,
            **problems(AlarmIdReused),
        },
    )
    def create(self, request: Request) -> Response:
        """Call for help: 201 the first time, 200 whenever the same is sent again."""
        new = self.valid(serializers.AlarmIn).new_alarm()
        alarm, is_new = raise_alarm(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.AlarmOut(alarm).data, status=201 if is_new else 200)

    @extend_schema(request=None, responses={200: serializers.AlarmOut, **problems(NotFound)})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that you take care of it; again changes nothing."""
        actor, now = member_of(request), timezone.now()
        alarm = acknowledge_alarm(actor=actor, alarm=self.get_object(), now=now)
        return Response(serializers.AlarmOut(alarm).data)
