"""Founding an organisation: its row, the root of its team tree, its first admin."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Member, Organisation, Role, Team
from accounts.users import create_user

SLUG_LENGTH = 50


def create_organisation(
    *, name: str, admin_email: str, admin_name: str, password: str | None, now: datetime
) -> Member:
    """Found an organisation, whose root team bears its name; returns its admin.

    Raises EmailInvalid, PasswordTooWeak and UserExists; then nothing has been made.
    """
    with transaction.atomic():
        organisation = Organisation.objects.create(name=name, slug=free_slug(name), created_at=now)
        team = Team.objects.create(organisation=organisation, name=name, path="", created_at=now)
        team.path = f"/{team.pk}/"
        team.save(update_fields=["path"])
        user = create_user(email=admin_email, name=admin_name, password=password, now=now)
        return Member.objects.create(
            organisation=organisation, user=user, role=Role.ADMIN, team=team
        )


def free_slug(name: str) -> str:
    """A slug made of the name that no other organisation has."""
    base = slugify(name)[: SLUG_LENGTH - 5] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
