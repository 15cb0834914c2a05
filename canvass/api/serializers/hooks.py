"""What the API takes and gives of hooks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from canvass.models.hooks import Hook, HookDelivery, HookKind


class HookIn(serializers.Serializer[Any]):
    """An address that is to be told of what happens."""

    url = serializers.CharField(max_length=500)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=HookKind.choices), min_length=1, max_length=4
    )

    def validate_kinds(self, kinds: list[str]) -> list[str]:
        """Each once."""
        return sorted(set(kinds))


class HookChangeIn(HookIn):
    """What is to change; what is left out stays."""

    enabled = serializers.BooleanField(required=False)


class HookOut(serializers.ModelSerializer[Hook]):
    """A hook; `failing_since` is when it last began to take nothing."""

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=HookKind.choices))

    class Meta:
        model = Hook
        fields: tuple[str, ...] = (
            "id",
            "url",
            "kinds",
            "enabled",
            "created_at",
            "failures",
            "failing_since",
            "disabled_at",
            "old_until",
        )


class HookSecretOut(HookOut):
    """A hook with its secret, which is shown this once."""

    secret = serializers.CharField()

    class Meta(HookOut.Meta):
        fields = (*HookOut.Meta.fields, "secret")


class SentAgainOut(serializers.Serializer[Any]):
    """How many deliveries are sent once more."""

    deliveries = serializers.IntegerField()


class HookDeliveryOut(serializers.ModelSerializer[HookDelivery]):
    """An event that a hook is told of, with the body as it is sent, and how that went."""

    class Meta:
        model = HookDelivery
        fields = (
            "id",
            "hook",
            "event",
            "type",
            "body",
            "state",
            "attempts",
            "created_at",
            "due_at",
            "tried_at",
            "status",
            "error",
        )
