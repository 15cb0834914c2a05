"""Reads: every list in one explicit, unique order, with what its output needs already joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from accounts.models import (
    AuditEntry,
    Invitation,
    InvitationQuerySet,
    Member,
    MemberQuerySet,
    Organisation,
    Role,
    Team,
    TeamQuerySet,
    User,
)
from common.prepared import Given, Prepared

JOINED: Sequence[tuple[type[Any], list[str]]] = [
    (model, [column.attname for column in model._meta.concrete_fields])
    for model in (Member, Team, Organisation, User)
]


def teams() -> TeamQuerySet:
    """Teams, each before those below it."""
    return Team.objects.order_by("path", "pk")


def members() -> MemberQuerySet:
    """Members by name, those who have left included."""
    return Member.objects.select_related("organisation", "team", "user").order_by(
        "user__name", "pk"
    )


def memberships(user: User) -> MemberQuerySet:
    """Where somebody serves."""
    rows = Member.objects.serving().filter(user=user)
    return rows.select_related("organisation").order_by("organisation__name", "pk")


def serving_as(user: int | None) -> list[Member]:
    """The serving memberships of a user, with their teams, organisations and users. One query."""
    found = []
    for row in serving().rows(user=user):
        told = iter(row)
        member, *others = (
            model.from_db(None, names, list(islice(told, len(names)))) for model, names in JOINED
        )
        member.team, member.organisation, member.user = others
        found.append(member)
    return found


@cache
def serving() -> Prepared:
    """The query of `serving_as`, with the columns of JOINED."""
    rows = Member.objects.serving().filter(user=Given("user", BigIntegerField())).order_by("pk")
    prefixes = ("", "team__", "organisation__", "user__")
    parts = zip(prefixes, JOINED, strict=True)
    return Prepared(rows.values_list(*(at + name for at, (_, names) in parts for name in names)))


def invitations() -> InvitationQuerySet:
    """Invitations, the newest first."""
    return Invitation.objects.select_related("team", "organisation").order_by("-pk")


def managers_above(member: Member) -> MemberQuerySet:
    """The managers of the member's team and of those above it; where there is none, the admins."""
    teams = [int(pk) for pk in member.team_path.strip("/").split("/")]
    others = Member.objects.serving().exclude(pk=member.pk)
    managers = others.filter(role=Role.MANAGER, team__in=teams)
    admins = others.filter(role=Role.ADMIN, organisation=member.organisation_id)
    return managers if managers.exists() else admins


def teams_below(viewer: Member, team_id: int) -> TeamQuerySet:
    """A team and everything below it, of those that the viewer sees; none for another's team."""
    seen = Team.objects.for_member(viewer)
    path = seen.filter(pk=team_id).values_list("path", flat=True).first()
    return seen.none() if path is None else seen.filter(path__startswith=path)


def trail_blocks(rows: QuerySet[AuditEntry], size: int = 1000) -> Iterator[list[AuditEntry]]:
    """Entries of the audit trail, the latest first, in blocks: one query and `size` rows each.

    What is told meanwhile is left out; no transaction stays open between two blocks.
    """
    rows = rows.order_by("-at", "-pk")
    block = list(rows[:size])
    while block:
        yield block
        last = block[-1]
        older = Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)
        block = list(rows.filter(older)[:size]) if len(block) == size else []
