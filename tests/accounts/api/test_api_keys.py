"""API keys: made by admins, shown once, used within their scopes and role, and revoked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.api_keys import NewApiKey, create_api_key
from accounts.models import ApiKey, AuditEntry, Member, Scope, User
from tests.calls import SignIn, problem
from tests.cast import NOON, Company

KEYS = "/api/v1/api-keys/"
EVERYTHING = tuple(Scope.values)


def key(company: Company, scopes: tuple[str, ...] = EVERYTHING, **more: Any) -> str:
    """The secret of a new key of the admin's, in her role unless said otherwise."""
    member = more.pop("member", company.ada)
    new = NewApiKey("CRM", member, more.pop("role", "admin"), scopes, **more)
    return create_api_key(actor=company.ada, new=new, now=NOON)[1]


def ask(secret: str, path: str = "me/", method: str = "get", body: Any = None, **more: str) -> Any:
    """What the API answers to a key."""
    headers = {"Authorization": f"Bearer {secret}", **more}
    call = getattr(Client(), method)
    return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_an_admin_makes_a_key_which_is_shown_once(sunrise: Company, as_member: SignIn) -> None:
    """It is in the answer; afterwards only its beginning is, and a hash in the database."""
    client = as_member(sunrise.ada)
    body = {"name": "CRM", "role": "manager", "scopes": ["read"]}
    made = client.post(KEYS, body)
    assert made.status_code == 201
    secret = made.json()["key"]
    assert ask(secret).json()["member"]["id"] == sunrise.ada.pk
    (row,) = client.get(KEYS).json()["results"]
    assert "key" not in row
    assert secret.startswith(row["prefix"])
    kept = ApiKey.objects.values().get()
    assert secret not in str(kept)
    entry = AuditEntry.objects.get(action="api_key.created")
    assert secret not in str(entry.after)
    assert entry.member == sunrise.ada


def test_a_key_goes_into_either_header(sunrise: Company) -> None:
    """As a bearer token, or in X-API-Key, for programs that cannot say the former."""
    secret = key(sunrise)
    assert ask(secret).status_code == 200
    assert Client().get("/api/v1/me/", headers={"X-API-Key": secret}).status_code == 200


def test_a_key_does_only_what_it_is_for(sunrise: Company) -> None:
    """Writing needs the scope of the part that answers; the answer names it."""
    secret = key(sunrise, ("read", "canvass:write"))
    assert ask(secret, "teams/").status_code == 200
    answer = ask(secret, "teams/", "post", {"name": "East", "parent": sunrise.teams["North"].pk})
    assert problem(answer) == (403, "api_key.scope_needed")
    assert answer.json()["scope"] == "accounts:write"
    body = {"code": "moved", "label": "Moved", "kind": "vacant"}
    assert ask(secret, "outcomes/", "post", body).status_code == 201
    assert problem(ask(key(sunrise, ("routing:write",)), "teams/"))[1] == "api_key.scope_needed"


def test_a_key_s_role_is_a_ceiling(sunrise: Company) -> None:
    """Ada's key for a manager's work reads no audit trail; the writer of an entry stays Ada."""
    secret = key(sunrise, role="manager")
    assert problem(ask(secret, "audit-entries/")) == (403, "not_allowed")
    name = {"name": "East", "parent": sunrise.teams["North"].pk}
    assert ask(secret, "teams/", "post", name).status_code == 201
    sunrise.ada.refresh_from_db()
    assert sunrise.ada.role == "admin"
    assert AuditEntry.objects.latest("pk").member == sunrise.ada


def test_a_key_sinks_with_its_member(sunrise: Company) -> None:
    """Who is a rep from now on has no key for more, and who leaves has none."""
    secret = key(sunrise, member=sunrise.max, role="manager")
    assert ask(secret, "invitations/").status_code == 200
    Member.objects.filter(pk=sunrise.max.pk).update(role="rep")
    assert problem(ask(secret, "invitations/")) == (403, "not_allowed")
    Member.objects.filter(pk=sunrise.max.pk).update(left_on=NOON.date())
    assert problem(ask(secret)) == (401, "not_signed_in")


