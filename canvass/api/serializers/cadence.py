"""What the API takes and gives of cadences, and of what attempts bring."""

from __future__ import annotations

from datetime import time
from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField
from accounts.api.runs import RunOut
from canvass.attempts import AttemptRow
from canvass.cadence import MAX_ATTEMPTS, MAX_SLOTS, MAX_WAIT_DAYS, Cadence, Slot
from canvass.models import Campaign, OutcomeKind, RebuildRun


class SlotPart(serializers.Serializer[Slot]):
    """A time of day on some weekdays, by the campaign's clocks."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        min_length=1,
        max_length=7,
        help_text="Monday is 0.",
    )
    starts_at = serializers.TimeField()
    ends_at = serializers.TimeField(help_text="Later on the same day.")


class CadencePart(serializers.Serializer[Cadence]):
    """After which outcomes a door is tried again, when, and how often at most."""

    max_attempts = serializers.IntegerField(
        min_value=1, max_value=MAX_ATTEMPTS, allow_null=True, help_text="Null: without end."
    )
    slots = serializers.ListField(child=SlotPart(), max_length=MAX_SLOTS)
    wait_days = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_WAIT_DAYS),
        help_text=f"By kind of outcome: {', '.join(OutcomeKind.values)}.",
    )

    def cadence(self, zone: str) -> Cadence:
        """The validated cadence, by the clocks of a zone."""
        told = self.validated_data
        slots = tuple(
            Slot(tuple(slot["weekdays"]), minute(slot["starts_at"]), minute(slot["ends_at"]))
            for slot in told["slots"]
        )
        return Cadence(zone, slots, dict(told["wait_days"]), told["max_attempts"])


def minute(at: time) -> time:
    """A time of day without its seconds."""
    return at.replace(second=0, microsecond=0, tzinfo=None)


class RebuildOut(RunOut):
    """The computing of a campaign's prospects anew."""

    class Meta:
        model = RebuildRun
        fields = (*RunOut.Meta.fields, "campaign")


class CadenceOut(serializers.Serializer[dict[str, Any]]):
    """The cadence that is set, and the run that brings the prospects up to date."""

    cadence = CadencePart()
    rebuild = RebuildOut()


class AttemptsQuery(serializers.Serializer[AttemptRow]):
    """The campaign to report on."""

    campaign = OwnField(Campaign.objects.all(), help_text="The campaign's id.")


class AttemptRowOut(serializers.Serializer[AttemptRow]):
    """The visits that were their door's n-th attempt, and what they brought."""

    attempt = serializers.IntegerField()
    visits = serializers.IntegerField()
    contacts = serializers.IntegerField()
    demos = serializers.IntegerField()
    sales = serializers.IntegerField()
    contact_rate = serializers.FloatField(allow_null=True, help_text="Contacts per visit.")
    sale_rate = serializers.FloatField(allow_null=True, help_text="Sales per visit.")
