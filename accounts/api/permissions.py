"""Who may use an endpoint at all; which rows they see there is the querysets' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.api_keys import acting_member
from accounts.errors import OrganisationNeeded, PersonNeeded, SecondFactorNeeded
from accounts.models import ApiKey, Member, Role
from accounts.second_factors import lacks_second_factor
from accounts.selectors import serving_as
from common.errors import NotAllowed

if TYPE_CHECKING:  # DRF's views read the default permissions while they are being imported
    from rest_framework.request import Request
    from rest_framework.views import APIView


def member_of(request: Request) -> Member:
    """The member that a request acts as, looked up once per request.

    Somebody with memberships in several organisations names one in the header
    `Canvass-Organisation` (its slug). Raises NotAuthenticated for nobody, AuthenticationFailed for
    somebody whose memberships have ended, OrganisationNeeded, NotAllowed and SecondFactorNeeded.
    """
    known: Member | None = getattr(request, "_canvass_member", None)
    if known is None:
        known = find_member(request)
        # A cache on the request, where the middleware finds it too.
        request._request._canvass_member = known  # type: ignore[attr-defined]
    return known


def find_member(request: Request) -> Member:
    """The serving membership of the signed-in user, in the organisation that the header names."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    found = memberships_of(request)
    if not found:
        raise AuthenticationFailed("You are not a member of any organisation here, or no longer.")
    slug = request.headers.get("Canvass-Organisation")
    if slug:
        found = [member for member in found if member.organisation.slug == slug]
    if len(found) > 1:
        raise OrganisationNeeded(organisations=[member.organisation.slug for member in found])
    if not found:
        raise NotAllowed("You are not a member of the organisation in Canvass-Organisation.")
    if not isinstance(request.auth, ApiKey) and lacks_second_factor(found[0]):
        raise SecondFactorNeeded
    return found[0]


def memberships_of(request: Request) -> list[Member]:
    """As whom a request may act: a key as its member alone, a person wherever they serve."""
    if isinstance(request.auth, ApiKey):
        return [acting_member(request.auth)]
    return serving_as(request.user.pk)


class IsMember(BasePermission):
    """Signed in, and a serving member of an organisation."""

    roles: frozenset[str] = frozenset(Role.values)

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the member's role is one of `roles`."""
        return bool(request.user.is_authenticated) and member_of(request).role in self.roles


class IsManager(IsMember):
    """A manager or an admin."""

    roles = frozenset({Role.MANAGER, Role.ADMIN})


class ManagersWrite(IsMember):
    """Every member reads; managers and admins write."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the member may do this kind of thing."""
        if not super().has_permission(request, view):
            return False
        return request.method in SAFE_METHODS or member_of(request).role in IsManager.roles


class IsAdmin(IsMember):
    """An admin."""

    roles = frozenset({Role.ADMIN})


class InPerson(BasePermission):
    """Signed in, and not by an API key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a person asks. Raises PersonNeeded for a key."""
        if isinstance(request.auth, ApiKey):
            raise PersonNeeded
        return bool(request.user.is_authenticated)
