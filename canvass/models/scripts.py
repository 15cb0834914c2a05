"""What a campaign's reps ask at the door, version by version."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.campaigns import Campaign
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class QuestionKind(models.TextChoices):
    """What kind of answer a question wants."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"


class ScriptQuerySet(ScopedQuerySet["Script"]):
    """Scripts; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All scripts of the organisation."""
        return self


class Script(ScopedModel):
    """One version of a campaign's questions. It never changes: answers keep their question.

    `questions` are as `canvass.questions.Question` stores them, in their order.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="scripts")
    version = models.PositiveIntegerField()
    questions = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")

    objects = ScriptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "version"], name="script_version_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="script_version_positive"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of the script of campaign {self.campaign_id}"
