"""What a member may do to teams and to other members: admins everywhere, managers below them."""

from __future__ import annotations

from django.db import connection

from accounts.models import Member, Organisation, Role, Team
from common.errors import NotAllowed, NotFound


def must_manage(actor: Member, team: Team) -> None:
    """Raise NotAllowed for a rep, NotFound for a team outside the actor's part of the tree."""
    if actor.role == Role.REP:
        raise NotAllowed
    inside = actor.role == Role.ADMIN or team.path.startswith(actor.team_path)
    if team.organisation_id != actor.organisation_id or not inside:
        raise NotFound


def must_manage_member(actor: Member, member: Member) -> None:
    """Raise as `must_manage` does for the member's team; only admins manage admins."""
    must_manage(actor, member.team)
    if member.role == Role.ADMIN and actor.role != Role.ADMIN:
        raise NotAllowed("Only an admin changes an admin.")


def must_grant(actor: Member, role: str) -> None:
    """Raise NotAllowed for a role above the actor's own."""
    if role == Role.ADMIN and actor.role != Role.ADMIN:
        raise NotAllowed("Only an admin makes admins.")


def hold_organisation(organisation_id: int) -> None:
    """Let others wait until this transaction is over, where a rule spans several rows.

    Two moves that together would make a circle, and the last two admins leaving at once.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def share_organisation(organisation_id: int) -> None:
    """Let who holds the organisation wait until this transaction is over, but nobody else.

    Where something is read that is changed by whoever holds it. One query; none on SQLite, whose
    transactions wait for one another.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            asked = "SELECT 1 FROM accounts_organisation WHERE id = %s FOR SHARE"
            cursor.execute(asked, [organisation_id])
