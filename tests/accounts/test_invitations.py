"""Inviting people, withdrawing, and what happens when they accept."""

import hashlib
import logging
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core import mail

from accounts.errors import (
    EmailInvalid,
    InvitationAccepted,
    InvitationNotValid,
    InvitationPasswordWrong,
    InvitationWaiting,
    MailUnavailable,
    MemberExists,
    PasswordTooWeak,
    TooManyTries,
)
from accounts.invitations import VALID_FOR, accept_invitation, invite_member, withdraw_invitation
from accounts.models import Invitation, Member, Role, User
from common.errors import DomainError, NotAllowed, NotFound
from tests.accounts.people import (
    OTHER_PASSWORD,
    PASSWORD,
    can_sign_in,
    invite,
    mailed_path,
    mailed_secret,
    wish,
)
from tests.cast import NOON, Company

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def no_mail_server(settings: LazySettings) -> None:
    """Nothing listens where the mail server should be."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 1


def test_an_invitation_goes_out_by_mail(sunrise: Company) -> None:
    """One e-mail to the address, in lower case, with who, where and the link."""
    invitation, is_new = invite_member(
        actor=sunrise.max, new=wish(sunrise.teams["North"], " Nina@New.test"), now=NOON
    )
    (message,) = mail.outbox
    assert message.to == ["nina@new.test"]
    assert message.subject == "Join Sunrise on Canvass"
    for words in ("Nina Newman", "Max", "Sunrise", "North", "rep", "15 June 2026"):
        assert words in message.body
    assert mailed_path() == f"/invitations/{mailed_secret()}/"
    found = Invitation.objects.get()
    assert (found, is_new) == (invitation, True)
    assert (found.email, found.name, found.role) == ("nina@new.test", "Nina Newman", Role.REP)
    assert (found.team, found.invited_by) == (sunrise.teams["North"], sunrise.max)
    assert (found.created_at, found.expires_at) == (NOON, NOON + VALID_FOR)


def test_only_a_hash_of_the_token_is_kept(sunrise: Company) -> None:
    """Who reads the database cannot accept anything."""
    invitation, token = invite(sunrise.max, sunrise.teams["North"])
    assert len(token) >= 40
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)


def test_a_line_break_in_a_name_stays_out_of_the_mail_header(sunrise: Company) -> None:
    """It is a space there."""
    sunrise.organisation.name = "Sun\nBcc: all@new.test"
    sunrise.organisation.save()
    sunrise.max.refresh_from_db()
    invite(sunrise.max, sunrise.teams["North"])
    assert mail.outbox[0].subject == "Join Sun Bcc: all@new.test on Canvass"
    assert mail.outbox[0].recipients() == ["nina@new.test"]


@pytest.mark.parametrize(
    ("actor", "team", "role", "error"),
    [
        ("rosa", "North", Role.REP, NotAllowed),
        ("max", "South", Role.REP, NotFound),
        ("max", "Sunrise", Role.REP, NotFound),
        ("max", "North", Role.ADMIN, NotAllowed),
    ],
)
def test_who_may_not_invite(
    sunrise: Company, actor: str, team: str, role: str, error: type[DomainError]
) -> None:
    """A rep, a manager elsewhere, a manager who would make an admin; nothing is sent."""
    with pytest.raises(error):
        invite(sunrise.members[actor], sunrise.teams[team], role=role)
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_nobody_invites_into_another_organisation(sunrise: Company, moonlight: Company) -> None:
    """Its teams are not found."""
    with pytest.raises(NotFound):
        invite(sunrise.ada, moonlight.teams["Moonlight"])


def test_what_is_no_address_and_who_is_a_member_is_refused(sunrise: Company) -> None:
    """However the address is capitalised."""
    with pytest.raises(EmailInvalid):
        invite(sunrise.max, sunrise.teams["North"], "nina")
    with pytest.raises(MemberExists):
        invite(sunrise.max, sunrise.teams["North"], "ROSA@sunrise.test")


def test_inviting_again_renews(sunrise: Company) -> None:
    """One row, a new link, a new end; the old link is dead."""
    first, old = invite(sunrise.max, sunrise.teams["North"])
    later = NOON + timedelta(days=3)
    second, is_new = invite_member(
        actor=sunrise.ada, new=wish(sunrise.teams["South"], role=Role.MANAGER), now=later
    )
    assert (second.pk, is_new) == (first.pk, False)
    found = Invitation.objects.get()
    assert (found.team, found.role) == (sunrise.teams["South"], Role.MANAGER)
    assert (found.created_at, found.expires_at) == (NOON, later + VALID_FOR)
    assert found.invited_by == sunrise.ada
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=old, password=PASSWORD, now=later)
    assert accept_invitation(token=mailed_secret(), password=PASSWORD, now=later).pk


def test_an_invitation_that_one_does_not_see_is_left_alone(sunrise: Company) -> None:
    """Mona cannot take over what Max has sent, nor Max what only an admin may give."""
    invite(sunrise.max, sunrise.teams["North"])
    with pytest.raises(InvitationWaiting):
        invite(sunrise.mona, sunrise.teams["South"])
    assert Invitation.objects.get().team == sunrise.teams["North"]
    invite(sunrise.ada, sunrise.teams["North"], "boss@new.test", Role.ADMIN)
    with pytest.raises(InvitationWaiting):
        invite(sunrise.max, sunrise.teams["North"], "boss@new.test")


def test_an_expired_invitation_is_in_nobodys_way(sunrise: Company) -> None:
    """Once it has expired, Mona may invite."""
    invite(sunrise.max, sunrise.teams["North"])
    made, _ = invite_member(
        actor=sunrise.mona, new=wish(sunrise.teams["South"]), now=NOON + VALID_FOR
    )
    assert made.team == sunrise.teams["South"]


def test_two_organisations_invite_one_person(sunrise: Company, moonlight: Company) -> None:
    """Neither learns of the other."""
    invite(sunrise.ada, sunrise.teams["North"])
    invite(moonlight.olga, moonlight.teams["Moonlight"])
    assert Invitation.objects.filter(email="nina@new.test").count() == 2


def test_without_a_mail_server_nothing_is_changed(
    sunrise: Company, no_mail_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    """No invitation; and no address in the log."""
    with caplog.at_level(logging.DEBUG), pytest.raises(MailUnavailable):
        invite_member(actor=sunrise.max, new=wish(sunrise.teams["North"]), now=NOON)
    assert not Invitation.objects.exists()
    assert "ConnectionRefusedError" in caplog.text
    assert "nina" not in caplog.text


def test_a_renewal_that_could_not_be_mailed_leaves_the_old_link(
    sunrise: Company, request: pytest.FixtureRequest
) -> None:
    """Team, role, end and token are as before, and the first link is accepted."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    before = Invitation.objects.values().get()
    request.getfixturevalue("no_mail_server")
    with pytest.raises(MailUnavailable):
        invite_member(
            actor=sunrise.ada,
            new=wish(sunrise.teams["South"], role=Role.MANAGER),
            now=NOON + timedelta(days=1),
        )
    assert Invitation.objects.values().get() == before
    assert accept_invitation(token=token, password=PASSWORD, now=NOON).role == Role.REP


