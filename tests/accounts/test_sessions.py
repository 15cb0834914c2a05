"""Signing in as a browser and as a phone, and the end of sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.members import end_membership
from accounts.models import Member, User
from tests.accounts.people import OTHER_PASSWORD, PASSWORD, can_sign_in
from tests.calls import problem
from tests.cast import NOON, Company

APP, BROWSER = "/_allauth/app/v1", "/_allauth/browser/v1"
ME = "/api/v1/me/"
JSON = "application/json"


def sign_in(client: Client, email: str, password: str = PASSWORD, api: str = APP) -> Any:
    """The answer to a sign-in; a browser sends its CSRF token along."""
    headers = {"X-CSRFToken": csrf_token(client)} if api == BROWSER else {}
    body = {"email": email, "password": password}
    return client.post(f"{api}/auth/login", body, content_type=JSON, headers=headers)


def csrf_token(client: Client) -> str:
    """What a browser reads from its cookie."""
    if "csrftoken" not in client.cookies:
        client.get(f"{BROWSER}/config")
    return client.cookies["csrftoken"].value


def phone(member: Member) -> dict[str, str]:
    """The header that a phone sends after it has signed in as a member."""
    can_sign_in(member)
    answer = sign_in(Client(), member.user.email)
    assert answer.status_code == 200
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def test_a_phone_signs_in(sunrise: Company) -> None:
    """However the address is capitalised; the token makes it Rosa, without cookie or CSRF."""
    can_sign_in(sunrise.rosa)
    answer = sign_in(Client(), "ROSA@Sunrise.test")
    token = answer.json()["meta"]["session_token"]
    client = Client(enforce_csrf_checks=True)
    answer = client.get(ME, headers={"X-Session-Token": token})
    assert answer.json()["member"]["id"] == sunrise.rosa.pk
    answer = client.patch(
        f"/api/v1/members/{sunrise.rosa.pk}/",
        {"languages": ["fi"]},
        content_type=JSON,
        headers={"X-Session-Token": token},
    )
    assert answer.status_code == 200


def test_a_browser_signs_in_and_writes_with_its_csrf_token(sunrise: Company) -> None:
    """Without the token neither the sign-in nor a write is taken; a read needs none."""
    can_sign_in(sunrise.rosa)
    client = Client(enforce_csrf_checks=True)
    body = {"email": "rosa@sunrise.test", "password": PASSWORD}
    answer = client.post(f"{BROWSER}/auth/login", body, content_type=JSON)
    assert problem(answer) == (403, "csrf_failed")
    assert sign_in(client, "rosa@sunrise.test", api=BROWSER).status_code == 200
    assert client.get(ME).json()["member"]["id"] == sunrise.rosa.pk
    url, change = f"/api/v1/members/{sunrise.rosa.pk}/", {"languages": ["fi"]}
    answer = client.patch(url, change, content_type=JSON)
    assert problem(answer) == (403, "csrf_failed")
    headers = {"X-CSRFToken": csrf_token(client)}
    assert client.patch(url, change, content_type=JSON, headers=headers).status_code == 200


@pytest.mark.parametrize("email", ["rosa@sunrise.test", "nobody@sunrise.test"])
def test_a_wrong_password_and_an_unknown_address_look_alike(sunrise: Company, email: str) -> None:
    """400 with the same body for both."""
    can_sign_in(sunrise.rosa)
    answer = sign_in(Client(), email, OTHER_PASSWORD)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["email_password_mismatch"]


def test_nobody_is_signed_in_without_a_session(sunrise: Company) -> None:
    """401 for no token, and for one that no session has."""
    assert problem(Client().get(ME)) == (401, "not_signed_in")
    answer = Client().get(ME, headers={"X-Session-Token": "x" * 32})
    assert problem(answer) == (401, "not_signed_in")


@pytest.mark.parametrize("api", [APP, BROWSER])
def test_sign_up_is_closed(sunrise: Company, api: str) -> None:
    """Members come by invitation."""
    client = Client()
    body = {"email": "nina@new.test", "password": PASSWORD}
    answer = client.post(
        f"{api}/auth/signup", body, content_type=JSON, headers={"X-CSRFToken": csrf_token(client)}
    )
    assert answer.status_code == 403
    assert not User.objects.filter(email="nina@new.test").exists()


@pytest.mark.parametrize("api", [APP, BROWSER])
@pytest.mark.parametrize("what", ["email", "phone"])
def test_nobody_changes_the_address_they_sign_in_with(
    sunrise: Company, api: str, what: str
) -> None:
    """Neither reads nor writes there: the organisation knows its people by it."""
    headers = phone(sunrise.rosa)
    client = Client()
    client.force_login(sunrise.rosa.user)
    body = {"email": "mine@new.test", "phone": "+358401234567"}
    for call in (client.get, client.post, client.put, client.patch, client.delete):
        answer = call(f"{api}/account/{what}", body, content_type=JSON, headers=headers)
        assert problem(answer) == (404, "not_found")


def test_passwords_are_kept_as_argon2(sunrise: Company) -> None:
    """As OWASP advises."""
    can_sign_in(sunrise.rosa)
    assert User.objects.get(pk=sunrise.rosa.user_id).password.startswith("argon2$argon2id$")


def test_guessing_is_slowed_down_per_account(sunrise: Company) -> None:
    """After five wrong passwords even the right one is refused for five minutes.

    Wherever the guesses come from; Rui signs in from the same place all the while.
    """
    can_sign_in(sunrise.rosa)
    can_sign_in(sunrise.rui)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(5):
            client = Client(REMOTE_ADDR=f"10.0.0.{number}")
            assert sign_in(client, "rosa@sunrise.test", OTHER_PASSWORD).status_code == 400
        answer = sign_in(Client(REMOTE_ADDR="10.0.0.9"), "Rosa@sunrise.test")
        assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "rui@sunrise.test").status_code == 200
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(Client(), "rosa@sunrise.test").status_code == 200


def test_one_lists_the_own_sessions(sunrise: Company) -> None:
    """Phone and browser, with when they were used last, and nobody else's."""
    first = datetime(2026, 6, 1, 8, tzinfo=UTC)
    with time_machine.travel(first, tick=False) as clock:
        headers = phone(sunrise.rosa)
        phone(sunrise.rui)
        laptop = Client(headers={"User-Agent": "Laptop"})
        sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
        clock.shift(timedelta(hours=1))
        laptop.get(ME)
        rows = Client().get(f"{APP}/auth/sessions", headers=headers).json()["data"]
    used = {row["user_agent"]: row["last_seen_at"] for row in rows}
    assert len(rows) == 2
    assert used["Laptop"] == (first + timedelta(hours=1)).timestamp()
    assert used[""] == first.timestamp()


