"""/api/v1/invitations/: list, invite, withdraw, and accept without being signed in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.invitations import VALID_FOR
from accounts.models import Invitation, Member
from tests.accounts.people import OTHER_PASSWORD, PASSWORD, can_sign_in, invite, mailed_secret
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company

URL = "/api/v1/invitations/"
ACCEPT = f"{URL}accept/"


def wish(company: Company, team: str = "North", **fields: Any) -> dict[str, Any]:
    """What a manager sends."""
    body = {"email": "nina@new.test", "name": "Nina Newman", "role": "rep"}
    return {**body, "team": company.teams[team].pk, **fields}


def invited(company: Company, as_member: SignIn, **fields: Any) -> str:
    """The token of an invitation that Max has just sent."""
    assert as_member(company.max).post(URL, wish(company, **fields)).status_code == 201
    return mailed_secret()


def test_a_manager_invites(sunrise: Company, as_member: SignIn) -> None:
    """201 with the invitation; the token is in the e-mail and not in the answer."""
    before = datetime.now(UTC)
    answer = as_member(sunrise.max).post(URL, wish(sunrise, email="Nina@New.test"))
    assert answer.status_code == 201
    row = Invitation.objects.get()
    created = datetime.fromisoformat(answer.json()["created_at"])
    expires = datetime.fromisoformat(answer.json()["expires_at"])
    assert before <= created <= datetime.now(UTC)
    assert expires - created == VALID_FOR
    assert {**answer.json(), "created_at": None, "expires_at": None} == {
        "id": row.pk,
        "email": "nina@new.test",
        "name": "Nina Newman",
        "role": "rep",
        "team": sunrise.teams["North"].pk,
        "team_name": "North",
        "invited_by": sunrise.max.pk,
        "created_at": None,
        "expires_at": None,
        "accepted_at": None,
    }
    text = answer.content.decode()
    assert mailed_secret() not in text
    assert row.token_hash not in text


def test_inviting_again_renews(sunrise: Company, as_member: SignIn) -> None:
    """200 with the same invitation, and another e-mail with another link."""
    client = as_member(sunrise.max)
    first, old = client.post(URL, wish(sunrise)), mailed_secret()
    second = client.post(URL, wish(sunrise, role="manager"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["role"] == "manager"
    assert mailed_secret() != old
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nina"}, "email"),
        ({"email": None}, "email"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"role": "boss"}, "role"),
        ({"team": "north"}, "team"),
        ({"team": None}, "team"),
    ],
)
def test_bad_input_is_refused(
    sunrise: Company, as_member: SignIn, change: dict[str, Any], field: str
) -> None:
    """400 with the field; nothing is sent."""
    answer = as_member(sunrise.max).post(URL, {**wish(sunrise), **change})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not mail.outbox


def test_who_may_not_invite(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """A rep 403, other teams and organisations 404, a manager for an admin 403, nobody 401."""
    for actor, body, expected in (
        (sunrise.rosa, wish(sunrise), (403, "not_allowed")),
        (sunrise.mona, wish(sunrise), (404, "not_found")),
        (moonlight.olga, wish(sunrise), (404, "not_found")),
        (sunrise.max, wish(sunrise, role="admin"), (403, "not_allowed")),
        (None, wish(sunrise), (401, "not_signed_in")),
    ):
        assert problem(as_member(actor).post(URL, body)) == expected
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_what_is_in_an_invitations_way(sunrise: Company, as_member: SignIn) -> None:
    """409 for a member's address, and for another manager's invitation that waits."""
    answer = as_member(sunrise.max).post(URL, wish(sunrise, email="Sam@sunrise.test"))
    assert problem(answer) == (409, "member.exists")
    invited(sunrise, as_member)
    answer = as_member(sunrise.mona).post(URL, wish(sunrise, "South"))
    assert problem(answer) == (409, "invitation.waiting")


def test_without_a_mail_server_nothing_changes(
    sunrise: Company, as_member: SignIn, settings: LazySettings
) -> None:
    """503, to be tried again."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = as_member(sunrise.max).post(URL, wish(sunrise))
    assert problem(answer) == (503, "mail.unavailable")
    assert not Invitation.objects.exists()


