"""Plan runs and the routes they make."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.forever import ForeverModel, ForeverQuerySet
from common.runs import Run, RunQuerySet
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class Appeal(models.TextChoices):
    """Why a door is worth a knock, by what is known of its prospect at the shift's start."""

    CALLBACK = "callback"  # an agreed time falls into the shift
    DELIVERY = "delivery"  # sold goods are to be brought by that day
    OVERDUE = "overdue"  # an agreed time has passed
    WARM = "warm"  # somebody there has shown interest
    FRESH = "fresh"  # never visited
    NOT_HOME = "not_home"  # visited once or twice; nobody, or not the one who decides, was home
    SELDOM_HOME = "seldom_home"  # the same, three times or more
    DECLINED = "declined"  # somebody answered and was not interested
    UNLIKELY = "unlikely"  # found vacant, or not to be got at
    UNWELCOME = "unwelcome"  # somebody was hostile


class LeftOutReason(models.TextChoices):
    """Why a candidate door is not on the route: the engine's reasons, and then the planner's own.

    The labels are what a manager reads.
    """

    NO_TIME = "no_time", "It does not fit into the shift."
    OUTSIDE_WINDOW = "outside_window", "There would be time, but not within its hours."
    UNREACHABLE = "unreachable", "There is no way there, or none home."
    WRONG_SKILL = "wrong_skill", "Nobody with the time for it may knock there."
    AFTER_ONE_LEFT_OUT = "after_one_left_out", "What must come before it is left out as well."
    WORTH_LESS_THAN_THE_DETOUR = (
        "worth_less_than_the_detour",
        "A knock is worth nothing, or less than the way.",
    )
    NOT_CONSIDERED = "not_considered", "Enough other stops were nearer or worth more."
    NO_PERMIT = "no_permit", "The member has no permit for this place on that day."
    SIGN_BINDS = "sign_binds", "A no-soliciting sign is there, and the law of the place heeds it."
    OUTSIDE_PERMITTED_HOURS = (
        "outside_permitted_hours",
        "Nobody may knock there at any time of the shift, or not when it was agreed.",
    )
    NOT_DUE = "not_due", "The campaign's cadence tries again after the shift."
    GIVEN_UP = "given_up", "The attempts that the campaign's cadence allows are used up."


class PlanRunQuerySet(RunQuerySet["PlanRun"]):
    """Plan runs; a manager sees the subtree's, a rep those of their own shifts."""

    def for_manager(self, member: Viewer) -> Self:
        """The plan runs of the members in the manager's subtree."""
        return self.filter(shift__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The plan runs of the rep's own shifts."""
        return self.filter(shift__member=member.pk)


class PlanRun(Run):
    """The planning of one shift, or of what is left of it from a time on, at a place."""

    task_name: ClassVar[str] = "routing.plan_shift"

    shift = models.ForeignKey("canvass.Shift", on_delete=models.PROTECT, related_name="plan_runs")
    seed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=1.0)
    from_at = models.DateTimeField(null=True, blank=True)
    from_lon = models.FloatField(null=True, blank=True)
    from_lat = models.FloatField(null=True, blank=True)

    objects: ClassVar = PlanRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(state__in=["queued", "running"]),
                name="plan_run_one_open_per_shift",
            )
        ]

    def __str__(self) -> str:
        return f"plan of shift {self.shift_id}"


