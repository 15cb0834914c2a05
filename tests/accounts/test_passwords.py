"""Choosing a new password behind an e-mailed link, from asking to signing in."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.errors import PasswordLinkNotValid, PasswordTooWeak
from accounts.members import NewMember, add_member
from accounts.models import AuditEntry, Role, User
from accounts.passwords import choose_password, mail_password_link
from tests.accounts.people import OTHER_PASSWORD, PASSWORD, can_sign_in, mailed_path, mailed_secret
from tests.accounts.test_sessions import APP, BROWSER, JSON, ME, csrf_token, phone, sign_in
from tests.calls import problem
from tests.cast import NOON, Company


def ask(email: str) -> int:
    """The status of asking for a link."""
    body = {"email": email}
    return Client().post(f"{APP}/auth/password/request", body, content_type=JSON).status_code


def test_a_forgotten_password_is_replaced(sunrise: Company) -> None:
    """Ask, open the mailed link, choose, sign in; every older session has ended."""
    headers = phone(sunrise.rosa)
    assert ask("Rosa@sunrise.test") == 200
    (message,) = mail.outbox
    assert message.to == ["rosa@sunrise.test"]
    path = mailed_path()
    assert path == f"/password/reset/{mailed_secret()}/"
    page = Client()
    assert "rosa@sunrise.test" in page.get(path).content.decode()
    answer = page.post(path, {"password": OTHER_PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/password/changed/")
    assert page.get("/password/changed/").status_code == 200
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert not Session.objects.exists()
    assert sign_in(Client(), "rosa@sunrise.test").status_code == 400
    assert sign_in(Client(), "rosa@sunrise.test", OTHER_PASSWORD).status_code == 200


def test_the_same_key_works_at_the_sign_in_api(sunrise: Company) -> None:
    """An app that has its own page for the link posts the key there; the trail tells."""
    headers = phone(sunrise.rosa)
    ask("rosa@sunrise.test")
    body = {"key": mailed_secret(), "password": OTHER_PASSWORD}
    answer = Client().post(f"{APP}/auth/password/reset", body, content_type=JSON)
    assert answer.status_code == 401  # done, and nobody is signed in
    assert not Session.objects.filter(pk=headers["X-Session-Token"]).exists()
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert told_of() == ["user.password_chosen"]
    assert sign_in(Client(), "rosa@sunrise.test", OTHER_PASSWORD).status_code == 200


def test_another_password_ends_the_other_sessions(sunrise: Company) -> None:
    """Where it is changed, work goes on; the lost phone is nobody, and the trail tells."""
    lost, laptop = phone(sunrise.rosa), Client()
    sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    headers = {"X-CSRFToken": csrf_token(laptop)}
    path = f"{BROWSER}/account/password/change"
    assert laptop.post(path, body, content_type=JSON, headers=headers).status_code == 200
    assert laptop.get(ME).status_code == 200
    assert not Session.objects.filter(pk=lost["X-Session-Token"]).exists()
    assert problem(Client().get(ME, headers=lost)) == (401, "not_signed_in")
    assert told_of() == ["user.password_chosen"]


def test_the_browser_that_opens_the_link_is_signed_out_too(sunrise: Company) -> None:
    """As the page says: everywhere."""
    can_sign_in(sunrise.rosa)
    laptop = Client()
    sign_in(laptop, "rosa@sunrise.test", api=BROWSER)
    ask("rosa@sunrise.test")
    assert laptop.post(mailed_path(), {"password": OTHER_PASSWORD}).status_code == 302
    assert problem(laptop.get(ME)) == (401, "not_signed_in")
    assert not UserSession.objects.exists()


def told_of() -> list[str]:
    """What the trail tells of Rosa."""
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_asking_tells_nobody_who_has_an_account(sunrise: Company) -> None:
    """An unknown address gets the same answer, and no mail."""
    assert ask("nobody@sunrise.test") == ask("rosa@sunrise.test") == 200
    assert [message.to for message in mail.outbox] == [["rosa@sunrise.test"]]


def test_a_mail_server_that_is_down_tells_nobody_either(
    sunrise: Company, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is the same; the operator finds the failure, without the address, in the log."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with caplog.at_level(logging.INFO):
        assert ask("rosa@sunrise.test") == ask("nobody@sunrise.test") == 200
    assert "ConnectionRefusedError" in caplog.text
    assert "rosa" not in caplog.text


def test_somebody_without_a_password_chooses_the_first(sunrise: Company) -> None:
    """Who was added without one asks for a link like anybody else."""
    new = NewMember("nina@new.test", "Nina", Role.REP, sunrise.teams["North"])
    add_member(actor=sunrise.ada, new=new, password=None, now=NOON)
    assert ask("nina@new.test") == 200
    choose_password(key=mailed_secret(), password=OTHER_PASSWORD, now=NOON)
    assert sign_in(Client(), "nina@new.test", OTHER_PASSWORD).status_code == 200


def test_a_link_works_once(sunrise: Company) -> None:
    """The second time, and with a wrong key, it is not valid."""
    mail_password_link(sunrise.rosa.user)
    key = mailed_secret()
    choose_password(key=key, password=OTHER_PASSWORD, now=NOON)
    for wrong in (key, "", "1", "-", f"zzzz-{key}", f"{key}x", "\x00-\x00"):
        with pytest.raises(PasswordLinkNotValid):
            choose_password(key=wrong, password="another fine phrase", now=NOON)
    sunrise.rosa.user.refresh_from_db()
    assert sunrise.rosa.user.check_password(OTHER_PASSWORD)


def test_a_link_of_one_user_is_not_anothers(sunrise: Company) -> None:
    """The token belongs to the user that it was made for."""
    mail_password_link(sunrise.rosa.user)
    token = mailed_secret().partition("-")[2]
    mail_password_link(sunrise.rui.user)
    other = mailed_secret().partition("-")[0]
    with pytest.raises(PasswordLinkNotValid):
        choose_password(key=f"{other}-{token}", password=OTHER_PASSWORD, now=NOON)


def test_a_link_works_for_a_day(sunrise: Company) -> None:
    """A day later it is not valid any more."""
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False) as clock:
        mail_password_link(sunrise.rosa.user)
        clock.shift(timedelta(days=1, seconds=1))
        with pytest.raises(PasswordLinkNotValid):
            choose_password(key=mailed_secret(), password=OTHER_PASSWORD, now=NOON)


def test_a_deactivated_user_gets_no_password(sunrise: Company) -> None:
    """Neither by a link from before, nor a new link."""
    mail_password_link(sunrise.rosa.user)
    User.objects.filter(pk=sunrise.rosa.user_id).update(is_active=False)
    with pytest.raises(PasswordLinkNotValid):
        choose_password(key=mailed_secret(), password=OTHER_PASSWORD, now=NOON)
    mail.outbox.clear()
    ask("rosa@sunrise.test")
    assert not mail.outbox


def test_a_weak_password_leaves_the_link_valid(sunrise: Company) -> None:
    """Nothing has changed; the next try succeeds."""
    can_sign_in(sunrise.rosa)
    mail_password_link(sunrise.rosa.user)
    with pytest.raises(PasswordTooWeak):
        choose_password(key=mailed_secret(), password="12345678", now=NOON)
    choose_password(key=mailed_secret(), password=OTHER_PASSWORD, now=NOON)
