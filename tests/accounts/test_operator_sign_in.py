"""The Django admin's sign-in: passwords and codes cannot be guessed there either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests.accounts.people import OTHER_PASSWORD, PASSWORD
from tests.accounts.test_second_factors import code_of, enrol
from tests.accounts.test_sessions import sign_in
from tests.cast import NOON, Company

LOGIN, EMAIL = "/admin/login/", "operator@canvass.test"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Noon."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def operator(db: None) -> User:
    """Who runs the installation."""
    return User.objects.create_superuser(EMAIL, PASSWORD, name="Oona")


def try_in(email: str = EMAIL, password: str = PASSWORD, **more: str) -> Any:
    """The answer to the form, which leads on to the admin where it is right."""
    told = {"username": email, "password": password, "next": "/admin/", **more}
    return Client().post(LOGIN, told)


def test_the_page_asks_for_a_code_too(operator: User) -> None:
    """And says that one is needed only by who has set it up."""
    page = Client().get(LOGIN).content.decode()
    for name in ("username", "password", "code"):
        assert f'name="{name}"' in page
    assert "if you have set one up" in page


def test_an_operator_signs_in(operator: User) -> None:
    """However the address is capitalised; a wrong password does not."""
    assert try_in(EMAIL.upper()).status_code == 302
    answer = try_in(password=OTHER_PASSWORD)
    assert answer.status_code == 200
    assert "correct email and password" in answer.content.decode()


def test_an_admin_of_an_organisation_is_no_operator(sunrise: Company) -> None:
    """Their right password is answered as a wrong one is."""
    sunrise.ada.user.set_password(PASSWORD)
    sunrise.ada.user.save()
    answer = try_in(sunrise.ada.user.email)
    assert answer.status_code == 200
    assert "correct email and password" in answer.content.decode()


@pytest.mark.parametrize("email", [EMAIL, "nobody@canvass.test"])
def test_guessing_is_slowed_down(operator: User, clock: time_machine.Traveller, email: str) -> None:
    """After five wrong ones none is looked at for five minutes, be the address known or not."""
    for _ in range(5):
        assert "correct email" in try_in(email, OTHER_PASSWORD).content.decode()
    assert "Too many" in try_in(email).content.decode()
    clock.shift(timedelta(minutes=5, seconds=1))
    assert try_in().status_code == 302


def test_who_has_a_second_factor_needs_its_code(
    operator: User, clock: time_machine.Traveller
) -> None:
    """The password alone opens nothing, nor does a code that was used."""
    answer = sign_in(Client(), EMAIL)
    secret = enrol({"X-Session-Token": answer.json()["meta"]["session_token"]})
    clock.shift(timedelta(minutes=1))
    code = code_of(secret)
    for wrong in ("", "000000"):
        assert "needs a code" in try_in(code=wrong).content.decode()
    assert try_in(code=code).status_code == 302
    assert "needs a code" in try_in(code=code).content.decode()
