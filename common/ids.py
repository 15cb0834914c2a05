"""Identifiers that sort by time, made by whoever creates the row (RFC 9562, section 5.7)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime


def uuid7(at: datetime, random_bits: Callable[[int], int] = secrets.randbits) -> uuid.UUID:
    """A version 7 UUID: 48 bits of Unix milliseconds at `at`, then 74 random bits.

    `random_bits(n)` returns an int of n bits; pass `random.Random(seed).getrandbits` for
    repeatable ids.
    """
    millis = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    high = (millis << 16) | (0x7 << 12) | random_bits(12)
    low = (0b10 << 62) | random_bits(62)
    return uuid.UUID(int=(high << 64) | low)
