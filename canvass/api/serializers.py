"""What the canvass API takes and gives; classes that take end in In, those that give in Out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, FiniteField, OwnField, latitude, longitude
from accounts.models import Member
from canvass.api.fields import InstantField
from canvass.campaigns import MAX_PRICE_MINOR, CampaignPlan
from canvass.models import Campaign, Outcome, OutcomeKind, Product, Prospect, Shift, Visit
from canvass.selectors import FunnelReport, FunnelRow
from canvass.shifts import ShiftPlan
from canvass.visits import NewVisit
from territories.api.serializers import DoorOut
from territories.models import CutRun

MAX_POSITION = 32767


class CampaignIn(serializers.Serializer[CampaignPlan]):
    """A campaign to set up."""

    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day after the campaign.")
    time_zone = serializers.CharField(max_length=64, help_text="As in America/Chicago.")
    currency = serializers.CharField(max_length=3, help_text="An ISO 4217 code such as USD.")
    shift_starts_at = serializers.TimeField(help_text="Local time.")
    shift_ends_at = serializers.TimeField(help_text="Local time, later on the same day.")
    door_s = serializers.IntegerField(help_text="Expected seconds at one door.")
    untouched_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Offer a territory back to its manager after so many days without a visit.",
    )


class CampaignChangesIn(CampaignIn):
    """What to change about a campaign: any of its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "partial": True})


class CampaignOut(serializers.ModelSerializer[Campaign]):
    """A campaign."""

    class Meta:
        model = Campaign
        fields = (
            "id",
            "name",
            "starts_on",
            "ends_on",
            "time_zone",
            "currency",
            "shift_starts_at",
            "shift_ends_at",
            "door_s",
            "untouched_days",
            "cut",
            "cut_at",
            "created_at",
        )


class WorkCutIn(serializers.Serializer[Campaign]):
    """The published cut that a campaign is to work."""

    cut = OwnField(CutRun.objects.all())


class WorkCutOut(serializers.Serializer[dict[str, Any]]):
    """The campaign, and how many doors became prospects of it."""

    campaign = CampaignOut()
    new_prospects = serializers.IntegerField()


class ProductIn(serializers.Serializer[Product]):
    """Something for a campaign to sell."""

    campaign = OwnField(Campaign.objects.all())
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=120)
    price_minor = serializers.IntegerField(min_value=0, max_value=MAX_PRICE_MINOR)


class ProductChangesIn(serializers.Serializer[Product]):
    """What to change about a product."""

    name = serializers.CharField(max_length=120, required=False)
    price_minor = serializers.IntegerField(min_value=0, max_value=MAX_PRICE_MINOR, required=False)
    is_active = serializers.BooleanField(required=False, help_text="False retires the product.")


class ProductOut(serializers.ModelSerializer[Product]):
    """A product; its price is in minor units of the campaign's currency."""

    class Meta:
        model = Product
        fields = ("id", "campaign", "code", "name", "price_minor", "is_active")


class OutcomeIn(serializers.Serializer[Outcome]):
    """An outcome to add; code and kind are for good."""

    code = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # not the field's own
    kind = serializers.ChoiceField(OutcomeKind.choices)
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, default=0)


class OutcomeChangesIn(serializers.Serializer[Outcome]):
    """What to change about an outcome."""

    label = serializers.CharField(  # type: ignore[assignment]  # not the field's own
        max_length=80, required=False
    )
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, required=False)
    is_active = serializers.BooleanField(required=False, help_text="False retires the outcome.")


class OutcomeOut(serializers.ModelSerializer[Outcome]):
    """An outcome and the kind that it means."""

    class Meta:
        model = Outcome
        fields = ("id", "code", "label", "kind", "position", "is_active")


class ProspectOut(serializers.ModelSerializer[Prospect]):
    """A door in a campaign: its address, and what its visits add up to."""

    door = DoorOut()

    class Meta:
        model = Prospect
        fields = (
            "id",
            "campaign",
            "door",
            "temperature",
            "attempts",
            "contacts",
            "last_kind",
            "last_visited_at",
            "next_due_at",
            "do_not_knock",
            "customer",
        )


