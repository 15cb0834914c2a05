"""The accounts models in the Django admin."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import identify_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit import Change, note
from accounts.invitations import invite_member
from accounts.models import (
    AuditEntry,
    Invitation,
    Member,
    Organisation,
    Role,
    Team,
    TrailLimit,
    User,
)
from tests.accounts.people import OTHER_PASSWORD, PASSWORD, can_sign_in, wish
from tests.accounts.test_sessions import ME, phone
from tests.calls import problem
from tests.cast import NOON, Company

MODELS = (Organisation, User, Team, Member, Invitation, TrailLimit, AuditEntry)


@pytest.fixture
def operator(sunrise: Company) -> Client:
    """A browser in which the operator of the installation is signed in; Nina is invited."""
    invite_member(actor=sunrise.max, new=wish(sunrise.teams["North"]), now=NOON)
    note(sunrise.max, "member.invited", Change(sunrise.rosa), now=NOON)
    TrailLimit.objects.create(organisation=sunrise.organisation, removed_before=NOON)
    user = User.objects.create_superuser("operator@canvass.test", PASSWORD, name="Oona")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_row_opens(operator: Client, model: type[Member]) -> None:
    """Searched or not; nothing can be added or deleted."""
    name = model._meta.model_name
    for path in ("", "?q=sun"):
        assert operator.get(f"/admin/accounts/{name}/{path}").status_code == 200
    row = model.objects.first()
    assert row is not None
    url = f"/admin/accounts/{name}/{row.pk}"
    assert operator.get(f"{url}/change/").status_code == 200
    assert operator.get(f"{url}/history/").status_code == 200
    assert operator.get(f"{url}/delete/").status_code == 403
    assert operator.get(f"/admin/accounts/{name}/add/").status_code == 403


def test_members_and_members_only_stay_outside(sunrise: Company) -> None:
    """An organisation's admin is no operator."""
    client = Client()
    client.force_login(sunrise.ada.user)
    for model in MODELS:
        answer = client.get(f"/admin/accounts/{model._meta.model_name}/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_the_operator_sets_a_password(sunrise: Company, operator: Client) -> None:
    """The person signs in with it, and their older sessions have ended."""
    can_sign_in(sunrise.rosa)
    hers = Client()
    hers.force_login(sunrise.rosa.user)
    url = f"/admin/accounts/user/{sunrise.rosa.user_id}/password/"
    assert operator.get(url).status_code == 200
    body = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD, "usable_password": "true"}
    assert operator.post(url, body).status_code == 302
    sunrise.rosa.user.refresh_from_db()
    assert sunrise.rosa.user.check_password(OTHER_PASSWORD)
    assert identify_hasher(sunrise.rosa.user.password).algorithm == "argon2"
    assert hers.get("/api/v1/me/").status_code == 401


def test_the_operator_mends_an_address(sunrise: Company, operator: Client) -> None:
    """It is kept in lower case; one that somebody has is refused."""
    url = f"/admin/accounts/user/{sunrise.rosa.user_id}/change/"
    body = {"email": "Rosa.Rot@Sunrise.test", "name": "Rosa Rot", "is_active": "on"}
    assert operator.post(url, body).status_code == 302
    found = User.objects.get(pk=sunrise.rosa.user_id)
    assert (found.email, found.name) == ("rosa.rot@sunrise.test", "Rosa Rot")
    assert found.password == sunrise.rosa.user.password
    assert operator.post(url, {**body, "email": "RUI@sunrise.test"}).status_code == 200
    assert User.objects.get(pk=sunrise.rosa.user_id).email == "rosa.rot@sunrise.test"


def test_the_operator_makes_an_admin_where_there_is_none(
    sunrise: Company, operator: Client
) -> None:
    """The role is mended; organisation, user and team stay whatever is sent."""
    url = f"/admin/accounts/member/{sunrise.rosa.pk}/change/"
    body = {"role": "admin", "languages": '["fi"]', "team": sunrise.teams["South"].pk}
    assert operator.post(url, body).status_code == 302
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert (found.role, found.team) == (Role.ADMIN, sunrise.teams["North"])


def test_neither_password_nor_token_is_shown(sunrise: Company, operator: Client) -> None:
    """Not even their hashes as they are stored."""
    can_sign_in(sunrise.rosa)
    invitation = Invitation.objects.get()
    for url, secret in (
        (f"/admin/accounts/invitation/{invitation.pk}/change/", invitation.token_hash),
        (f"/admin/accounts/user/{sunrise.rosa.user_id}/change/", sunrise.rosa.user.password),
    ):
        assert secret not in operator.get(url).content.decode()


def test_lists_take_a_bounded_number_of_queries(sunrise: Company, operator: Client) -> None:
    """Ten times the members, as many queries."""

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            operator.get("/admin/accounts/member/")
        return len(queries)

    before = cost()
    for number in range(60):
        Member.objects.create(
            organisation=sunrise.organisation, role=Role.REP, team=sunrise.teams["North"],
            user=User.objects.create_user(f"rep{number}@sunrise.test", name="Rep"),
        )  # fmt: skip
    assert cost() == before


def test_the_operator_takes_a_second_factor_away(sunrise: Company, operator: Client) -> None:
    """For somebody whose app is lost; its secret is not shown, and the trail names the operator."""
    TOTP.activate(sunrise.rosa.user, "JBSWY3DPEHPK3PXP")
    row = Authenticator.objects.get()
    secret, url = row.data["secret"], f"/admin/mfa/authenticator/{row.pk}"
    assert operator.get("/admin/mfa/authenticator/?q=rosa").status_code == 200
    assert secret not in operator.get(f"{url}/change/").content.decode()
    assert operator.get("/admin/mfa/authenticator/add/").status_code == 403
    assert operator.post(f"{url}/delete/", {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.before) == ("second_factor.removed", {"type": "totp"})
    assert entry.after == {"operator": "operator@canvass.test"}


def test_the_operator_ends_sessions(sunrise: Company, operator: Client) -> None:
    """Chosen from the list: the phone is nobody, its token is shown nowhere, the trail tells."""
    headers = phone(sunrise.rosa)
    row = UserSession.objects.get()
    address = "/admin/usersessions/usersession/"
    for path in ("?q=rosa", f"{row.pk}/change/"):
        answer = operator.get(f"{address}{path}")
        assert answer.status_code == 200
        assert headers["X-Session-Token"] not in answer.content.decode()
    body = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert operator.post(address, body).status_code == 302
    assert problem(Client().get(ME, headers=headers)) == (401, "not_signed_in")
    assert AuditEntry.objects.latest("pk").action == "user.session_ended"
