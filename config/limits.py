"""How many requests a minute one member, key or address may send, of each kind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from zlib import crc32

from django.conf import settings
from django.core.cache import cache
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiKey
from common.origin import origin

if TYPE_CHECKING:  # DRF's views read their limits while they are being imported
    from rest_framework.request import Request
    from rest_framework.views import APIView

WINDOW_S = 60
ONLY_WRITES = "work"


class RequestLimits(BaseThrottle):
    """Counts requests in the cache, by the minute; the minutes of different people begin apart.

    REQUEST_LIMITS says how many of a kind go through; 0 is any number. Two round trips to the
    cache, and no query.
    """

    wait_s = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether this one goes through."""
        kind, who = kind_of(request, view), who_asks(request)
        most = settings.REQUEST_LIMITS[kind]
        if not most:
            return True
        passed = int(time.time()) + crc32(who.encode()) % WINDOW_S
        self.wait_s = WINDOW_S - passed % WINDOW_S
        return count(f"requests:{kind}:{who}:{passed // WINDOW_S}") <= most

    def wait(self) -> float:
        """Seconds until the next minute of who asked begins."""
        return self.wait_s


def count(mark: str) -> int:
    """Count one more under a mark; however many count at once, each gets a number of its own."""
    try:
        return cache.incr(mark)
    except ValueError:  # the first of its minute
        return 1 if cache.add(mark, 1, timeout=2 * WINDOW_S) else cache.incr(mark)


def kind_of(request: Request, view: APIView) -> str:
    """The kind of a request: what its view says it is, else reading or writing.

    Who asks how far long work has got only reads.
    """
    kind: str | None = getattr(view, "throttle_scope", None)
    is_read = request.method in SAFE_METHODS
    if kind is None or (is_read and kind == ONLY_WRITES):
        return "read" if is_read else "write"
    return kind


def who_asks(request: Request) -> str:
    """For whom a request is counted: the API key, the member, or the address of who is nobody."""
    if isinstance(request.auth, ApiKey):
        return f"key:{request.auth.pk}"
    member = getattr(request._request, "_canvass_member", None)
    return f"member:{member.pk}" if member else f"address:{origin().address}"
