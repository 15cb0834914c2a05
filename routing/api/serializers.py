"""What the routing API takes and gives; classes that take end in In, those that give in Out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import FiniteField, OwnField, latitude, longitude
from accounts.api.runs import RunOut
from canvass.api.fields import InstantField, place
from canvass.api.serializers.safety import WarningField
from canvass.models import Campaign, Prospect, Shift
from routing.models import LeftOutReason, PlanRun, Progress, Route, RouteDoor, RouteStop
from routing.plans import MAX_SECONDS, MIN_SECONDS
from territories.api.serializers import DoorOut
from territories.models import DoorUse
from territories.streets.wording import Turn

MAX_SEED = 2**31 - 1
LINE = {
    "type": "object",
    "description": "A GeoJSON line (RFC 7946) on the streets.",
    "properties": {
        "type": {"type": "string", "enum": ["LineString"]},
        "coordinates": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "number"}},
        },
    },
}
LINE_OR_NULL = {"oneOf": [LINE, {"type": "null"}]}


def line_string(line: list[list[float]] | None) -> dict[str, Any] | None:
    """A kept line as GeoJSON."""
    return None if line is None else {"type": "LineString", "coordinates": line}


class PlanIn(serializers.Serializer[PlanRun]):
    """A shift to plan."""

    shift = OwnField(Shift.objects.all())
    seed = serializers.IntegerField(
        min_value=0, max_value=MAX_SEED, required=False, help_text="Of the search; 0 if left out."
    )
    seconds = FiniteField(
        min_value=MIN_SECONDS,
        max_value=MAX_SECONDS,
        required=False,
        help_text="How long to search; 1 if left out.",
    )
    from_at = InstantField(
        required=False, help_text="Plan only the rest of the shift, from then on."
    )
    lon = longitude()
    lat = latitude()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a plan; lon and lat are where the member is."""
        found = place(attrs, "")
        rest = {name: value for name, value in attrs.items() if name not in ("lon", "lat")}
        return rest if found is None else {**rest, "from_lon": found[0], "from_lat": found[1]}


class PlanDayIn(serializers.Serializer[PlanRun]):
    """The day of a campaign whose shifts are to be planned."""

    campaign = OwnField(Campaign.objects.all())
    day = serializers.DateField(help_text="The local day of the shifts.")


class PlanRunOut(RunOut):
    """The planning of a shift: how far it is, and in `result` the route that came of it."""

    class Meta:
        model = PlanRun
        fields = (
            *RunOut.Meta.fields,
            "shift",
            "seed",
            "seconds",
            "from_at",
            "from_lon",
            "from_lat",
        )


class RouteOut(serializers.ModelSerializer[Route]):
    """A route without its stops. Without a stop the member does not leave: it ends as it starts."""

    campaign = serializers.IntegerField(source="shift.campaign_id")
    day = serializers.DateField(source="shift.day")
    member = serializers.IntegerField(source="shift.member_id")
    member_name = serializers.CharField(source="shift.member.user.name")

    class Meta:
        model = Route
        fields = (
            "id",
            "shift",
            "campaign",
            "day",
            "member",
            "member_name",
            "plan_run",
            "is_current",
            "starts_at",
            "ends_at",
            "pause_at",
            "pause_s",
            "walk_s",
            "walk_m",
            "address_order_walk_m",
            "value",
            "greedy_value",
            "address_list_value",
            "travel_source",
            "street_map",
            "engine",
            "status",
            "planned_at",
        )


class KnownOut(serializers.ModelSerializer[Prospect]):
    """What the visits to a door add up to now, which may be more than the plan knew."""

    class Meta:
        model = Prospect
        fields = (
            "id",
            "temperature",
            "attempts",
            "last_kind",
            "last_visited_at",
            "next_due_at",
            "do_not_knock",
            "customer",
        )


class PlannedDoorOut(serializers.ModelSerializer[RouteDoor]):
    """A door to knock at, and why."""

    id = serializers.IntegerField(source="door_id")
    unit = serializers.CharField(source="door.unit")
    name = serializers.CharField(source="door.name")
    use = serializers.ChoiceField(DoorUse.choices, source="door.use")
    lon = serializers.FloatField(source="door.lon")
    lat = serializers.FloatField(source="door.lat")

    class Meta:
        model = RouteDoor
        fields: tuple[str, ...] = ("id", "unit", "name", "use", "lon", "lat", "appeal")


class StopDoorOut(PlannedDoorOut):
    """A door to knock at, why, and what is known of it."""

    prospect = serializers.SerializerMethodField()
    warning = WarningField(source="door")

    class Meta(PlannedDoorOut.Meta):
        fields = (*PlannedDoorOut.Meta.fields, "prospect", "warning")

    @extend_schema_field(KnownOut(allow_null=True))
    def get_prospect(self, row: RouteDoor) -> object:
        """What is known now, or null where it is not assigned to the member any more."""
        known: list[Prospect] = vars(row.door)["known"]
        return KnownOut(known[0]).data if known else None