def test_a_lost_phone_is_nobody_from_the_next_request_on(sunrise: Company) -> None:
    """Rosa ends the phone's session from her laptop; the laptop stays signed in."""
    lost = phone(sunrise.rosa)
    laptop = Client()
    sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
    assert Client().get(ME, headers=lost).status_code == 200
    rows = laptop.get(f"{BROWSER}/auth/sessions").json()["data"]
    ids = [row["id"] for row in rows if not row["is_current"]]
    answer = laptop.delete(f"{BROWSER}/auth/sessions", {"sessions": ids}, content_type=JSON)
    assert answer.status_code == 200
    assert problem(Client().get(ME, headers=lost)) == (401, "not_signed_in")
    assert laptop.get(ME).status_code == 200


def test_nobody_ends_sessions_of_others(sunrise: Company) -> None:
    """Rui's request names Rosa's session, and Rosa stays signed in."""
    hers, his = phone(sunrise.rosa), phone(sunrise.rui)
    rows = Client().get(f"{APP}/auth/sessions", headers=hers).json()["data"]
    body = {"sessions": [row["id"] for row in rows]}
    Client().delete(f"{APP}/auth/sessions", body, content_type=JSON, headers=his)
    assert Client().get(ME, headers=hers).status_code == 200


def test_a_phone_signs_out(sunrise: Company) -> None:
    """Its token is worth nothing afterwards."""
    headers = phone(sunrise.rosa)
    Client().delete(f"{APP}/auth/session", headers=headers)
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert not Session.objects.exists()


def test_who_leaves_is_signed_out_everywhere(sunrise: Company) -> None:
    """The phone and the browser are nobody from the next request on."""
    headers = phone(sunrise.rosa)
    laptop = Client()
    sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
    end_membership(actor=sunrise.max, member=sunrise.rosa, left_on=NOON.date(), reason="", now=NOON)
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert problem(laptop.get(ME)) == (401, "not_signed_in")
    assert not Session.objects.exists()


def test_who_leaves_one_of_two_organisations_stays_signed_in(
    sunrise: Company, moonlight: Company
) -> None:
    """Rosa acts in the other from then on, without naming it."""
    other = Member.objects.create(
        organisation=moonlight.organisation, user=sunrise.rosa.user, role="rep",
        team=moonlight.teams["Moonlight"],
    )  # fmt: skip
    headers = phone(sunrise.rosa)
    end_membership(actor=sunrise.max, member=sunrise.rosa, left_on=NOON.date(), reason="", now=NOON)
    assert Client().get(ME, headers=headers).json()["member"]["id"] == other.pk


def test_who_left_signs_in_to_nothing(sunrise: Company) -> None:
    """The account is theirs still, but no organisation is."""
    Member.objects.filter(pk=sunrise.rosa.pk).update(left_on=NOON.date())
    answer = Client().get(ME, headers=phone(sunrise.rosa))
    assert problem(answer) == (401, "not_signed_in")
    assert "not a member" in answer.json()["title"]


def test_a_deactivated_user_is_nobody_at_once(sunrise: Company) -> None:
    """On a phone that is signed in, in a browser, and at sign-in."""
    headers = phone(sunrise.rosa)
    laptop = Client()
    sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
    User.objects.filter(pk=sunrise.rosa.user_id).update(is_active=False)
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert problem(laptop.get(ME)) == (401, "not_signed_in")
    assert sign_in(Client(), "rosa@sunrise.test").status_code != 200
