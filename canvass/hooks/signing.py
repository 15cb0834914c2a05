"""How what is sent is signed: with a secret that is shown once and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from django.utils.crypto import salted_hmac

from canvass.models.hooks import Hook

SALT = "canvass.hooks"


def secret_of(nonce: str) -> str:
    """The secret of a nonce, the same for as long as the installation's SECRET_KEY is."""
    digest = salted_hmac(SALT, nonce, algorithm="sha256").digest()
    return "hook_" + urlsafe_b64encode(digest).decode().rstrip("=")


def signature(secret: str, timestamp: int, body: str) -> str:
    """The HMAC-SHA256 of "<timestamp>.<body>", in hexadecimal."""
    said = f"{timestamp}.{body}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def signed(hook: Hook, body: str, now: datetime) -> str:
    """The header Canvass-Signature: the time, and a signature for each secret that is in force."""
    timestamp = int(now.timestamp())
    nonces = [hook.nonce]
    if hook.old_until is not None and hook.old_until > now:
        nonces.append(hook.old_nonce)
    parts = [f"v1={signature(secret_of(nonce), timestamp, body)}" for nonce in nonces]
    return ",".join([f"t={timestamp}", *parts])
