"""Where requests come from, and the audit trail's net: no write over the API leaves no trace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.audit import HIDDEN, plain
from accounts.models import AuditEntry, Member
from common.origin import Origin, coming_from, is_aside, origin

ID = re.compile(r"[\w.:-]{8,64}\Z")
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
API = "/api/v1/"
MOST_BODY = 2**16
WRITE = re.compile(
    r'\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM)\s+"((?:accounts|territories|canvass|'
    r'routing)_\w+)"',
    re.IGNORECASE,
)
# What requests say of householders and of where reps were: the trail outlives its erasure.
PERSONAL = frozenset(
    "note notes answers photos said_by buyer_name buyer_age payment_reference phone email message "
    "lon lat home_lon home_lat accuracy_m".split()
)
EMPTY: tuple[Any, ...] = (None, "", [], {})
TRAIL = AuditEntry._meta.db_table

GetResponse = Callable[[HttpRequest], HttpResponse]


def origin_middleware(get_response: GetResponse) -> GetResponse:
    """Give every request an id, which comes back as X-Request-ID, and remember where it is from.

    A client's own X-Request-ID is kept if it looks like one.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        found = origin_of(request)
        with coming_from(found):
            response = get_response(request)
        response["X-Request-ID"] = found.request_id
        return response

    return answer


def origin_of(request: HttpRequest) -> Origin:
    """Where a request comes from; the address is the last that a trusted proxy has seen."""
    given = request.headers.get("X-Request-ID", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    address = str(request.META.get("REMOTE_ADDR") or "")
    if settings.TRUSTED_PROXIES and hops[0]:
        address = hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    device = request.headers.get("User-Agent", "")
    request_id = given if ID.match(given) else uuid4().hex
    return Origin(request_id, address[:45], device[:200])


class Writes:
    """Watches the statements of a request: which tables were written, and whether the trail was."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Carry out a statement, and note the table that it writes."""
        found = WRITE.match(sql)
        if found and not (found[1] == TRAIL and is_aside()):
            self.tables.add(found[1])
        return execute(sql, params, many, context)

    @property
    def untold(self) -> bool:
        """Whether something was written that the trail does not tell."""
        return bool(self.tables) and TRAIL not in self.tables


@contextmanager
def watched() -> Iterator[Writes]:
    """The statements of the block, watched."""
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes


def audit_middleware(get_response: GetResponse) -> GetResponse:
    """Write an audit entry for a successful API write whose flow has written none itself.

    Flows that tell before and after write theirs inside their transaction; this is the net for all
    others. It tells who, when, from where, which address, and the body without secrets; of a row
    that the address names, also its columns that changed, before and after.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not request.path.startswith(API):
            return get_response(request)
        body = sent(request)
        with watched() as writes:
            response = get_response(request)
        member = getattr(request, "_canvass_member", None)
        if writes.untold and response.status_code < 400 and member:
            tell(request, member, writes, body)
        return response

    return answer


def sent(request: HttpRequest) -> bytes:
    """The body of a request if it is JSON, and not too much; files are left alone."""
    length = request.headers.get("Content-Length") or "0"
    is_short = length.isdigit() and 0 < int(length) <= MOST_BODY
    return request.body if is_short and request.content_type == "application/json" else b""


def read(body: bytes) -> Any:
    """What a body says, None where that cannot be read."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def impersonal(body: Any) -> Any:
    """A body without what it says of people and of where they were; the rows themselves have it."""
    if isinstance(body, dict):
        return {
            name: HIDDEN if name in PERSONAL and value not in EMPTY else impersonal(value)
            for name, value in body.items()
        }
    return [impersonal(part) for part in body] if isinstance(body, list) else body


def tell(request: HttpRequest, member: Member, writes: Writes, body: bytes) -> None:
    """Write the entry of a request."""
    match = request.resolver_match
    kwargs = match.kwargs if match else {}
    name = match.view_name if match else request.path
    found, seen = origin(), getattr(request, "_canvass_seen", None)
    before, after = seen.changes() if seen else ({}, {})
    AuditEntry.objects.create(
        organisation_id=member.organisation_id,
        member=member,
        at=timezone.now(),
        action=f"{(request.method or '').lower()} {name}"[:80],
        kind=min(writes.tables),
        row=str(kwargs.get("pk", ""))[:40],
        before=plain(impersonal(before)) or None,
        after=plain(
            {
                "address": request.path,
                "tables": sorted(writes.tables),
                "body": impersonal(read(body)),
                **({"changed": impersonal(after)} if after else {}),
            }
        ),
        request_id=found.request_id,
        address=found.address,
        device=found.device,
    )
