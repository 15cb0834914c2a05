"""Push and pull over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import member_of
from canvass.api.entities import ENTITIES
from canvass.api.operations import KINDS
from canvass.api.plain import plain_reader
from canvass.api.serializers import sync as serializers
from canvass.errors.sync import SyncCursorGone, SyncOpInvalid, SyncTooManyOps
from canvass.sync.ops import MOST_OPS, Batch, Kind, Op, Result, Status
from canvass.sync.pull import Entity, pull
from canvass.sync.push import push
from common.problems import problems

ENVELOPE = serializers.OpIn()
PLAINLY = plain_reader(ENVELOPE)


class PushView(APIView):
    """What phones send; what other parts carry out is `further`."""

    kinds: ClassVar[Mapping[str, Kind]] = KINDS
    further: Mapping[str, Kind] = MappingProxyType({})
    throttle_scope = "sync"

    @extend_schema(
        request=serializers.PushIn,
        responses={200: serializers.PushOut, **problems(SyncTooManyOps)},
    )
    def post(self, request: Request) -> Response:
        """Carry out up to 500 operations, each once and by itself; see docs/sync.md.

        The answer has a result for each, in their order.
        """
        body = serializers.PushIn(data=request.data)
        refuse_too_many(request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        now = timezone.now()
        batch = Batch(member_of(request), told["device_id"], told["client_time"], now)
        ops, kinds = [read_op(raw) for raw in told["ops"]], {**self.kinds, **self.further}
        results = push(batch=batch, ops=ops, kinds=kinds)
        answer: Any = {"server_time": now, "skew_s": batch.skew_s, "results": results}
        return Response(serializers.PushOut(answer).data)


class PullView(APIView):
    """What phones are told."""

    entities: ClassVar[Mapping[str, Entity]] = ENTITIES
    throttle_scope = "sync"

    @extend_schema(
        parameters=[serializers.PullQuery],
        responses={200: serializers.PullOut, **problems(SyncCursorGone)},
    )
    def get(self, request: Request) -> Response:
        """What has changed of what the member's phone shows; everything without a cursor.

        Call again with the cursor of the answer: at once while there is `more`, else later. After
        410 begin again without a cursor, and keep what has not been sent yet. See docs/sync.md.
        """
        query = serializers.PullQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        told, now = query.validated_data, timezone.now()
        page = pull(
            actor=member_of(request),
            cursor=told.get("cursor"),
            limit=told["limit"],
            entities=self.entities,
            now=now,
        )
        return Response(serializers.PullOut({**vars(page), "server_time": now}).data)


def refuse_too_many(body: Any) -> None:
    """Raise SyncTooManyOps before any of them is read."""
    ops = body.get("ops") if isinstance(body, dict) else None
    if isinstance(ops, list) and len(ops) > MOST_OPS:
        raise SyncTooManyOps


def read_op(raw: Any) -> Op | Result:
    """The operation, or the answer to what is none."""
    try:
        told = (isinstance(raw, dict) and PLAINLY(raw)) or ENVELOPE.run_validation(raw)
    except ValidationError as error:
        sent = raw.get("id") if isinstance(raw, dict) else None
        sent = sent if isinstance(sent, str) and sent.isprintable() else None
        problem = SyncOpInvalid(errors=error.get_full_details())
        return Result(sent, Status.REJECTED, problem)
    return Op(told["id"], told["type"], told["occurred_at"], told["payload"], raw)
