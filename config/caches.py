"""The cache that web processes share, and what they do while it is out of reach."""

from __future__ import annotations

import logging
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
MOST_KEPT = 100_000


class SteadyClient:
    """A client of Redis with a cache of the process's own, for as long as Redis does not answer.

    Then nobody is let through uncounted and nobody is locked out: each process counts by itself, as
    it does without a Redis. Every LOOK_EVERY_S one call tries Redis again.
    """

    away_until: ClassVar[float] = 0.0  # of the process's monotonic clock

    def __init__(self, redis: Any) -> None:
        self.redis = redis
        self.own = LocMemCache("while Redis is away", {"MAX_ENTRIES": MOST_KEPT})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self.ask, name)

    def ask(self, name: str, *args: Any) -> Any:
        """Call a method of the client, or of the own cache where Redis fails."""
        if time.monotonic() >= self.away_until:
            try:
                return getattr(self.redis, name)(*args)
            except RedisError as error:
                SteadyClient.away_until = time.monotonic() + LOOK_EVERY_S
                log.warning(
                    "The cache is out of reach (%s): this process counts by itself meanwhile.",
                    type(error).__name__,
                )
        return getattr(self.own, name)(*args)


class SteadyRedisCache(RedisCache):
    """Redis, as far as it answers."""

    @cached_property
    def _cache(self) -> Any:
        return SteadyClient(super()._cache)
