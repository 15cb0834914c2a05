"""Two people at once, each in a thread with a connection of its own, on a real PostgreSQL.

SQLite lets one writer in at a time, so there is nothing to race there.
"""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.errors import (
    InvitationNotValid,
    InvitationPasswordWrong,
    LastAdmin,
    TeamCircle,
    TeamNameTaken,
)
from accounts.invitations import accept_invitation, invite_member
from accounts.members import MemberChanges, change_member, end_membership
from accounts.models import Invitation, Member, Role, Team, User
from accounts.teams import create_team, move_team
from tests.accounts.people import PASSWORD, invite, wish
from tests.at_once import at_once, errors_in
from tests.cast import NOON, Company

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]
often = pytest.mark.parametrize("attempt", range(5))


def serving_admins(company: Company) -> int:
    return (
        Member.objects.serving().filter(organisation=company.organisation, role=Role.ADMIN).count()
    )


@often
def test_of_the_last_two_admins_one_stays(sunrise: Company, attempt: int) -> None:
    """Both leave at once, one leaves while the other steps down: one of them is the last."""
    Member.objects.filter(pk=sunrise.max.pk).update(role=Role.ADMIN)
    sunrise.max.refresh_from_db()
    answers = at_once(
        lambda: end_membership(
            actor=sunrise.ada, member=sunrise.ada, left_on=NOON.date(), reason="", now=NOON
        ),
        lambda: (
            change_member(
                actor=sunrise.max, member=sunrise.max, changes=MemberChanges(role=Role.REP)
            )
            if attempt % 2
            else end_membership(
                actor=sunrise.max, member=sunrise.max, left_on=NOON.date(), reason="", now=NOON
            )
        ),
    )
    assert errors_in(answers) == [LastAdmin]
    assert serving_admins(sunrise) == 1


@often
def test_two_moves_make_no_circle(sunrise: Company, attempt: int) -> None:
    """North below south and south below north: one of them is refused, the tree stays one."""
    north, south = sunrise.teams["North"], sunrise.teams["South"]
    answers = at_once(
        lambda: move_team(actor=sunrise.ada, team=north, parent=south),
        lambda: move_team(actor=sunrise.ada, team=south, parent=north),
    )
    assert errors_in(answers) == [TeamCircle]
    for team in Team.objects.select_related("parent"):
        above = team.parent.path if team.parent else "/"
        assert team.path == f"{above}{team.pk}/"


@often
def test_a_team_added_below_a_moving_one_moves_along(sunrise: Company, attempt: int) -> None:
    """Whoever comes first, its path leads through its parent."""
    north, south = sunrise.teams["North"], sunrise.teams["South"]
    answers = at_once(
        lambda: move_team(actor=sunrise.ada, team=north, parent=south),
        lambda: create_team(actor=sunrise.ada, parent=north, name="Crew", now=NOON),
    )
    assert errors_in(answers) == []
    north.refresh_from_db()
    crew = Team.objects.get(name="Crew")
    assert north.path.startswith(south.path)
    assert crew.path == f"{north.path}{crew.pk}/"


def test_a_name_is_given_once(sunrise: Company) -> None:
    """Of three teams of one name below one team, one is made."""
    north = sunrise.teams["North"]
    answers = at_once(
        *(
            lambda: create_team(actor=sunrise.max, parent=north, name="Crew", now=NOON)
            for _ in range(3)
        )
    )
    assert errors_in(answers) == [TeamNameTaken, TeamNameTaken]
    assert Team.objects.filter(name="Crew").count() == 1


@often
def test_an_invitation_is_accepted_once(sunrise: Company, attempt: int) -> None:
    """Of two taps on the button one makes the member; the account is made once."""
    _, token = invite(sunrise.max, sunrise.teams["North"])
    answers = at_once(
        *(lambda: accept_invitation(token=token, password=PASSWORD, now=NOON) for _ in range(2))
    )
    assert errors_in(answers) == [InvitationNotValid]
    assert Member.objects.filter(user__email="nina@new.test").count() == 1
    assert User.objects.filter(email="nina@new.test").count() == 1


@often
def test_a_newcomer_accepts_two_organisations(
    sunrise: Company, moonlight: Company, attempt: int
) -> None:
    """One account; if the second came too close, it asks for the password that exists now."""
    tokens = [
        invite(sunrise.max, sunrise.teams["North"])[1],
        invite(moonlight.olga, moonlight.teams["Moonlight"])[1],
    ]
    answers = at_once(
        *(
            lambda token=token: accept_invitation(token=token, password=PASSWORD, now=NOON)
            for token in tokens
        )
    )
    assert errors_in(answers) in ([], [InvitationPasswordWrong])
    assert User.objects.filter(email="nina@new.test").count() == 1
    members = Member.objects.filter(user__email="nina@new.test").count()
    assert members == Invitation.objects.exclude(accepted_at=None).count()
    assert members + len(errors_in(answers)) == 2


@often
def test_two_managers_invite_one_person(sunrise: Company, attempt: int) -> None:
    """One row, whose link is in one of the two e-mails; nobody gets an unforeseen error."""
    answers = at_once(
        *(
            lambda: invite_member(actor=sunrise.max, new=wish(sunrise.teams["North"]), now=NOON)
            for _ in range(2)
        )
    )
    assert errors_in(answers) == []
    assert Invitation.objects.count() == 1
