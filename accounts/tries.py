"""Slowing down whoever guesses a password outside sign-in, which counts its own failures."""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache

from accounts.errors import TooManyTries

TRIES = 5
WITHIN_S = 300


def count_try(email: str) -> None:
    """Count a try of the password of an address, before it is checked. Raises TooManyTries.

    Counted in the cache, so in all web processes together only if they share one.
    """
    mark = mark_of(email)
    cache.add(mark, 0, timeout=WITHIN_S)
    try:
        tries = cache.incr(mark)
    except ValueError:  # forgotten between the two calls: the time is over
        return
    if tries > TRIES:
        raise TooManyTries(retry_after_s=WITHIN_S)


def forget_tries(email: str) -> None:
    """Begin to count anew, once the password was right or is another."""
    cache.delete(mark_of(email))


def mark_of(email: str) -> str:
    """Where the tries are counted; of any length and any characters, as no cache's keys are."""
    return f"password-tries:{sha256(email.encode()).hexdigest()}"
