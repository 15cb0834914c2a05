"""Codes of an app beside the password: set up, asked for, required, lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.test import Client

from accounts.audit import note_user
from accounts.models import AuditEntry, Member, User
from accounts.second_factors import SecondFactorAdapter
from tests.accounts.people import PASSWORD
from tests.accounts.test_sessions import APP, JSON, ME, phone, sign_in
from tests.calls import problem
from tests.cast import NOON, Company

TOTP, CODES = f"{APP}/account/authenticators/totp", f"{APP}/account/authenticators/recovery-codes"
RULES = "/api/v1/sign-in-rules/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Noon."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enrol(headers: dict[str, str]) -> str:
    """Set up an app, after the password has been asked for once more; returns its secret."""
    body = {"password": PASSWORD}
    answer = Client().post(f"{APP}/auth/reauthenticate", body, content_type=JSON, headers=headers)
    assert answer.status_code == 200
    answer = Client().get(TOTP, headers=headers)
    assert answer.status_code == 404
    secret: str = answer.json()["meta"]["secret"]
    body = {"code": code_of(secret)}
    answer = Client().post(TOTP, body, content_type=JSON, headers=headers)
    assert answer.status_code == 200, answer.content
    return secret


def second_step(member: Member, code: str) -> Any:
    """The answer to a code, after the password."""
    first = sign_in(Client(), member.user.email)
    assert first.status_code == 401
    flows = {flow["id"]: flow for flow in first.json()["data"]["flows"]}
    assert flows["mfa_authenticate"]["is_pending"]
    headers = {"X-Session-Token": first.json()["meta"]["session_token"]}
    assert Client().get(ME, headers=headers).status_code == 401
    body = {"code": code}
    return Client().post(f"{APP}/auth/2fa/authenticate", body, content_type=JSON, headers=headers)


def require(member: Member, required: bool = True, headers: dict[str, str] | None = None) -> Any:
    """The answer to an admin's rule."""
    client = Client()
    if headers is None:
        client.force_login(member.user)
    body = {"second_factor_required": required}
    return client.put(RULES, body, content_type=JSON, headers=headers)


def test_a_code_is_asked_for_beside_the_password(
    sunrise: Company, clock: time_machine.Traveller
) -> None:
    """The password alone opens nothing; a code opens once, and so does a recovery code."""
    headers = phone(sunrise.max)
    secret = enrol(headers)
    recovery = Client().get(CODES, headers=headers).json()["data"]["unused_codes"]
    assert len(recovery) == 10
    assert second_step(sunrise.max, "000000").status_code == 400
    clock.shift(60)
    code = code_of(secret)
    answer = second_step(sunrise.max, code)
    assert answer.status_code == 200
    headers = {"X-Session-Token": answer.json()["meta"]["session_token"]}
    assert Client().get(ME, headers=headers).status_code == 200
    assert second_step(sunrise.max, code).status_code == 400
    assert second_step(sunrise.max, recovery[0]).status_code == 200
    assert second_step(sunrise.max, recovery[0]).status_code == 400


def test_codes_cannot_be_guessed(sunrise: Company, clock: time_machine.Traveller) -> None:
    """After five wrong ones, the right one is refused for five minutes."""
    secret = enrol(phone(sunrise.max))
    for _ in range(5):
        assert second_step(sunrise.max, "000000").status_code == 400
    clock.shift(60)
    assert second_step(sunrise.max, code_of(secret)).status_code == 400
    clock.shift(301)
    assert second_step(sunrise.max, code_of(secret)).status_code == 200


def test_an_organisation_requires_it_of_managers_and_admins(sunrise: Company) -> None:
    """They can do nothing but set it up; reps go on as before, and it is in the trail."""
    ada, rosa = phone(sunrise.ada), phone(sunrise.rosa)
    answer = require(sunrise.ada, headers=ada)
    assert answer.json() == {"second_factor_required": True}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.member) == ("organisation.second_factor_required", sunrise.ada)
    assert problem(Client().get(ME, headers=ada)) == (403, "second_factor.needed")
    assert problem(require(sunrise.ada, False, headers=ada)) == (403, "second_factor.needed")
    assert Client().get(ME, headers=rosa).status_code == 200
    enrol(ada)
    assert Client().get(ME, headers=ada).status_code == 200


