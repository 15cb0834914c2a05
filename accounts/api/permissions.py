"""Who may use an endpoint at all; which rows they see there is the querysets' to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from accounts.models import Member, Role
from common.errors import NotAllowed

if TYPE_CHECKING:  # DRF's views read the default permissions while they are being imported
    from rest_framework.request import Request
    from rest_framework.views import APIView


def member_of(request: Request) -> Member:
    """The member that a request acts as, looked up once per request.

    Somebody with memberships in several organisations names one in the header
    `Canvass-Organisation` (its slug). Raises NotAllowed for a user who is a member of none.
    """
    known: Member | None = getattr(request, "_canvass_member", None)
    if known is None:
        known = find_member(request)
        request._canvass_member = known  # type: ignore[attr-defined]  # a cache on the request
    return known


def find_member(request: Request) -> Member:
    """The serving membership of the signed-in user, in the organisation that the header names."""
    if not request.user.is_authenticated:
        raise NotAllowed("Sign in first.")
    members = Member.objects.serving().select_related("team", "organisation", "user")
    members = members.filter(user=request.user).order_by("pk")
    slug = request.headers.get("Canvass-Organisation")
    found = list(members.filter(organisation__slug=slug) if slug else members[:2])
    if len(found) > 1:
        raise NotAllowed("You belong to several organisations: name one in Canvass-Organisation.")
    if not found:
        raise NotAllowed("You are not a member of an organisation here.")
    return found[0]


class IsMember(BasePermission):
    """Signed in, and a serving member of an organisation."""

    roles: frozenset[str] = frozenset(Role.values)

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the member's role is one of `roles`."""
        return bool(request.user.is_authenticated) and member_of(request).role in self.roles


class IsManager(IsMember):
    """A manager or an admin."""

    roles = frozenset({Role.MANAGER, Role.ADMIN})


class IsAdmin(IsMember):
    """An admin."""

    roles = frozenset({Role.ADMIN})
