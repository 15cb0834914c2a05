"""What the API takes and gives of goals."""

from __future__ import annotations

from rest_framework import serializers

from accounts.api.fields import OwnField
from accounts.models import Member
from canvass.api.fields import CenturyDateField
from canvass.goals import GoalPlan, GoalProgress
from canvass.models import Campaign, Goal, GoalFigure

MOST_A_DAY = 10_000


class GoalIn(serializers.Serializer[GoalPlan]):
    """A goal to set: of everybody in the campaign, or of one member."""

    campaign = OwnField(Campaign.objects.all())
    member = OwnField(Member.objects.all(), required=False, allow_null=True)
    figure = serializers.ChoiceField(GoalFigure.choices)
    starts_on = CenturyDateField(help_text="The first local day.")
    per_day = serializers.IntegerField(min_value=0, max_value=MOST_A_DAY)


class GoalOut(serializers.ModelSerializer[Goal]):
    """A goal, which counts until the next one of the same figure; of everybody without a member."""

    class Meta:
        model = Goal
        fields = ("id", "campaign", "member", "figure", "starts_on", "per_day")


class GoalProgressQuery(serializers.Serializer[GoalProgress]):
    """The day to report."""

    campaign = OwnField(Campaign.objects.all(), help_text="The campaign's id.")
    day = CenturyDateField(help_text="A local day.")


class GoalProgressOut(serializers.Serializer[GoalProgress]):
    """What a rep is to reach on the day, and has reached."""

    member = serializers.IntegerField()
    name = serializers.CharField()
    figure = serializers.ChoiceField(GoalFigure.choices)
    per_day = serializers.IntegerField()
    reached = serializers.IntegerField()
