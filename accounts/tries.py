"""Slowing down whoever guesses a password outside sign-in, which counts its own failures."""

from __future__ import annotations

from django.core.cache import cache

from accounts.errors import TooManyTries
from accounts.models import User

TRIES = 5
WITHIN_S = 300


def count_try(user: User) -> None:
    """Count a try of the user's password, before it is checked. Raises TooManyTries.

    Counted in the cache, so in all web processes together only if they share one.
    """
    mark = f"password-tries:{user.pk}"
    cache.add(mark, 0, timeout=WITHIN_S)
    try:
        tries = cache.incr(mark)
    except ValueError:  # forgotten between the two calls: the time is over
        return
    if tries > TRIES:
        raise TooManyTries


def forget_tries(user: User) -> None:
    """Begin to count anew, once the password was right or is another."""
    cache.delete(f"password-tries:{user.pk}")
