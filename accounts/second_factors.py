"""Codes of an app beside the password: how their secrets are kept, and who must have them.

Enrolment, recovery codes and the question at sign-in are allauth's.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes

from accounts.audit import Change, note, note_user
from accounts.models import Member, Organisation, Role, User
from accounts.sessions import end_sessions, session_of_request


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's secrets are encrypted."""

    def encrypt(self, text: str) -> str:
        """The text under the key that SECRET_KEY gives."""
        return ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again, also where SECRET_KEY_FALLBACKS has the key.

        Raises ValidationError, as a wrong code does, where the key is lost.
        """
        try:
            return ciphers().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise self.validation_error("incorrect_code") from None


def ciphers() -> MultiFernet:
    """Encrypts under SECRET_KEY, decrypts under it or one of its predecessors."""
    return MultiFernet(
        [cipher(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def cipher(secret: str | bytes) -> Fernet:
    """A cipher whose key is derived from a secret (RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"canvass second factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(force_bytes(secret))))


def needs_second_factor(member: Member) -> bool:
    """Whether the organisation wants the member to have one: managers and admins, if it says so."""
    return member.organisation.second_factor_required and member.role != Role.REP


def lacks_second_factor(member: Member) -> bool:
    """Whether the member has to set one up before anything else. One query where it is required."""
    if not needs_second_factor(member):
        return False
    kind = Authenticator.Type.TOTP
    return not Authenticator.objects.filter(user=member.user_id, type=kind).exists()


def tell_set_up(instance: Authenticator, created: bool, **_: Any) -> None:
    """Tell that somebody has got an app or recovery codes; a new app ends their other sessions.

    Those were opened by the password alone. In the transaction that sets it up.
    """
    if not created:
        return
    with transaction.atomic():
        told = {"type": instance.type}
        note_user("second_factor.set_up", instance.user, now=timezone.now(), after=told)
        if instance.type == Authenticator.Type.TOTP:
            end_sessions(instance.user, but=session_of_request(instance.user))


def tell_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Tell that somebody has taken off an app or recovery codes; see `accounts.urls`."""
    told = {"type": authenticator.type}
    note_user("second_factor.removed", user, now=timezone.now(), after=told)


def require_second_factors(*, actor: Member, required: bool, now: datetime) -> Organisation:
    """Say whether managers and admins of the actor's organisation need a second factor.

    Who has none can set one up, and does nothing else until then.
    """
    with transaction.atomic():
        rows = Organisation.objects.select_for_update(no_key=True)
        organisation = rows.get(pk=actor.organisation_id)
        before = {"second_factor_required": organisation.second_factor_required}
        organisation.second_factor_required = required
        organisation.save(update_fields=["second_factor_required"])
        after = {"second_factor_required": required}
        change = Change(organisation, before, after)
        note(actor, "organisation.second_factor_required", change, now=now)
    return organisation
