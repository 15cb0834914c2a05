"""Joining, changing and leaving an organisation."""

from datetime import date, timedelta

import pytest

from accounts.errors import (
    LastAdmin,
    MemberDatesInvalid,
    MemberHasLeft,
    PasswordTooWeak,
    UserExists,
)
from accounts.members import MemberChanges, NewMember, add_member, change_member, end_membership
from accounts.models import Member, Role, User
from common.errors import DomainError, NotAllowed, NotFound
from tests.accounts.people import PASSWORD
from tests.cast import NOON, Company

TODAY = NOON.date()


def leave(actor: Member, member: Member, left_on: date = TODAY, reason: str = "Moved") -> Member:
    """Let a member go."""
    return end_membership(actor=actor, member=member, left_on=left_on, reason=reason, now=NOON)


def as_admin(member: Member) -> Member:
    """The member, made an admin."""
    Member.objects.filter(pk=member.pk).update(role=Role.ADMIN)
    member.refresh_from_db()
    return member


def test_a_manager_adds_a_member(sunrise: Company) -> None:
    """With an account that the password opens, and everything else that was said."""
    new = NewMember(
        email=" Nina@New.test ", name="Nina  Newman", role=Role.REP, team=sunrise.teams["North"],
        home=(24.9, 60.1), languages=("fi", "en"), hired_on=TODAY,
    )  # fmt: skip
    made = add_member(actor=sunrise.max, new=new, password=PASSWORD, now=NOON)
    found = Member.objects.get(pk=made.pk)
    assert (found.user.email, found.user.name) == ("nina@new.test", "Nina Newman")
    assert found.user.check_password(PASSWORD)
    assert (found.organisation, found.team, found.role) == (
        sunrise.organisation, sunrise.teams["North"], Role.REP,
    )  # fmt: skip
    assert (found.home_lon, found.home_lat) == (24.9, 60.1)
    assert (found.languages, found.hired_on, found.left_on) == (["fi", "en"], TODAY, None)


@pytest.mark.parametrize(
    ("actor", "team", "role", "error"),
    [
        ("rosa", "North", Role.REP, NotAllowed),
        ("max", "South", Role.REP, NotFound),
        ("max", "North", Role.ADMIN, NotAllowed),
    ],
)
def test_who_may_not_add_a_member(
    sunrise: Company, actor: str, team: str, role: str, error: type[DomainError]
) -> None:
    """A rep, a manager elsewhere, a manager who would make an admin."""
    new = NewMember(email="nina@new.test", name="Nina", role=role, team=sunrise.teams[team])
    with pytest.raises(error):
        add_member(actor=sunrise.members[actor], new=new, password=None, now=NOON)
    assert not User.objects.filter(email="nina@new.test").exists()


def test_who_has_an_account_is_not_added_without_being_asked(
    sunrise: Company, moonlight: Company
) -> None:
    """Otto of Moonlight has to be invited."""
    new = NewMember("OTTO@moonlight.test", "Otto", Role.REP, sunrise.teams["North"])
    with pytest.raises(UserExists):
        add_member(actor=sunrise.ada, new=new, password=None, now=NOON)


@pytest.mark.parametrize("password", ["short", "12345678", "password", "nina@new.test"])
def test_a_weak_password_is_refused(sunrise: Company, password: str) -> None:
    """Short, all digits, common, or the own address; the reasons are told."""
    new = NewMember("nina@new.test", "Nina", Role.REP, sunrise.teams["North"])
    with pytest.raises(PasswordTooWeak) as caught:
        add_member(actor=sunrise.ada, new=new, password=password, now=NOON)
    assert caught.value.details["reasons"]
    assert not User.objects.filter(email="nina@new.test").exists()


def test_a_manager_changes_a_member(sunrise: Company) -> None:
    """What is named changes; what is not, stays."""
    changes = MemberChanges(role=Role.MANAGER, languages=["sv"], hired_on=None)
    change_member(actor=sunrise.max, member=sunrise.rosa, changes=changes)
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert (found.role, found.languages, found.hired_on) == (Role.MANAGER, ["sv"], None)
    assert (found.home_lon, found.team) == (24.94, sunrise.teams["North"])


