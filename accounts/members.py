"""Who belongs to an organisation: joining, changing, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db import transaction

from accounts.errors import LastAdmin, MemberDatesInvalid, MemberHasLeft
from accounts.models import Member, Role, Team
from accounts.rights import hold_organisation, must_grant, must_manage, must_manage_member
from accounts.sessions import end_sessions
from accounts.users import create_user

AHEAD = timedelta(hours=14)  # of UTC: where the calendar turns first


@dataclass(frozen=True)
class NewMember:
    """Somebody to be added; `home` is (lon, lat)."""

    email: str
    name: str
    role: str
    team: Team
    home: tuple[float, float] | None = None
    languages: tuple[str, ...] = ()
    hired_on: date | None = None


class MemberChanges(TypedDict, total=False):
    """What to change about a member; what is left out stays. `home` is (lon, lat) or None."""

    role: str
    team: Team
    home: tuple[float, float] | None
    languages: list[str]
    hired_on: date | None


OWN = frozenset({"home", "languages"})


def add_member(*, actor: Member, new: NewMember, password: str | None, now: datetime) -> Member:
    """Make somebody without an account a member; who has one is invited instead.

    Without a password the member has to choose one through an e-mailed link. Raises NotAllowed,
    NotFound, EmailInvalid, PasswordTooWeak and UserExists.
    """
    must_manage(actor, new.team)
    must_grant(actor, new.role)
    home_lon, home_lat = new.home or (None, None)
    with transaction.atomic():
        user = create_user(email=new.email, name=new.name, password=password, now=now)
        return Member.objects.create(
            organisation=actor.organisation,
            user=user,
            role=new.role,
            team=new.team,
            home_lon=home_lon,
            home_lat=home_lat,
            languages=list(new.languages),
            hired_on=new.hired_on,
        )


def change_member(*, actor: Member, member: Member, changes: MemberChanges) -> Member:
    """Change a member: managers what their part of the tree needs, everybody their own home.

    Raises NotAllowed, NotFound, MemberHasLeft and LastAdmin.
    """
    with transaction.atomic():
        found = hold_member(member)
        if found.pk != actor.pk or not OWN.issuperset(changes):
            must_manage_member(actor, found)
        if found.left_on is not None:
            raise MemberHasLeft
        refuse_role(actor, found, changes.get("role", found.role))
        if "team" in changes:
            must_manage(actor, changes["team"])
        apply(found, changes)
        found.save()
    return found


def hold_member(member: Member) -> Member:
    """The row as it is now; nobody else changes the organisation's members meanwhile."""
    hold_organisation(member.organisation_id)
    rows = Member.objects.select_related("organisation", "team", "user")
    return rows.get(pk=member.pk)


def refuse_role(actor: Member, member: Member, role: str) -> None:
    """Raise unless the actor may give the member that role. Raises NotAllowed and LastAdmin."""
    if role != member.role:
        must_grant(actor, role)
        keep_an_admin(member)


def keep_an_admin(member: Member) -> None:
    """Raise LastAdmin if, without this member, the organisation had nobody to run it."""
    if member.role == Role.ADMIN:
        admins = Member.objects.serving().filter(user__is_active=True, role=Role.ADMIN)
        others = admins.filter(organisation=member.organisation_id).exclude(pk=member.pk)
        if not others.exists():
            raise LastAdmin


def apply(member: Member, changes: MemberChanges) -> None:
    """Set the fields that `changes` names."""
    if "home" in changes:
        member.home_lon, member.home_lat = changes["home"] or (None, None)
    for name in ("role", "team", "languages", "hired_on"):
        if name in changes:
            setattr(member, name, changes[name])


def end_membership(
    *, actor: Member, member: Member, left_on: date, reason: str, now: datetime
) -> Member:
    """Let a member go; `left_on` is the last day. Doing it again in the same words is the same.

    Who serves in no other organisation is signed out everywhere. Raises NotAllowed, NotFound,
    MemberHasLeft, MemberDatesInvalid and LastAdmin.
    """
    with transaction.atomic():
        found = hold_member(member)
        must_manage_member(actor, found)
        if found.left_on is not None:
            if (found.left_on, found.left_reason) == (left_on, reason):
                return found
            raise MemberHasLeft
        refuse_day(found, left_on, now)
        keep_an_admin(found)
        found.left_on, found.left_reason = left_on, reason
        found.save(update_fields=["left_on", "left_reason"])
        if not Member.objects.serving().filter(user=found.user).exists():
            end_sessions(found.user)
    return found


def refuse_day(member: Member, left_on: date, now: datetime) -> None:
    """Raise MemberDatesInvalid for a last day before the first, or still to come everywhere."""
    early = member.hired_on is not None and left_on < member.hired_on
    if early or left_on > (now + AHEAD).date():
        raise MemberDatesInvalid
