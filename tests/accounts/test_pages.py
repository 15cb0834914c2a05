"""The pages that e-mailed links open."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.invitations import invite_member
from accounts.models import Invitation, Member, Role
from accounts.passwords import mail_password_link
from tests.accounts.people import (
    OTHER_PASSWORD,
    PASSWORD,
    can_sign_in,
    mailed_path,
    wish,
)
from tests.cast import Company

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def invited(company: Company, email: str = "nina@new.test") -> str:
    """The path of an invitation that Max has just sent."""
    new = wish(company.teams["North"], email)
    invite_member(actor=company.max, new=new, now=timezone.now())
    return mailed_path()


def reset(company: Company) -> str:
    """The path of a link for Rosa's new password."""
    can_sign_in(company.rosa)
    mail_password_link(company.rosa.user)
    return mailed_path()


def text(answer: Any) -> str:
    """The page."""
    return str(answer.content.decode())


def test_a_newcomer_accepts_in_a_browser(sunrise: Company) -> None:
    """The page says who invites to what; the form, sent as a browser sends it, makes a member."""
    path = invited(sunrise)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(path)
    for words in ("Join Sunrise", "Max", "North", "Rep", "nina@new.test", 'value="Nina Newman"'):
        assert words in text(page)
    (token,) = TOKEN.findall(text(page))
    body = {"name": "Nina N.", "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = browser.post(path, body, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer["Location"]) == (302, "/invitations/accepted/")
    assert "Welcome" in text(browser.get("/invitations/accepted/"))
    member = Member.objects.get(user__email="nina@new.test")
    assert (member.user.name, member.role, member.team) == (
        "Nina N.", Role.REP, sunrise.teams["North"],
    )  # fmt: skip


def test_who_has_an_account_is_asked_for_its_password(sunrise: Company, moonlight: Company) -> None:
    """Not for a name; a wrong one is a 403 that says so, the right one is accepted."""
    can_sign_in(moonlight.otto)
    path = invited(sunrise, "otto@moonlight.test")
    browser = Client()
    page = text(browser.get(path))
    assert 'autocomplete="current-password"' in page
    assert 'name="name"' not in page
    wrong = browser.post(path, {"password": OTHER_PASSWORD})
    assert wrong.status_code == 403
    assert "use its password" in text(wrong)
    assert OTHER_PASSWORD not in text(wrong)
    assert browser.post(path, {"password": PASSWORD}).status_code == 302
    assert Member.objects.filter(user=moonlight.otto.user).count() == 2


def test_opening_a_page_changes_nothing(sunrise: Company) -> None:
    """Mail scanners open links, with GET and HEAD."""
    path = invited(sunrise)
    for call in (Client().get, Client().head):
        assert call(path).status_code == 200
    assert Invitation.objects.get().accepted_at is None
    path = reset(sunrise)
    for call in (Client().get, Client().head):
        assert call(path).status_code == 200
    sunrise.rosa.user.refresh_from_db()
    assert sunrise.rosa.user.check_password(PASSWORD)


@pytest.mark.parametrize("page", [invited, reset])
def test_a_form_from_elsewhere_is_refused(sunrise: Company, page: Any) -> None:
    """Without the page's CSRF token nothing happens."""
    path = page(sunrise)
    answer = Client(enforce_csrf_checks=True).post(path, {"name": "N", "password": OTHER_PASSWORD})
    assert answer.status_code == 403
    assert Client().get(path).status_code == 200  # not used up


@pytest.mark.parametrize("page", [invited, reset])
def test_a_weak_password_is_explained_at_its_field(sunrise: Company, page: Any) -> None:
    """422; the reasons are tied to the field for screen readers, and the title says Error."""
    answer = Client().post(page(sunrise), {"name": "Nina", "password": "1234567"})
    assert answer.status_code == 422
    for words in ("too short", "<title>Error: ", 'aria-invalid="true"', 'id="id_password_error"'):
        assert words in text(answer)
    described = re.search(r'<input[^>]*id="id_password"[^>]*>', text(answer))
    assert described is not None
    assert "id_password_error" in described[0]
    assert "1234567" not in text(answer)


@pytest.mark.parametrize("page", [invited, reset])
def test_an_empty_form_is_explained(sunrise: Company, page: Any) -> None:
    """400, and the link still works."""
    path = page(sunrise)
    answer = Client().post(path, {"name": "", "password": ""})
    assert answer.status_code == 400
    assert "This field is required." in text(answer)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", [f"/invitations/{'x' * 43}/", f"/password/reset/1-{'x' * 39}/"])
def test_a_dead_link_says_so(sunrise: Company, path: str) -> None:
    """A 404 that a person can read, for every method."""
    for answer in (Client().get(path), Client().post(path, {"password": PASSWORD})):
        assert answer.status_code == 404
        assert "not valid any more" in text(answer)
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", [invited, reset])
def test_a_used_link_is_dead(sunrise: Company, page: Any) -> None:
    """Going back and sending again finds nothing."""
    path = page(sunrise)
    body = {"name": "Nina", "password": OTHER_PASSWORD}
    assert Client().post(path, body).status_code == 302
    assert Client().post(path, body).status_code == 404


@pytest.mark.parametrize("page", [invited, reset])
def test_the_secret_in_the_address_stays_there(sunrise: Company, page: Any) -> None:
    """Nothing is cached, framed, loaded from elsewhere or told to other sites."""
    path = page(sunrise)
    answer = Client().get(path)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert path not in text(answer)
    assert not re.search(r"(?:src|href)=|<script|url\(|@import", text(answer))


@pytest.mark.parametrize("page", [invited, reset])
def test_a_page_fits_a_phone_and_a_screen_reader(sunrise: Company, page: Any) -> None:
    """A language, a title, a viewport, one heading, and a label for every field."""
    shown = text(Client().get(page(sunrise)))
    assert '<html lang="en">' in shown
    assert 'content="width=device-width, initial-scale=1"' in shown
    assert shown.count("<h1>") == 1
    assert "<title>" in shown
    fields = re.findall(r'<input(?![^>]*(?:type="hidden"|hidden>))[^>]*id="([^"]+)"', shown)
    assert fields
    assert fields == re.findall(r'<label for="([^"]+)"', shown)


def test_what_people_write_is_text_on_the_page(sunrise: Company) -> None:
    """A team named like a tag is shown, not run."""
    team = sunrise.teams["North"]
    team.name = "<script>alert(1)</script>"
    team.save()
    shown = text(Client().get(invited(sunrise)))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert(1)</script>" in mail.outbox[-1].body