def test_a_newcomer_accepts(sunrise: Company) -> None:
    """They get an account with the password, and the membership that was meant for them."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    member = accept_invitation(token=token, password=PASSWORD, name="Nina N.", now=NOON)
    found = Member.objects.get(pk=member.pk)
    assert (found.user.email, found.user.name) == ("nina@new.test", "Nina N.")
    assert found.user.check_password(PASSWORD)
    assert (found.organisation, found.team, found.role) == (
        sunrise.organisation, sunrise.teams["North"], Role.REP,
    )  # fmt: skip
    assert Invitation.objects.get().accepted_at == NOON


def test_the_invitations_name_stands_in_for_none(sunrise: Company) -> None:
    """Who gives no name is called as the manager called them."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    assert accept_invitation(token=token, password=PASSWORD, now=NOON).user.name == "Nina Newman"


def test_a_link_works_once(sunrise: Company) -> None:
    """The second time it is as wrong as any other."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    accept_invitation(token=token, password=PASSWORD, now=NOON)
    for wrong in (token, "", "x" * 43):
        with pytest.raises(InvitationNotValid):
            accept_invitation(token=wrong, password=PASSWORD, now=NOON)
    assert Member.objects.filter(user__email="nina@new.test").count() == 1


def test_a_link_expires(sunrise: Company) -> None:
    """It works until the last moment and not after it."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=token, password=PASSWORD, now=NOON + VALID_FOR)
    moment = timedelta(microseconds=1)
    assert accept_invitation(token=token, password=PASSWORD, now=NOON + VALID_FOR - moment).pk


def test_a_weak_password_leaves_the_invitation_waiting(sunrise: Company) -> None:
    """No account is made, and the link still works."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    with pytest.raises(PasswordTooWeak):
        accept_invitation(token=token, password="12345678", now=NOON)
    assert not User.objects.filter(email="nina@new.test").exists()
    assert accept_invitation(token=token, password=PASSWORD, now=NOON).pk


def test_who_has_an_account_proves_that_it_is_theirs(sunrise: Company, moonlight: Company) -> None:
    """Otto's own password makes him a member of both; his account stays as it was."""
    can_sign_in(moonlight.otto)
    _, token = invite(sunrise.max, sunrise.teams["North"], "otto@moonlight.test")
    with pytest.raises(InvitationPasswordWrong):
        accept_invitation(token=token, password=OTHER_PASSWORD, name="Odd", now=NOON)
    assert not Member.objects.filter(organisation=sunrise.organisation, user__name="Otto").exists()
    member = accept_invitation(token=token, password=PASSWORD, name="Odd", now=NOON)
    assert member.user == moonlight.otto.user
    assert User.objects.get(pk=member.user_id).name == "Otto"
    assert Member.objects.filter(user=member.user).count() == 2


