"""What the API takes and gives of scripts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField
from canvass.models import Campaign, QuestionKind, Script
from canvass.questions import MAX_CHOICES, MAX_QUESTIONS, Condition, Question


class ConditionPart(serializers.Serializer[Condition]):
    """When a question is asked: after one of these answers to an earlier one."""

    question = serializers.SlugField(max_length=40, help_text="The key of an earlier question.")
    answers = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=MAX_CHOICES
    )


class QuestionPart(serializers.Serializer[Question]):
    """One question of a script."""

    key = serializers.SlugField(max_length=40, help_text="Names the question in the answers.")
    text = serializers.CharField(max_length=500)
    kind = serializers.ChoiceField(QuestionKind.choices)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=MAX_CHOICES, default=list
    )
    only_if = ConditionPart(required=False, allow_null=True, default=None)


class ScriptIn(serializers.Serializer[Script]):
    """The questions to publish, in their order."""

    campaign = OwnField(Campaign.objects.all())
    questions = serializers.ListField(child=QuestionPart(), max_length=MAX_QUESTIONS)

    def asked(self) -> list[Question]:
        """The validated questions."""
        return [Question.of(told) for told in self.validated_data["questions"]]


class ScriptOut(serializers.ModelSerializer[Script]):
    """One version of a campaign's questions; the highest is the current one."""

    questions: Any = QuestionPart(many=True)

    class Meta:
        model = Script
        fields = ("id", "campaign", "version", "questions", "published_at", "published_by")