class StepOut(serializers.Serializer[Any]):
    """One step of a walk: to be read as it is, or put together anew in another language."""

    text = serializers.CharField(help_text="left into Hauptstrasse, 120 m, odd side")
    turn = serializers.ChoiceField([turn.value for turn in Turn])
    street = serializers.CharField(help_text="Empty on a way without a name.")
    way = serializers.CharField(help_text="What kind of way it is, in a word.")
    length_m = serializers.IntegerField()
    crosses = serializers.BooleanField(help_text="Whether the street is crossed to the door.")
    side = serializers.CharField(help_text="Where the door is: odd, even, left or right side.")
    lon = serializers.FloatField(help_text="Where the step begins.")
    lat = serializers.FloatField()


class PlannedStopOut(serializers.ModelSerializer[RouteStop]):
    """A stop as it was planned, with its doors."""

    street = serializers.CharField(source="building.street")
    number = serializers.CharField(source="building.number")
    postcode = serializers.CharField(source="building.postcode")
    city = serializers.CharField(source="building.city")
    lon = serializers.FloatField(source="building.lon")
    lat = serializers.FloatField(source="building.lat")
    line = serializers.SerializerMethodField()
    steps = StepOut(many=True)
    doors = PlannedDoorOut(many=True)
    progress = serializers.ChoiceField(
        Progress.choices, source="latest_progress", allow_null=True, help_text="As the phone says."
    )
    progress_at = serializers.DateTimeField(source="latest_progress_at", allow_null=True)

    class Meta:
        model = RouteStop
        fields = (
            "position",
            "building",
            "street",
            "number",
            "postcode",
            "city",
            "lon",
            "lat",
            "arrive_at",
            "leave_at",
            "walk_s",
            "walk_m",
            "line",
            "steps",
            "reason",
            "progress",
            "progress_at",
            "doors",
        )

    @extend_schema_field(LINE_OR_NULL)
    def get_line(self, stop: RouteStop) -> dict[str, Any] | None:
        """The way from the stop before, or null where it was only estimated."""
        return line_string(stop.line)


class StopOut(PlannedStopOut):
    """A stop in its place of the order: when to knock first and when to leave.

    The walk is the one from the stop before; `line` and `steps` say it on a map and in words, as
    far as the route was planned on a street map.
    """

    doors = StopDoorOut(many=True)


class HomeOut(serializers.Serializer[Route]):
    """The walk from the last stop to the end place."""

    walk_s = serializers.IntegerField(source="home_walk_s")
    walk_m = serializers.IntegerField(source="home_walk_m")
    line = serializers.SerializerMethodField()
    steps = StepOut(many=True, source="home_steps")

    @extend_schema_field(LINE_OR_NULL)
    def get_line(self, route: Route) -> dict[str, Any] | None:
        """The way, or null where it was only estimated."""
        return line_string(route.home_line)


class PlannedRouteOut(RouteOut):
    """A route as it was planned, for phones, which know from their mirrors what is behind doors."""

    start_lon = serializers.SerializerMethodField()
    start_lat = serializers.SerializerMethodField()
    end_lon = serializers.FloatField(source="shift.end_lon")
    end_lat = serializers.FloatField(source="shift.end_lat")
    stops = PlannedStopOut(many=True)
    home = HomeOut(source="*")

    def get_start_lon(self, route: Route) -> float:
        """Where the walk begins: where the member was, or at the shift's start."""
        found = route.plan_run.from_lon
        return route.shift.start_lon if found is None else found

    def get_start_lat(self, route: Route) -> float:
        """As the longitude."""
        found = route.plan_run.from_lat
        return route.shift.start_lat if found is None else found

    class Meta:
        model = Route
        fields = (
            *RouteOut.Meta.fields,
            "start_lon",
            "start_lat",
            "end_lon",
            "end_lat",
            "stops",
            "home",
        )


class WholeRouteOut(PlannedRouteOut):
    """A route with its places and its stops in order."""

    stops = StopOut(many=True)


class LeftOutOut(serializers.ModelSerializer[RouteDoor]):
    """A door that the route leaves out, why it was worth a knock, and why it is not on it."""

    door = DoorOut()
    reason = serializers.ChoiceField(LeftOutReason.choices)
    reason_label = serializers.CharField(
        source="get_reason_display", help_text="The reason in words, for people."
    )

    class Meta:
        model = RouteDoor
        fields = ("door", "appeal", "reason", "reason_label")