def test_guessing_the_password_behind_an_invitation_is_slowed_down(
    sunrise: Company, moonlight: Company
) -> None:
    """After five wrong ones even the right one is not looked at."""
    can_sign_in(moonlight.otto)
    _, token = invite(sunrise.max, sunrise.teams["North"], "otto@moonlight.test")
    for _ in range(5):
        with pytest.raises(InvitationPasswordWrong):
            accept_invitation(token=token, password=OTHER_PASSWORD, now=NOON)
    with pytest.raises(TooManyTries):
        accept_invitation(token=token, password=PASSWORD, now=NOON)


def test_a_deactivated_account_accepts_nothing(sunrise: Company, moonlight: Company) -> None:
    """The operator has locked it; an invitation does not open it."""
    can_sign_in(moonlight.otto)
    User.objects.filter(pk=moonlight.otto.user_id).update(is_active=False)
    _, token = invite(sunrise.max, sunrise.teams["North"], "otto@moonlight.test")
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=token, password=PASSWORD, now=NOON)


def test_a_member_who_left_comes_back(sunrise: Company) -> None:
    """The same row serves again, with its history, in the new role and team."""
    can_sign_in(sunrise.rosa)
    Member.objects.filter(pk=sunrise.rosa.pk).update(left_on=NOON.date(), left_reason="Moved")
    _, token = invite(sunrise.ada, sunrise.teams["South"], "rosa@sunrise.test", Role.MANAGER)
    member = accept_invitation(token=token, password=PASSWORD, now=NOON)
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert member == found
    assert (found.left_on, found.left_reason) == (None, "")
    assert (found.role, found.team) == (Role.MANAGER, sunrise.teams["South"])
    assert found.hired_on == sunrise.rosa.hired_on


def test_who_became_a_member_meanwhile_keeps_what_they_are(sunrise: Company) -> None:
    """An old invitation changes nobody's role; it is still there, to be withdrawn."""
    can_sign_in(sunrise.rosa)
    Member.objects.filter(pk=sunrise.rosa.pk).update(left_on=NOON.date())
    _, token = invite(sunrise.ada, sunrise.teams["South"], "rosa@sunrise.test", Role.ADMIN)
    Member.objects.filter(pk=sunrise.rosa.pk).update(left_on=None)
    with pytest.raises(MemberExists):
        accept_invitation(token=token, password=PASSWORD, now=NOON)
    assert Member.objects.get(pk=sunrise.rosa.pk).role == Role.REP
    assert Invitation.objects.get().accepted_at is None


def test_a_withdrawn_invitation_never_was(sunrise: Company) -> None:
    """Its link is dead, and withdrawing again finds nothing."""
    invitation, token = invite(sunrise.max, sunrise.teams["North"])
    withdraw_invitation(actor=sunrise.max, invitation=invitation)
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=token, password=PASSWORD, now=NOON)
    with pytest.raises(NotFound):
        withdraw_invitation(actor=sunrise.max, invitation=invitation)
    assert not Invitation.objects.exists()


def test_an_accepted_invitation_cannot_be_withdrawn(sunrise: Company) -> None:
    """It has made a member."""
    invitation, token = invite(sunrise.max, sunrise.teams["North"])
    accept_invitation(token=token, password=PASSWORD, now=NOON)
    with pytest.raises(InvitationAccepted):
        withdraw_invitation(actor=sunrise.max, invitation=invitation)


def test_who_may_not_withdraw(sunrise: Company, moonlight: Company) -> None:
    """A rep, a manager elsewhere, a manager for an admin's, another organisation's admin."""
    invitation, _ = invite(sunrise.max, sunrise.teams["North"])
    to_admin, _ = invite(sunrise.ada, sunrise.teams["North"], "boss@new.test", Role.ADMIN)
    for actor, row, error in (
        (sunrise.rosa, invitation, NotAllowed),
        (sunrise.mona, invitation, NotFound),
        (sunrise.max, to_admin, NotAllowed),
        (moonlight.olga, invitation, NotFound),
    ):
        with pytest.raises(error):
            withdraw_invitation(actor=actor, invitation=row)
    assert Invitation.objects.count() == 2
