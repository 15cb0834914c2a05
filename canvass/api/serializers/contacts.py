"""What the API takes and gives of contact details and of the reviews that they need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID
from canvass.api.fields import InstantField
from canvass.contacts import NewDetails
from canvass.models import ContactDecision, ContactDetails, ContactField, ContactReview
from canvass.phones import e164

LANGUAGE = r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?\Z"
DECISIONS = [(one.value, one.label) for one in (ContactDecision.SERVER, ContactDecision.PHONE)]


class VersionField(serializers.IntegerField):
    """A version: a number, and no text of one."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class ContactIn(serializers.Serializer[NewDetails]):
    """What is said of the people behind a door: any of the fields, "" to take one back."""

    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    said_at = InstantField()
    name = serializers.CharField(max_length=120, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=40, allow_blank=True, required=False)
    region = serializers.CharField(max_length=2, allow_blank=True, required=False)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    language = serializers.RegexField(LANGUAGE, max_length=8, allow_blank=True, required=False)
    base_version = serializers.DictField(
        child=VersionField(min_value=0, max_value=MAX_ID), required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something is said, and versions are those of fields."""
        if not attrs.keys() & set(ContactField.values):
            raise serializers.ValidationError({"name": "Say at least one of the fields."})
        unknown = attrs.get("base_version", {}).keys() - set(ContactField.values)
        if unknown:
            raise serializers.ValidationError({"base_version": "Name the fields of a contact."})
        return attrs


def told_contact(validated: Mapping[str, Any]) -> NewDetails:
    """What a validated operation says. Raises PhoneInvalid."""
    values = {name: validated[name] for name in ContactField.values if name in validated}
    if values.get("phone"):
        values["phone"] = e164(values["phone"], validated.get("region", ""))
    base = validated.get("base_version", {})
    return NewDetails(validated["campaign"], validated["door"], validated["said_at"], values, base)


class ContactOut(serializers.ModelSerializer[ContactDetails]):
    """How to reach the people behind a door, and how often each field has been written."""

    versions = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = ContactDetails
        fields = ("door", "name", "phone", "email", "language", "versions", "changed_at")


def contact_data(contact: ContactDetails, listed: Collection[str]) -> dict[str, Any]:
    """What a phone is told; a number that is `listed` on the do-not-call list is not shown."""
    is_listed = contact.phone in listed
    shown = {"phone": ""} if is_listed else {}
    return {**ContactOut(contact).data, **shown, "do_not_call": is_listed}


class ContactReviewOut(serializers.ModelSerializer[ContactReview]):
    """A field that two wrote without knowing of each other: the phone's `value`, the `server`'s."""

    door = serializers.IntegerField(source="contact.door_id")
    server = serializers.SerializerMethodField()

    class Meta:
        model = ContactReview
        fields = (
            "id",
            "door",
            "field",
            "value",
            "server",
            "member",
            "occurred_at",
            "opened_at",
            "decision",
            "decided_at",
            "decided_by",
        )

    def get_server(self, review: ContactReview) -> str:
        """What the field says now."""
        return str(getattr(review.contact, review.field))


class ContactDecisionIn(serializers.Serializer[ContactReview]):
    """Whose value stands."""

    decision = serializers.ChoiceField(DECISIONS)
