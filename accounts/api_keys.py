"""Keys with which programs use the API: made by an admin, shown once, revoked at any time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from accounts.audit import Change, note
from accounts.errors import ApiKeyInvalid
from accounts.invitations import hash_of
from accounts.models import ApiKey, Member, Role
from common.errors import NotAllowed

MARK = "canvass_"
SHOWN = len(MARK) + 6
SEEN_EVERY_S = 300
RANK = {Role.REP: 0, Role.MANAGER: 1, Role.ADMIN: 2}


@dataclass(frozen=True)
class NewApiKey:
    """A key to make: what it is called, as whom it acts, at most in which role, and for what."""

    name: str
    member: Member
    role: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


def create_api_key(*, actor: Member | None, new: NewApiKey, now: datetime) -> tuple[ApiKey, str]:
    """Make a key; returns it and its secret, which nobody can read again.

    Nobody acts where the operator of the installation makes it. Raises NotAllowed and
    ApiKeyInvalid.
    """
    if actor is not None and actor.role != Role.ADMIN:
        raise NotAllowed
    refuse_invalid(new, now)
    secret = MARK + secrets.token_urlsafe(32)
    made = ApiKey(
        organisation_id=new.member.organisation_id,
        name=new.name,
        member=new.member,
        role=new.role,
        scopes=sorted(set(new.scopes)),
        prefix=secret[:SHOWN],
        key_hash=hash_of(secret),
        created_by=actor,
        created_at=now,
        expires_at=new.expires_at,
    )
    told = {"name": new.name, "member": new.member, "role": new.role, "scopes": made.scopes}
    with transaction.atomic():
        made.save()
        note(actor, "api_key.created", Change(made, None, told), now=now)
    return made, secret


def refuse_invalid(new: NewApiKey, now: datetime) -> None:
    """Raise ApiKeyInvalid for a key that would open nothing, or more than its member may."""
    is_over = new.expires_at is not None and new.expires_at <= now
    if is_over or new.member.left_on is not None or RANK[Role(new.role)] > rank(new.member):
        raise ApiKeyInvalid


def revoke_api_key(*, actor: Member | None, key: ApiKey, now: datetime) -> ApiKey:
    """End a key: from the next request on it opens nothing. Doing it again changes nothing."""
    if actor is not None and actor.role != Role.ADMIN:
        raise NotAllowed
    with transaction.atomic():
        held = ApiKey.objects.select_for_update().get(pk=key.pk)
        if held.revoked_at is None:
            held.revoked_at = now
            held.save(update_fields=["revoked_at"])
            note(actor, "api_key.revoked", Change(held, {"name": held.name}), now=now)
    return held


def find_api_key(secret: str, *, now: datetime) -> ApiKey | None:
    """The valid key with that secret, with whom it acts as; None for any other. One query."""
    rows = ApiKey.objects.valid(now).select_related(
        "member__user", "member__team", "member__organisation"
    )
    return rows.filter(key_hash=hash_of(secret)).first()


def acting_member(key: ApiKey) -> Member:
    """The member as whom a key acts, in the lower of the two roles; never to be saved."""
    member = key.member
    if RANK[Role(key.role)] < rank(member):
        member.role = key.role
    return member


def rank(member: Member) -> int:
    """How much a member's role may do."""
    return RANK[Role(member.role)]


def note_key_use(key: ApiKey, *, now: datetime) -> None:
    """Remember when a key was last used, to within a few minutes; the cache spares most writes."""
    if cache.add(f"api-key-used:{key.pk}", value=True, timeout=SEEN_EVERY_S):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