def test_who_sees_which_invitations(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """Admins all, managers those into the subtree, reps none at all."""
    north, _ = invite(sunrise.max, sunrise.teams["North"])
    south, _ = invite(sunrise.mona, sunrise.teams["South"], "nils@new.test")

    def seen(member: Member) -> list[int]:
        return [row["id"] for row in as_member(member).get(URL).json()["results"]]

    assert seen(sunrise.ada) == [south.pk, north.pk]
    assert seen(sunrise.max) == [north.pk]
    assert seen(moonlight.olga) == []
    assert problem(as_member(sunrise.rosa).get(URL)) == (403, "not_allowed")
    assert problem(as_member(None).get(URL)) == (401, "not_signed_in")
    url = f"{URL}{north.pk}/"
    assert as_member(sunrise.max).get(url).json()["id"] == north.pk
    for other in (sunrise.mona, moonlight.olga):
        assert problem(as_member(other).get(url)) == (404, "not_found")


def test_invitations_are_filtered(sunrise: Company, as_member: SignIn) -> None:
    """By address, role, team, subtree, and whether they wait."""
    client = as_member(sunrise.ada)
    rep = client.post(URL, wish(sunrise)).json()["id"]
    boss = client.post(URL, wish(sunrise, "Sunrise", email="boss@new.test", role="admin"))
    old, _ = invite(sunrise.mona, sunrise.teams["South"], "old@new.test")
    Invitation.objects.filter(pk=old.pk).update(expires_at=datetime.now(UTC))
    admin = boss.json()["id"]

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids(email="BOSS@new.test") == [admin]
    assert ids(role="rep", waiting="true") == [rep]
    assert ids(waiting="false") == [old.pk]
    assert ids(team=sunrise.teams["Sunrise"].pk) == [admin]
    assert ids(below=sunrise.teams["South"].pk) == [old.pk]
    assert problem(client.get(URL, {"role": "boss"})) == (400, "invalid")


def test_a_manager_withdraws(sunrise: Company, as_member: SignIn) -> None:
    """204, and the link is dead; again 404; what has been accepted 409."""
    token = invited(sunrise, as_member)
    client = as_member(sunrise.max)
    url = f"{URL}{Invitation.objects.get().pk}/"
    assert client.delete(url).status_code == 204
    assert problem(client.delete(url)) == (404, "not_found")
    answer = as_member(None).post(ACCEPT, {"token": token, "password": PASSWORD})
    assert problem(answer) == (404, "invitation.not_valid")
    token = invited(sunrise, as_member)
    as_member(None).post(ACCEPT, {"token": token, "password": PASSWORD})
    answer = client.delete(f"{URL}{Invitation.objects.get().pk}/")
    assert problem(answer) == (409, "invitation.accepted")


def test_who_may_not_withdraw(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """A rep 403, other managers and organisations 404, an admin's by a manager 403, nobody 401."""
    invited(sunrise, as_member)
    url = f"{URL}{Invitation.objects.get().pk}/"
    for actor, expected in (
        (sunrise.rosa, (403, "not_allowed")),
        (sunrise.mona, (404, "not_found")),
        (moonlight.olga, (404, "not_found")),
        (None, (401, "not_signed_in")),
    ):
        assert problem(as_member(actor).delete(url)) == expected
    boss, _ = invite(sunrise.ada, sunrise.teams["North"], "boss@new.test", "admin")
    answer = as_member(sunrise.max).delete(f"{URL}{boss.pk}/")
    assert problem(answer) == (403, "not_allowed")
    assert Invitation.objects.count() == 2


def test_a_newcomer_accepts_without_signing_in(sunrise: Company, as_member: SignIn) -> None:
    """201 with what they have become; then they sign in with the password."""
    token = invited(sunrise, as_member)
    body = {"token": token, "password": f" {PASSWORD} ", "name": "Nina N."}
    answer = as_member(None).post(ACCEPT, body)
    assert answer.status_code == 201
    member = Member.objects.get(user__email="nina@new.test")
    organisation = {"id": sunrise.organisation.pk, "name": "Sunrise", "slug": "sunrise"}
    assert answer.json() == {
        "id": member.pk,
        "organisation": organisation,
        "email": "nina@new.test",
        "role": "rep",
        "team": sunrise.teams["North"].pk,
    }
    assert member.user.name == "Nina N."
    assert member.user.check_password(f" {PASSWORD} ")  # spaces belong to a password
    assert problem(as_member(None).post(ACCEPT, body)) == (404, "invitation.not_valid")


def test_a_browser_that_is_signed_in_as_somebody_else_accepts_too(
    sunrise: Company, as_member: SignIn
) -> None:
    """The token says who is meant, not the session, which needs no CSRF token here."""
    token = invited(sunrise, as_member)
    client = Client(enforce_csrf_checks=True)
    client.force_login(sunrise.rosa.user)
    body = {"token": token, "password": PASSWORD}
    answer = client.post(ACCEPT, body, content_type="application/json")
    assert answer.json()["email"] == "nina@new.test"


def test_who_has_an_account_uses_its_password(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """403 for another one, 429 after five, and then not even the right one."""
    can_sign_in(moonlight.otto)
    token = invited(sunrise, as_member, email="otto@moonlight.test")
    client = as_member(None)
    wrong = {"token": token, "password": OTHER_PASSWORD}
    for _ in range(5):
        assert problem(client.post(ACCEPT, wrong)) == (403, "invitation.password_wrong")
    right = {"token": token, "password": PASSWORD}
    refused = client.post(ACCEPT, right)
    assert problem(refused) == (429, "password.too_many_tries")
    assert refused["Retry-After"] == str(refused.json()["retry_after_s"]) == "300"
    assert Member.objects.filter(user=moonlight.otto.user).count() == 1


def test_what_is_wrong_with_an_acceptance(sunrise: Company, as_member: SignIn) -> None:
    """400 for what is missing, 404 for any other token, 422 for a weak password."""
    token = invited(sunrise, as_member)
    client = as_member(None)
    for body in (
        {"token": token},
        {"password": PASSWORD},
        {"token": token, "password": ""},
        {"token": token, "password": "x" * 129},
        {"token": token, "password": PASSWORD, "name": ""},
        {"token": ["x"], "password": PASSWORD},
    ):
        assert problem(client.post(ACCEPT, body)) == (400, "invalid")
    answer = client.post(ACCEPT, {"token": "x" * 43, "password": PASSWORD})
    assert problem(answer) == (404, "invitation.not_valid")
    answer = client.post(ACCEPT, {"token": token, "password": "12345678"})
    assert problem(answer) == (422, "password.too_weak")
    assert answer.json()["reasons"]
    Invitation.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = client.post(ACCEPT, {"token": token, "password": PASSWORD})
    assert problem(answer) == (404, "invitation.not_valid")
    assert not Member.objects.filter(user__email="nina@new.test").exists()


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, teams included."""
    for number in range(30):
        invite(sunrise.max, sunrise.teams["North"], f"rep{number}@new.test")
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 30