def test_a_revoked_key_opens_nothing_from_the_next_request_on(
    sunrise: Company, as_member: SignIn
) -> None:
    """Revoking again changes nothing, and writes no second entry."""
    secret = key(sunrise)
    assert ask(secret).status_code == 200
    path = f"{KEYS}{ApiKey.objects.get().pk}/revoke/"
    first, second = (as_member(sunrise.ada).post(path).json() for _ in range(2))
    assert first["revoked_at"] == second["revoked_at"] is not None
    assert problem(ask(secret)) == (401, "not_signed_in")
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1


def test_a_key_expires(sunrise: Company) -> None:
    """At the instant, not after it."""
    secret = key(sunrise, expires_at=NOON + timedelta(days=1))
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(timedelta(days=1, seconds=-1))
        assert ask(secret).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert problem(ask(secret)) == (401, "not_signed_in")


@pytest.mark.parametrize("secret", ["canvass_nonsense", "", "x" * 5000, "canvass_\x00"])
def test_an_unknown_key_is_nobody_s(sunrise: Company, secret: str) -> None:
    """401, whatever it looks like."""
    key(sunrise)
    assert problem(ask(secret)) == (401, "not_signed_in")


def test_keys_make_no_keys(sunrise: Company) -> None:
    """Not even an admin's with every scope: it would make one that outlives it."""
    secret = key(sunrise)
    body = {"name": "More", "role": "admin", "scopes": ["read"]}
    assert problem(ask(secret, "api-keys/", "post", body)) == (403, "api_key.person_needed")
    assert problem(ask(secret, "api-keys/")) == (403, "api_key.person_needed")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"role": "admin", "member": "max"},
        {"role": "manager", "member": "rosa"},
        {"role": "rep", "expires_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_key_that_would_open_nothing_or_too_much_is_refused(
    sunrise: Company, as_member: SignIn, wish: dict[str, Any]
) -> None:
    """A role above its member's, and an expiry in the past."""
    if "member" in wish:
        wish = {**wish, "member": sunrise.members[wish["member"]].pk}
    answer = as_member(sunrise.ada).post(KEYS, {"name": "CRM", "scopes": ["read"], **wish})
    assert problem(answer) == (422, "api_key.invalid")


def test_a_key_opens_its_own_organisation_only(sunrise: Company, moonlight: Company) -> None:
    """Also where its member serves in both."""
    Member.objects.create(
        organisation=moonlight.organisation, user=sunrise.ada.user, role="admin",
        team=moonlight.teams["Moonlight"],
    )  # fmt: skip
    secret = key(sunrise)
    assert ask(secret).json()["organisation"]["slug"] == "sunrise"
    answer = ask(secret, **{"Canvass-Organisation": "moonlight"})
    assert problem(answer) == (403, "not_allowed")


def test_when_a_key_was_used_is_known_to_within_minutes(sunrise: Company) -> None:
    """The second request writes nothing, and asks for the key and its member at once."""
    cache.clear()
    secret = key(sunrise)
    with time_machine.travel(NOON, tick=False):
        ask(secret, "teams/")
        with CaptureQueriesContext(connection) as queries:
            assert ask(secret, "teams/").status_code == 200
    assert ApiKey.objects.get().last_used_at == NOON
    assert len(queries) == 3  # the key with its member, the count of the list, the list


def test_the_operator_makes_and_revokes_keys_in_the_admin(sunrise: Company) -> None:
    """The secret is shown on the next page, once; a key that is too much is not made."""
    operator = Client()
    operator.force_login(User.objects.create_superuser("boss@canvass.test", name="Boss"))
    form = {"name": "CRM", "member": sunrise.max.pk, "role": "admin", "scopes": ["read"]}
    add = "/admin/accounts/apikey/add/"
    assert operator.post(add, form).status_code == 200
    assert not ApiKey.objects.exists()
    page = operator.post(add, {**form, "role": "manager"}, follow=True).content.decode()
    secret = re.findall(r"canvass_[\w-]{43}", page)[0]
    assert ask(secret).json()["member"]["id"] == sunrise.max.pk
    assert secret not in operator.get("/admin/accounts/apikey/").content.decode()
    chosen = {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]}
    operator.post("/admin/accounts/apikey/", chosen)
    assert problem(ask(secret)) == (401, "not_signed_in")