class ShiftIn(serializers.Serializer[ShiftPlan]):
    """A shift to schedule. Hours left out are the campaign's, places the member's home."""

    campaign = OwnField(Campaign.objects.all())
    member = OwnField(Member.objects.all())
    day = serializers.DateField()
    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    start_lon = longitude()
    start_lat = latitude()
    end_lon = longitude()
    end_lat = latitude()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The fields of a ShiftPlan."""
        places = {end: place(attrs, f"{end}_") for end in ("start", "end")}
        rest = {name: value for name, value in attrs.items() if not name.endswith(("lon", "lat"))}
        return {**rest, **places}


def place(attrs: dict[str, Any], prefix: str = "") -> tuple[float, float] | None:
    """The (lon, lat) of two optional fields, of which both or none are given."""
    lon, lat = attrs.get(f"{prefix}lon"), attrs.get(f"{prefix}lat")
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise serializers.ValidationError({f"{prefix}lon": "Give both lon and lat, or neither."})
    return lon, lat


class ScheduleDayIn(serializers.Serializer[Shift]):
    """The day of a campaign to schedule shifts for."""

    campaign = OwnField(Campaign.objects.all())
    day = serializers.DateField()


class ShiftOut(serializers.ModelSerializer[Shift]):
    """A shift and whose it is."""

    member_name = serializers.CharField(source="member.user.name")

    class Meta:
        model = Shift
        fields = (
            "id",
            "campaign",
            "member",
            "member_name",
            "day",
            "starts_at",
            "ends_at",
            "start_lon",
            "start_lat",
            "end_lon",
            "end_lat",
            "created_at",
        )


class VisitIn(serializers.Serializer[NewVisit]):
    """A visit to record. The phone makes the id, and sends the same again if no answer came."""

    id = serializers.UUIDField(help_text="A version 7 UUID.")
    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    outcome = serializers.CharField(max_length=40, help_text="The code of an outcome.")
    occurred_at = InstantField()
    lon = longitude()
    lat = latitude()
    accuracy_m = FiniteField(min_value=0, max_value=1e7, required=False, allow_null=True)
    callback_at = InstantField(
        required=False, allow_null=True, help_text="When somebody agreed to another visit."
    )
    note = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, trim_whitespace=False
    )
    supersedes = serializers.UUIDField(
        required=False, allow_null=True, help_text="The own visit that this one corrects."
    )
    simulated = serializers.BooleanField(required=False)

    def validate_id(self, value: Any) -> Any:
        """An id that sorts by time."""
        if value.version != 7:
            raise serializers.ValidationError("Make a version 7 UUID (RFC 9562).")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A whole position or none."""
        place(attrs)
        return attrs

    def new_visit(self) -> NewVisit:
        """What the validated body says."""
        given = dict(self.validated_data)
        ids = {"campaign_id": given.pop("campaign"), "door_id": given.pop("door")}
        return NewVisit(**given, **ids)


class VisitOut(serializers.ModelSerializer[Visit]):
    """A visit as it is stored."""

    outcome = serializers.CharField(source="outcome.code")
    kind = serializers.ChoiceField(OutcomeKind.choices, source="outcome.kind")

    class Meta:
        model = Visit
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "outcome",
            "kind",
            "occurred_at",
            "received_at",
            "skew_s",
            "lon",
            "lat",
            "accuracy_m",
            "callback_at",
            "note",
            "supersedes",
            "simulated",
        )


class FunnelQuery(serializers.Serializer[FunnelReport]):
    """Which visits to count, and how to group them."""

    campaign = OwnField(Campaign.objects.all(), help_text="The campaign's id.")
    by = serializers.ChoiceField(("rep", "territory", "day", "outcome"), required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, the first of which Python keeps for itself."""
        days = {
            "from": serializers.DateField(
                source="from_day", required=False, help_text="The first local day."
            ),
            "to": serializers.DateField(
                source="to_day", required=False, help_text="The first local day left out."
            ),
        }
        return {**super().get_fields(), **days}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Days within this century, the first before the last."""
        first, last = attrs.get("from_day"), attrs.get("to_day")
        for name, day in (("from", first), ("to", last)):
            if day and not 2000 <= day.year < 2100:
                raise serializers.ValidationError({name: "Give a day in the years 2000 to 2099."})
        if first and last and first >= last:
            raise serializers.ValidationError({"to": "`to` is the first day left out."})
        return attrs


class FunnelRowOut(serializers.Serializer[FunnelRow]):
    """One group of visits; rates are between 0 and 1, or null where they have no base."""

    key = serializers.SerializerMethodField()
    label = serializers.CharField()  # type: ignore[assignment]  # not the field's own
    visits = serializers.IntegerField()
    doors = serializers.IntegerField(help_text="Distinct doors: they add up by territory only.")
    contacts = serializers.IntegerField(help_text="Visits at which somebody answered.")
    demos = serializers.IntegerField(help_text="Contacts at which something was shown.")
    sales = serializers.IntegerField(help_text="Demos at which something was sold.")
    contact_rate = serializers.FloatField(allow_null=True, help_text="Contacts per visit.")
    demo_rate = serializers.FloatField(allow_null=True, help_text="Demos per contact.")
    close_rate = serializers.FloatField(allow_null=True, help_text="Sales per demo.")
    sale_rate = serializers.FloatField(allow_null=True, help_text="Sales per visit.")

    def get_key(self, row: FunnelRow) -> str | None:
        """The member's or territory's id, the day, or the outcome's code, as text."""
        return None if row.key is None else str(row.key)


class FunnelOut(serializers.Serializer[FunnelReport]):
    """The groups, and the total, which is the same however the visits are grouped."""

    rows = FunnelRowOut(many=True)
    total = FunnelRowOut()
