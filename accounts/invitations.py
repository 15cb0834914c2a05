"""Inviting people by an e-mailed link, and what happens when they open it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import Change, note
from accounts.errors import (
    InvitationAccepted,
    InvitationNotValid,
    InvitationPasswordWrong,
    InvitationWaiting,
    MailUnavailable,
    MemberExists,
    UserExists,
)
from accounts.mail import send_invitation
from accounts.models import Invitation, Member, Role, Team, User
from accounts.rights import hold_organisation, must_grant, must_manage
from accounts.tries import count_try, forget_tries
from accounts.users import clean_email, create_user
from common.errors import NotFound

VALID_FOR = timedelta(days=14)
RENEWED = ("name", "role", "team_id", "invited_by_id", "token_hash", "expires_at")


@dataclass(frozen=True)
class NewInvitation:
    """Who is to become what, and where."""

    email: str
    name: str
    role: str
    team: Team


def invite_member(*, actor: Member, new: NewInvitation, now: datetime) -> tuple[Invitation, bool]:
    """Mail somebody a link that makes them a member; returns the invitation, and whether it is new.

    Inviting an address again renews its invitation: the new link works and the old one does not.
    The mail is sent after the commit, so that a slow mail server holds nobody up; if it cannot be
    sent, everything is put back. Raises NotAllowed, NotFound, EmailInvalid, MemberExists,
    InvitationWaiting and MailUnavailable.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        hold_organisation(actor.organisation_id)
        team = Team.objects.get(pk=new.team.pk)
        must_manage(actor, team)
        must_grant(actor, new.role)
        email = clean_email(new.email)
        refuse_member(actor.organisation_id, email)
        before = open_invitation(actor, email, now)
        made = Invitation(
            pk=before.pk if before else None,
            organisation=actor.organisation,
            email=email,
            name=" ".join(new.name.split()),
            role=new.role,
            team=team,
            invited_by=actor,
            token_hash=hash_of(token),
            created_at=before.created_at if before else now,
            expires_at=now + VALID_FOR,
        )
        made.save()
    try:
        send_invitation(made, token)
    except MailUnavailable:
        put_back(made, before)
        raise
    return made, before is None


def hash_of(token: str) -> str:
    """What is kept of a token: it is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def refuse_member(organisation_id: int, email: str) -> None:
    """Raise MemberExists for the address of somebody who serves in the organisation."""
    members = Member.objects.serving().filter(organisation=organisation_id)
    if members.filter(user__email=email).exists():
        raise MemberExists


def open_invitation(actor: Member, email: str, now: datetime) -> Invitation | None:
    """The invitation of that address that nobody has accepted, for the actor to renew.

    Raises InvitationWaiting for one that waits and is not the actor's to see.
    """
    rows = Invitation.objects.filter(organisation=actor.organisation_id, email=email)
    found = rows.filter(accepted_at=None).first()
    if found and found.expires_at > now and not may_change(actor, found):
        raise InvitationWaiting
    return found


def may_change(actor: Member, invitation: Invitation) -> bool:
    """Whether the actor sees the invitation and may give the role that it gives."""
    sees = Invitation.objects.for_member(actor).filter(pk=invitation.pk).exists()
    return sees and (invitation.role != Role.ADMIN or actor.role == Role.ADMIN)


def put_back(made: Invitation, before: Invitation | None) -> None:
    """Undo an invitation whose mail could not be sent, unless it was renewed meanwhile."""
    rows = Invitation.objects.filter(pk=made.pk, token_hash=made.token_hash)
    if before is None:
        rows.delete()
    else:
        rows.update(**{name: getattr(before, name) for name in RENEWED})


def withdraw_invitation(*, actor: Member, invitation: Invitation) -> None:
    """Let an invitation be as if it had never been; its link is not valid any more.

    Raises NotAllowed, NotFound and InvitationAccepted.
    """
    with transaction.atomic():
        hold_organisation(actor.organisation_id)
        found = Invitation.objects.select_related("team").filter(pk=invitation.pk).first()
        if found is None:
            raise NotFound
        must_manage(actor, found.team)
        must_grant(actor, found.role)
        if found.accepted_at is not None:
            raise InvitationAccepted
        found.delete()


def find_invitation(token: str, now: datetime) -> Invitation:
    """The invitation that a link with this token accepts. Raises InvitationNotValid."""
    rows = Invitation.objects.waiting(now).select_related(
        "organisation", "team", "invited_by__user"
    )
    found = rows.filter(token_hash=hash_of(token)).first()
    if found is None:
        raise InvitationNotValid
    return found


def invited_user(invitation: Invitation) -> User | None:
    """The account that the invited person has already, or None."""
    return User.objects.filter(email=invitation.email).first()


def accept_invitation(
    *, token: str, password: str, name: str | None = None, now: datetime
) -> Member:
    """Make the reader of an e-mailed link a member; who has left before comes back.

    Somebody without an account gets one with this password, and this name or else that of the
    invitation. Who has one proves with its password that it is theirs. Raises InvitationNotValid,
    InvitationPasswordWrong, TooManyTries, PasswordTooWeak and MemberExists.
    """
    invitation = find_invitation(token, now)
    user = invited_user(invitation)
    if user is not None:
        must_prove(user, password)
    with transaction.atomic():
        hold_organisation(invitation.organisation_id)
        held = find_invitation(token, now)
        user = user or new_user(held, name or held.name, password, now)
        held.accepted_at = now
        held.save(update_fields=["accepted_at"])
        member = join(held, user)
        joined = {"invitation": held, "role": member.role, "team": member.team}
        note(member, "invitation.accepted", Change(member, None, joined), now=now)
        return member


def must_prove(user: User, password: str) -> None:
    """Raise unless the password is the user's, who may sign in. Slows down whoever guesses."""
    if not user.is_active:
        raise InvitationNotValid
    count_try(user.email)
    if not user.check_password(password):
        raise InvitationPasswordWrong
    forget_tries(user.email)


def new_user(invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """An account for the invited person. Raises PasswordTooWeak."""
    try:
        return create_user(email=invitation.email, name=name, password=password, now=now)
    except UserExists:  # made by another organisation's invitation, a moment ago
        raise InvitationPasswordWrong from None


def join(invitation: Invitation, user: User) -> Member:
    """The user's membership as the invitation says it. Raises MemberExists."""
    rows = Member.objects.filter(organisation=invitation.organisation_id, user=user)
    member = rows.first() or Member(organisation=invitation.organisation, user=user)
    if member.pk and member.left_on is None:
        raise MemberExists
    member.role, member.team = invitation.role, invitation.team
    member.left_on, member.left_reason = None, ""
    member.save()
    return member
