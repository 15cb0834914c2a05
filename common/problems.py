"""How the errors of an endpoint appear in the API's schema: by status, with their codes."""

from __future__ import annotations

from collections import defaultdict

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from common.errors import DomainError

PROBLEM_JSON = "application/problem+json"


class ProblemSerializer(serializers.Serializer[None]):
    """A problem document (RFC 9457); `code` is permanent, `title` is for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()


def problems(*errors: type[DomainError]) -> dict[tuple[int, str], OpenApiResponse]:
    """The responses of `extend_schema` for the errors that an endpoint may answer."""
    lines = defaultdict(list)
    for error in errors:
        lines[error.status].append(f"- `{error.code}`: {error.title}")
    return {
        (status, PROBLEM_JSON): OpenApiResponse(ProblemSerializer, "\n".join(found))
        for status, found in sorted(lines.items())
    }