def test_nobody_goes_on_without_it_while_it_is_required(sunrise: Company) -> None:
    """An admin who takes off the codes is let in only when they, or the rule, are back or gone."""
    headers = phone(sunrise.ada)
    enrol(headers)
    require(sunrise.ada, headers=headers)
    assert Client().delete(TOTP, headers=headers).status_code == 200
    assert not Authenticator.objects.exists()
    assert problem(Client().get(ME, headers=headers)) == (403, "second_factor.needed")
    enrol(headers)
    assert require(sunrise.ada, False, headers=headers).status_code == 200
    assert Client().delete(TOTP, headers=headers).status_code == 200
    assert Client().get(ME, headers=headers).status_code == 200


def test_the_rule_is_the_admin_s_alone(sunrise: Company) -> None:
    """A manager reads it; the other companies have their own."""
    assert problem(require(sunrise.max)) == (403, "not_allowed")
    client = Client()
    client.force_login(sunrise.max.user)
    assert client.get(RULES).json() == {"second_factor_required": False}


def test_secrets_are_encrypted(sunrise: Company, settings: LazySettings) -> None:
    """Whoever reads the database cannot make codes; a new key reads what an old one wrote."""
    secret = enrol(phone(sunrise.max))
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    settings.SECRET_KEY, first = "another" * 8, settings.SECRET_KEY
    with pytest.raises(ValidationError):
        SecondFactorAdapter().decrypt(row.data["secret"])
    settings.SECRET_KEY_FALLBACKS = [first]
    assert SecondFactorAdapter().decrypt(row.data["secret"]) == secret


def told() -> list[tuple[str, Any, Any]]:
    """The actions of the trail with what they tell, and who did it."""
    rows = AuditEntry.objects.order_by("pk")
    return [(row.action, row.after, row.member_id) for row in rows]


def test_setting_up_and_taking_off_is_in_the_trail(sunrise: Company) -> None:
    """Who, when and from where, and no secret; new recovery codes are told as well."""
    headers = phone(sunrise.max)
    headers["User-Agent"] = "Pocket 7"
    secret, who = enrol(headers), sunrise.max.pk
    codes = ("second_factor.set_up", {"type": "recovery_codes"}, who)
    assert told() == [("second_factor.set_up", {"type": "totp"}, who), codes]
    assert Client().post(CODES, {}, content_type=JSON, headers=headers).status_code == 200
    assert told()[2:] == [codes]
    assert Client().delete(TOTP, headers=headers).status_code == 200
    removed = [
        ("second_factor.removed", {"type": kind}, who) for kind in ("totp", "recovery_codes")
    ]
    assert told()[3:] == removed
    entry = AuditEntry.objects.latest("pk")
    assert (entry.kind, entry.row, entry.device) == (
        "accounts.User", str(sunrise.max.user_id), "Pocket 7",
    )  # fmt: skip
    assert secret not in str(list(AuditEntry.objects.values()))


def test_what_the_trail_cannot_tell_is_not_taken_off(
    sunrise: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """App and recovery codes stay where the entry of the second cannot be written."""
    headers = phone(sunrise.max)
    enrol(headers)

    def refuse_codes(action: str, user: User, **told: Any) -> None:
        note_user(action, user, **told)
        if told["after"] == {"type": "recovery_codes"}:
            raise OperationalError

    monkeypatch.setattr("accounts.second_factors.note_user", refuse_codes)
    before = told()
    with pytest.raises(OperationalError):
        Client().delete(TOTP, headers=headers)
    kinds = Authenticator.objects.filter(user=sunrise.max.user).values_list("type", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}
    assert told() == before


def test_sessions_from_before_the_app_are_over(sunrise: Company) -> None:
    """They were opened by the password alone; where it was set up, work goes on, as does Rosa's."""
    old, rosa = phone(sunrise.max), phone(sunrise.rosa)
    second = sign_in(Client(), sunrise.max.user.email)  # phone() would set the password anew
    here = {"X-Session-Token": second.json()["meta"]["session_token"]}
    assert Client().get(ME, headers=old).status_code == 200
    enrol(here)
    assert problem(Client().get(ME, headers=old)) == (401, "not_signed_in")
    assert Client().get(ME, headers=here).status_code == 200
    assert Client().get(ME, headers=rosa).status_code == 200
    assert Client().post(CODES, {}, content_type=JSON, headers=here).status_code == 200
    assert Client().get(ME, headers=here).status_code == 200
