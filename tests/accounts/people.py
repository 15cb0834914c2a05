"""Little tools for the tests of accounts."""

from __future__ import annotations

import re

from django.core import mail

from accounts.invitations import NewInvitation, invite_member
from accounts.models import Invitation, Member, Role, Team
from tests.cast import NOON

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "plain lamp sideways"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/(?:invitations|password/reset)/([^/\s]+)/)")


def wish(team: Team, email: str = "nina@new.test", role: str = Role.REP) -> NewInvitation:
    """Nina, who has no account yet, as a rep of the team, unless told otherwise."""
    return NewInvitation(email=email, name="Nina Newman", role=role, team=team)


def invite(
    actor: Member, team: Team, email: str = "nina@new.test", role: str = Role.REP
) -> tuple[Invitation, str]:
    """The invitation and the token in its e-mail."""
    invitation, _ = invite_member(actor=actor, new=wish(team, email, role), now=NOON)
    return invitation, mailed_secret()


def mailed_path() -> str:
    """The path of the link in the newest e-mail."""
    return link()[1]


def mailed_secret() -> str:
    """The secret in the link of the newest e-mail."""
    return link()[2]


def link() -> re.Match[str]:
    """The one link in the newest e-mail."""
    (found,) = LINK.finditer(str(mail.outbox[-1].body))
    return found


def can_sign_in(member: Member, password: str = PASSWORD) -> None:
    """Give a member of the cast a password; they have none otherwise."""
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