def test_a_rep_changes_only_the_own_home_and_languages(sunrise: Company) -> None:
    """Not the own role, and not even the home of a colleague."""
    own = MemberChanges(home=None, languages=["fi"])
    change_member(actor=sunrise.rosa, member=sunrise.rosa, changes=own)
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert (found.home_lon, found.home_lat, found.languages) == (None, None, ["fi"])
    for member, changes in (
        (sunrise.rosa, MemberChanges(role=Role.MANAGER)),
        (sunrise.rosa, MemberChanges(home=None, hired_on=None)),
        (sunrise.rui, MemberChanges(home=None)),
    ):
        with pytest.raises(NotAllowed):
            change_member(actor=sunrise.rosa, member=member, changes=changes)


def test_a_manager_makes_no_admins_and_changes_none(sunrise: Company) -> None:
    """Not even an admin who is in the manager's own team."""
    with pytest.raises(NotAllowed):
        change_member(
            actor=sunrise.max, member=sunrise.rosa, changes=MemberChanges(role=Role.ADMIN)
        )
    admin = as_admin(sunrise.rui)
    with pytest.raises(NotAllowed):
        change_member(actor=sunrise.max, member=admin, changes=MemberChanges(languages=["fi"]))
    with pytest.raises(NotAllowed):
        leave(sunrise.max, admin)


def test_a_manager_moves_members_only_within_the_own_part(sunrise: Company) -> None:
    """Rosa cannot be put into the south, nor Sam taken from it."""
    for member, team in ((sunrise.rosa, "South"), (sunrise.sam, "North")):
        with pytest.raises(NotFound):
            change_member(
                actor=sunrise.max, member=member, changes=MemberChanges(team=sunrise.teams[team])
            )


def test_nobody_changes_members_of_another_organisation(
    sunrise: Company, moonlight: Company
) -> None:
    """They are not found, whoever asks, and neither is a team of theirs."""
    with pytest.raises(NotFound):
        change_member(
            actor=sunrise.ada, member=moonlight.otto, changes=MemberChanges(role=Role.MANAGER)
        )
    with pytest.raises(NotFound):
        leave(sunrise.ada, moonlight.otto)
    with pytest.raises(NotFound):
        change_member(
            actor=sunrise.ada,
            member=sunrise.rosa,
            changes=MemberChanges(team=moonlight.teams["Moonlight"]),
        )


def test_the_last_admin_stays(sunrise: Company) -> None:
    """Neither leaves nor steps down; with a second one, either works."""
    with pytest.raises(LastAdmin):
        change_member(actor=sunrise.ada, member=sunrise.ada, changes=MemberChanges(role=Role.REP))
    with pytest.raises(LastAdmin):
        leave(sunrise.ada, sunrise.ada)
    as_admin(sunrise.max)
    leave(sunrise.ada, sunrise.ada)
    assert Member.objects.get(pk=sunrise.ada.pk).left_on == TODAY


def test_an_admin_who_cannot_sign_in_does_not_count(sunrise: Company) -> None:
    """A deactivated user runs nothing."""
    other = as_admin(sunrise.max)
    User.objects.filter(pk=other.user_id).update(is_active=False)
    with pytest.raises(LastAdmin):
        leave(sunrise.ada, sunrise.ada)


def test_a_member_leaves_once(sunrise: Company) -> None:
    """The same again is the same; another day is a conflict, and so is any change afterwards."""
    left = leave(sunrise.max, sunrise.rosa)
    assert (left.left_on, left.left_reason) == (TODAY, "Moved")
    assert leave(sunrise.max, sunrise.rosa).left_on == TODAY
    with pytest.raises(MemberHasLeft):
        leave(sunrise.max, sunrise.rosa, TODAY - timedelta(days=1))
    with pytest.raises(MemberHasLeft):
        change_member(actor=sunrise.max, member=sunrise.rosa, changes=MemberChanges(home=None))


def test_nobody_leaves_before_they_came_or_in_the_future(sunrise: Company) -> None:
    """Rosa was hired on 1 May; at UTC noon the furthest calendar shows the second of June."""
    for day in (date(2026, 4, 30), TODAY + timedelta(days=2)):
        with pytest.raises(MemberDatesInvalid):
            leave(sunrise.max, sunrise.rosa, day)
    leave(sunrise.max, sunrise.rosa, TODAY + timedelta(days=1))
    leave(sunrise.max, sunrise.rui, date(2026, 5, 1))


def test_a_rep_lets_nobody_go(sunrise: Company) -> None:
    """Not even themselves."""
    with pytest.raises(NotAllowed):
        leave(sunrise.rosa, sunrise.rosa)
