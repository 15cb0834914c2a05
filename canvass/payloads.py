"""What a phone sent, as a hash: whether something came again, or something else under its id."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime
from typing import Any


def payload_hash(sent: Any) -> str:
    """The SHA-256 of a dataclass as canonical JSON: sorted names, times in UTC.

    Fields at their default are left out, so that a field added later changes no old hash.
    """
    defaults = {field.name: field.default for field in fields(sent)}
    given = {
        name: value
        for name, value in asdict(sent).items()
        if defaults[name] is MISSING or value != defaults[name]
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), default=canonical)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """An id, a day or an instant as text, the same for the same instant in any zone."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
