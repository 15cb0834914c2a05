"""What the accounts API takes and gives; classes that take end in In, those that give in Out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import FiniteField, OwnField
from accounts.members import MemberChanges
from accounts.models import Invitation, Member, Organisation, Role, Team

LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
LONGEST_PASSWORD = 128


class OrganisationOut(serializers.ModelSerializer[Organisation]):
    """An organisation."""

    class Meta:
        model = Organisation
        fields = ("id", "name", "slug")


class TeamIn(serializers.Serializer[Team]):
    """A team to add below another."""

    name = serializers.CharField(max_length=120)
    parent = OwnField(Team.objects.all())  # type: ignore[assignment]  # not the field's own


class TeamChangesIn(serializers.Serializer[Team]):
    """What to change about a team."""

    name = serializers.CharField(max_length=120, required=False)
    parent = OwnField(  # type: ignore[assignment]  # not the field's own
        Team.objects.all(), required=False, help_text="The team to hang it below."
    )


class TeamOut(serializers.ModelSerializer[Team]):
    """A team; the root of the tree has no parent."""

    class Meta:
        model = Team
        fields = ("id", "name", "parent", "created_at")


class PositionIn(serializers.Serializer[tuple[float, float]]):
    """A position on Earth."""

    lon = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)


class PositionOut(serializers.Serializer[Member]):
    """Where a member lives."""

    lon = serializers.FloatField(source="home_lon")
    lat = serializers.FloatField(source="home_lat")


class MemberChangesIn(serializers.Serializer[Member]):
    """What to change about a member; what is left out stays."""

    role = serializers.ChoiceField(Role.choices, required=False)
    team = OwnField(Team.objects.all(), required=False)
    home = PositionIn(required=False, allow_null=True)
    languages = serializers.ListField(
        child=serializers.RegexField(LANGUAGE, max_length=35),
        max_length=20,
        required=False,
        help_text="Language tags (BCP 47), the best first.",
    )
    hired_on = serializers.DateField(required=False, allow_null=True)

    def changes(self) -> MemberChanges:
        """The validated changes, as the domain takes them."""
        data = dict(self.validated_data)
        if data.get("home"):
            data["home"] = (data["home"]["lon"], data["home"]["lat"])
        return MemberChanges(**data)  # type: ignore[typeddict-item]  # the fields have its names


class MemberOut(serializers.ModelSerializer[Member]):
    """Somebody who belongs, or belonged, to the organisation."""

    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    team_name = serializers.CharField(source="team.name")
    home = serializers.SerializerMethodField()
    languages = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Member
        fields = (
            "id",
            "name",
            "email",
            "role",
            "team",
            "team_name",
            "home",
            "languages",
            "hired_on",
            "left_on",
            "left_reason",
        )

    @extend_schema_field(PositionOut(allow_null=True))
    def get_home(self, member: Member) -> dict[str, Any] | None:
        """The position of the member's home, or null."""
        return None if member.home_lon is None else dict(PositionOut(member).data)


class LeavingIn(serializers.Serializer[Member]):
    """When and why somebody leaves."""

    left_on = serializers.DateField(help_text="The last day; not later than today.")
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class MembershipOut(serializers.ModelSerializer[Member]):
    """A place where somebody serves."""

    organisation = OrganisationOut()

    class Meta:
        model = Member
        fields = ("id", "organisation", "role")


class MeOut(serializers.Serializer[dict[str, Any]]):
    """The acting member, and everywhere else that they serve."""

    member = MemberOut()
    organisation = OrganisationOut()
    team = TeamOut()
    memberships = MembershipOut(many=True)


class InvitationIn(serializers.Serializer[Invitation]):
    """Who is to become what, and where."""

    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    role = serializers.ChoiceField(Role.choices)
    team = OwnField(Team.objects.all())


class InvitationOut(serializers.ModelSerializer[Invitation]):
    """An invitation; its link is in the e-mail and nowhere else."""

    team_name = serializers.CharField(source="team.name")

    class Meta:
        model = Invitation
        fields = (
            "id",
            "email",
            "name",
            "role",
            "team",
            "team_name",
            "invited_by",
            "created_at",
            "expires_at",
            "accepted_at",
        )


class AcceptIn(serializers.Serializer[Invitation]):
    """The token of the e-mailed link, and a password: a new one, or that of one's account."""

    token = serializers.CharField(max_length=200)
    password = serializers.CharField(
        max_length=LONGEST_PASSWORD, trim_whitespace=False, style={"input_type": "password"}
    )
    name = serializers.CharField(
        max_length=120, default=None, help_text="For a new account; the invitation's if left out."
    )


class AcceptedOut(serializers.ModelSerializer[Member]):
    """Who one has become; sign in next."""

    organisation = OrganisationOut()
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Member
        fields = ("id", "organisation", "email", "role", "team")
