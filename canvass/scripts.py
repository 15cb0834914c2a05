"""Publishing a campaign's script: every change is a new version, and old answers keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Member
from canvass.campaigns import lock_campaign
from canvass.models import Campaign, Script
from canvass.questions import Question, refuse_bad_script
from canvass.sync.feed import mark_for_all


def publish_script(
    *, actor: Member, campaign: Campaign, questions: Sequence[Question], now: datetime
) -> tuple[Script, bool]:
    """Publish questions as the campaign's next version; returns the script and whether it is new.

    The same questions as the current version's are that version. Raises ScriptInvalid, NotFound.
    """
    refuse_bad_script(questions)
    with transaction.atomic():
        found = lock_campaign(actor, campaign)
        stored = [question.stored() for question in questions]
        current = Script.objects.filter(campaign=found).order_by("-version").first()
        if current and current.questions == stored:
            return current, False
        made = Script.objects.create(
            organisation_id=found.organisation_id,
            campaign=found,
            version=current.version + 1 if current else 1,
            questions=stored,
            published_at=now,
            published_by=actor,
        )
        mark_for_all(found.organisation_id, "script", found.pk)
    return made, True