class RouteQuerySet(ScopedQuerySet["Route"]):
    """Routes; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The routes of the members in the manager's subtree."""
        return self.filter(shift__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own routes."""
        return self.filter(shift__member=member.pk)


class Route(ScopedModel):
    """The plan of one shift: the current one, or one that a later plan replaced.

    Three columns are there for comparison: `address_order_walk_m` is the walk to the same stops in
    address-list order, `greedy_value` what a greedy plan is worth, and `address_list_value` what
    the shift brings to who goes down an address list until the time is up. They are missing where
    a route is older than they are. `status` says what is known of the plan's quality: `optimal`,
    `bound 3.2%` or `heuristic`. The `home_` columns are the walk from the last stop to the end
    place, as a stop's are those to it. `pause_at` is when the pause of `pause_s` begins, which lies
    on the way to a stop or before its knock; there is none where there is no stop.
    """

    shift = models.ForeignKey("canvass.Shift", on_delete=models.PROTECT, related_name="routes")
    plan_run = models.OneToOneField(PlanRun, on_delete=models.PROTECT, related_name="route")
    is_current = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    walk_s = models.PositiveIntegerField()
    walk_m = models.PositiveIntegerField()
    address_order_walk_m = models.PositiveIntegerField()
    value = models.PositiveIntegerField()
    greedy_value = models.PositiveIntegerField(null=True, blank=True)
    address_list_value = models.PositiveIntegerField(null=True, blank=True)
    pause_at = models.DateTimeField(null=True, blank=True)
    pause_s = models.PositiveIntegerField(default=0)
    home_walk_s = models.PositiveIntegerField(default=0)
    home_walk_m = models.PositiveIntegerField(default=0)
    home_line = models.JSONField(null=True, blank=True)
    home_steps = models.JSONField(default=list, blank=True)
    street_map = models.ForeignKey(
        "territories.StreetMap",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The map that it was planned on, if any",
    )
    travel_source = models.CharField(max_length=120)
    engine = models.CharField(max_length=40)
    status = models.CharField(max_length=20, default="heuristic")
    planned_at = models.DateTimeField(help_text="The plan knows what was recorded before then")

    objects = RouteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shift"], condition=Q(is_current=True), name="route_one_current_per_shift"
            )
        ]

    def __str__(self) -> str:
        return f"route of shift {self.shift_id}"


class RouteStopQuerySet(ScopedQuerySet["RouteStop"]):
    """Stops; everybody sees those of the routes they see."""

    def for_manager(self, member: Viewer) -> Self:
        """The stops of the subtree's routes."""
        return self.filter(route__in=Route.objects.for_member(member))

    def for_rep(self, member: Viewer) -> Self:
        """The stops of the rep's own routes."""
        return self.filter(route__in=Route.objects.for_member(member))


class RouteStop(ScopedModel):
    """One building on a route, in its place of the order, with the doors to knock behind it.

    A building comes twice where somebody there has agreed on a time, or where it has very many
    doors. `reason` is the strongest appeal among its doors. `arrive_at` is when to knock first:
    where an agreed time is ahead, that is later than the walk alone would have it. `line` is the
    way from the stop before, [[lon, lat], ...], and `steps` says it in words; without a street map
    there is neither.
    """

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveIntegerField()
    building = models.ForeignKey("territories.Building", on_delete=models.PROTECT, related_name="+")
    arrive_at = models.DateTimeField()
    leave_at = models.DateTimeField()
    walk_s = models.PositiveIntegerField(help_text="Walking time from the stop before")
    walk_m = models.PositiveIntegerField(help_text="Walking distance from the stop before")
    line = models.JSONField(null=True, blank=True)
    steps = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=11, choices=Appeal)

    objects = RouteStopQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "position"], name="route_stop_position_unique")
        ]

    def __str__(self) -> str:
        return f"stop {self.position} of route {self.route_id}"


class RouteDoorQuerySet(ScopedQuerySet["RouteDoor"]):
    """Candidate doors; everybody sees those of the routes they see."""

    def for_manager(self, member: Viewer) -> Self:
        """The candidate doors of the subtree's routes."""
        return self.filter(route__in=Route.objects.for_member(member))

    def for_rep(self, member: Viewer) -> Self:
        """The candidate doors of the rep's own routes."""
        return self.filter(route__in=Route.objects.for_member(member))


class RouteDoor(ScopedModel):
    """A candidate door of a plan: at a stop, or left out (`stop` empty) for a `reason`."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="doors")
    stop = models.ForeignKey(
        RouteStop, null=True, blank=True, on_delete=models.CASCADE, related_name="doors"
    )
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="+")
    appeal = models.CharField(max_length=11, choices=Appeal)
    reason = models.CharField(max_length=26, choices=LeftOutReason, blank=True)

    objects = RouteDoorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "door"], name="route_door_once"),
            models.CheckConstraint(
                condition=Q(stop=None, reason__in=LeftOutReason.values)
                | Q(stop__isnull=False, reason=""),
                name="route_door_at_a_stop_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} of route {self.route_id}"


class Progress(models.TextChoices):
    """What became of a stop."""

    DONE = "done"
    SKIPPED = "skipped"


class StopProgressQuerySet(ForeverQuerySet["StopProgress"]):
    """What became of stops; everybody sees that of the routes they see."""

    def for_manager(self, member: Viewer) -> Self:
        """That of the subtree's routes."""
        return self.filter(stop__route__in=Route.objects.for_member(member))

    def for_rep(self, member: Viewer) -> Self:
        """That of the rep's own routes."""
        return self.filter(stop__route__in=Route.objects.for_member(member))


class StopProgress(ForeverModel):
    """That a member was done with a stop, or went past it; the latest word on a stop counts.

    `is_late` says that another plan had taken the route's place when it arrived. The id is made by
    the phone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    stop = models.ForeignKey(RouteStop, on_delete=models.PROTECT, related_name="progress")
    progress = models.CharField(max_length=7, choices=Progress)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_late = models.BooleanField()
    payload_hash = models.CharField(max_length=64, editable=False)

    objects = StopProgressQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name_plural = "progress of stops"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(progress__in=Progress.values), name="stop_progress_known"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["stop", "occurred_at", "id"], name="stop_progress_latest")
        ]

    def __str__(self) -> str:
        return f"stop {self.stop_id} {self.progress}"
