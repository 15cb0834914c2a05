"""What the API takes and gives of positions, of what is kept of people, and for how long."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import FiniteField
from canvass.api.fields import InstantField
from canvass.api.serializers.contacts import ContactOut, ContactReviewOut
from canvass.api.serializers.do_not_knock import DoNotKnockOut
from canvass.api.serializers.flags import VisitFlagOut
from canvass.api.serializers.prospects import ProspectOut
from canvass.api.serializers.referrals import ReferralOut
from canvass.api.serializers.safety import AlarmOut
from canvass.api.serializers.shifts import ShiftOut
from canvass.api.serializers.visits import VisitOut
from canvass.breadcrumbs import Answer, Kept, Position
from canvass.models import (
    Breadcrumb,
    Erasure,
    RecordSettings,
    Sale,
    ShiftEvent,
    TelephoneCallback,
)
from canvass.models.keeping import IDLE_S, MOST_BREADCRUMB_DAYS
from territories.api.serializers import DoorOut

MOST_POSITIONS = 1000
MOST_DAYS = 32767


class BreadcrumbIn(serializers.Serializer[Position]):
    """Where the phone was."""

    at = InstantField()
    lon = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)
    accuracy_m = FiniteField(min_value=0, max_value=1e7, required=False, allow_null=True)


class BreadcrumbsIn(serializers.Serializer[Position]):
    """Positions of a shift; the phone sends them until it is answered."""

    positions = serializers.ListField(child=BreadcrumbIn(), min_length=1, max_length=MOST_POSITIONS)

    def told(self) -> list[Position]:
        """What the validated body says."""
        return [Position(**one) for one in self.validated_data["positions"]]


class PositionAnswerOut(serializers.Serializer[Answer]):
    """What became of a position; `code` says why one is refused."""

    at = serializers.DateTimeField()
    result = serializers.ChoiceField([(kept.value, kept.value) for kept in Kept])
    code = serializers.SerializerMethodField()

    def get_code(self, answer: Answer) -> str | None:
        """The problem code of one that is refused."""
        return answer.error.code if answer.error else None


class BreadcrumbsAnswerOut(serializers.Serializer[dict[str, Any]]):
    """What became of the positions, in their order."""

    answers = PositionAnswerOut(many=True)


class BreadcrumbOut(serializers.ModelSerializer[Breadcrumb]):
    """A position that is kept."""

    class Meta:
        model = Breadcrumb
        fields = ("at", "lon", "lat", "accuracy_m")


class BreadcrumbsOut(serializers.Serializer[dict[str, Any]]):
    """A shift's positions in order, and the metres that they add up to, pauses left out."""

    walked_m = serializers.FloatField()
    positions = BreadcrumbOut(many=True)


class RecordSettingsPart(serializers.ModelSerializer[RecordSettings]):
    """How long what is kept, and after how long an idle shift is closed."""

    idle_s = serializers.IntegerField(
        min_value=IDLE_S[0], max_value=IDLE_S[-1], help_text="An idle shift is closed after that."
    )
    breadcrumb_days = serializers.IntegerField(min_value=1, max_value=MOST_BREADCRUMB_DAYS)
    note_days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, allow_null=True, help_text="Null: for ever."
    )
    audit_days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, allow_null=True, help_text="Null: for ever."
    )

    class Meta:
        model = RecordSettings
        fields = ("idle_s", "breadcrumb_days", "note_days", "audit_days")


class BoughtOut(serializers.ModelSerializer[Sale]):
    """What a sale says of its buyer."""

    class Meta:
        model = Sale
        fields = (
            "id",
            "receipt_number",
            "sold_at",
            "status",
            "total_minor",
            "buyer_name",
            "buyer_age",
            "payment_method",
            "payment_reference",
            "trade_in",
            "note",
        )


class AgreedCallOut(serializers.ModelSerializer[TelephoneCallback]):
    """A call that was agreed, as far as it says something of the people behind the door."""

    class Meta:
        model = TelephoneCallback
        fields = ("id", "agreed_at", "call_at", "call_until", "phone", "note")


class ErasureOut(serializers.ModelSerializer[Erasure]):
    """That something was erased: rows counted by kind."""

    class Meta:
        model = Erasure
        fields = ("id", "door", "erased_at", "erased_by", "erased")


class HouseholderOut(serializers.Serializer[dict[str, Any]]):
    """All that is kept about the people behind a door."""

    door = DoorOut()
    contact = ContactOut(allow_null=True)
    contact_reviews = ContactReviewOut(many=True)
    prospects = ProspectOut(many=True)
    visits = VisitOut(many=True)
    sales = BoughtOut(many=True)
    referrals = ReferralOut(many=True)
    telephone_callbacks = AgreedCallOut(many=True)
    do_not_knock = DoNotKnockOut(many=True)
    erasures = ErasureOut(many=True)


class ShiftEventOut(serializers.ModelSerializer[ShiftEvent]):
    """What happened to a shift."""

    class Meta:
        model = ShiftEvent
        fields = ("id", "shift", "kind", "occurred_at", "received_at", "automatic")


class OwnBreadcrumbOut(serializers.ModelSerializer[Breadcrumb]):
    """A position that is kept, with its shift."""

    class Meta:
        model = Breadcrumb
        fields = ("shift", "at", "lon", "lat", "accuracy_m")


class OwnRecordQuery(serializers.Serializer[Any]):
    """Of which local days [from_day, to_day); a month at most at once."""

    from_day = serializers.DateField()
    to_day = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A month at most, from a day to a later one."""
        if not 0 < (attrs["to_day"] - attrs["from_day"]).days <= 31:
            raise serializers.ValidationError({"to_day": "Ask for 1 to 31 days at once."})
        return attrs


class OwnRecordOut(serializers.Serializer[dict[str, Any]]):
    """All that is kept about the acting member of some days."""

    shifts = ShiftOut(many=True)
    events = ShiftEventOut(many=True)
    breadcrumbs = OwnBreadcrumbOut(many=True)
    visits = VisitOut(many=True)
    flags = VisitFlagOut(many=True)
    alarms = AlarmOut(many=True)
