"""Requests drawn from the API's schema: every answer is one that the schema says.

Some are right but for one field, some are nothing but drawn, some break the schema on purpose. In
CI a few for each operation; `SCHEMA=50 python -m pytest tests/access/test_schema.py` draws fifty
times as many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.environment import ROOT
from tests.access.addresses import blank
from tests.access.bodies import FILES, body_of
from tests.access.conftest import Town
from tests.access.table import LINES, Line
from tests.access.world import PHOTOS

LENGTH = int(os.environ.get("SCHEMA", "1"))
EXAMPLES = 6 * LENGTH
ROLES = ("admin", "manager", "rep")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

Operations = dict[tuple[str, str], Any]


def whole(handler: WSGIHandler) -> Any:
    """A server that sends all of an answer at once, so that no file stays open."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        response = handler(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()

    return answer


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operations]:
    """The operations of the schema, by method and address, of the server as in production."""
    schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml")
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        schema.app = whole(WSGIHandler())
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    for signal in (request_started, request_finished):  # it is the test's connection
        signal.disconnect(close_old_connections)
    yield {(each.method.upper(), blank(each.path)): each for each in found}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def aimed(case: Any, line: Line, town: Town, draw: Any) -> None:
    """Aim a case at the rows that there are, with a body that is right but for one field."""
    case.headers.pop("Canvass-Organisation", None)
    path, names = line.path.partition("?")[0], list(case.path_parameters or {})
    parts = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    known = {name: row.pk for name, row in town.hers.rows.items()} | PHOTOS
    for name, part in zip(names, parts, strict=False):
        case.path_parameters[name] = known[part]
    right = body_of(town.hers, line.name)
    if isinstance(case.body, dict) and right and line.name not in FILES:
        fields = sorted(case.body)
        odd = draw(st.sampled_from([None, *fields]))
        case.body = right | ({odd: case.body[odd]} if odd else {})


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_is_in_the_schema(
    town: Town, operations: Operations, line: Line, data: st.DataObject
) -> None:
    """No failure of the server, no status, type or shape that the schema does not name."""
    operation = operations[line.method, "/api/v1/" + blank(line.path.partition("?")[0])]
    mode = data.draw(st.sampled_from(list(GenerationMode)))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    if data.draw(st.booleans()):
        aimed(case, line, town, data.draw)
    token = town.clients[data.draw(st.sampled_from(ROLES))].cookies["sessionid"].value
    with transaction.atomic():
        response = case.call(headers={"X-Session-Token": token})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
