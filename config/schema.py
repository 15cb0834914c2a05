"""What the API's schema says about every operation, so that no view needs to repeat it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from common.errors import DomainError, NotAllowed, NotFound
from common.problems import PROBLEM_JSON
from config.errors import Invalid, NotSignedIn, TooManyRequests, UnsupportedMediaType

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {
    "type": "object",
    "description": (
        "A problem document (RFC 9457). `code` is permanent; `title` is for people; some codes "
        "come with further members, which docs/problems.md names."
    ),
    "properties": {
        "type": {"type": "string", "examples": ["urn:canvass:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["invalid"]},
        "errors": {
            "type": "object",
            "description": "With `invalid`: for each field, what is wrong with it.",
            "additionalProperties": True,
            "examples": [{"name": [{"message": "This field is required.", "code": "required"}]}],
        },
    },
    "required": ["type", "title", "status", "code"],
    "additionalProperties": True,
}
# The format "time" of JSON Schema is that of RFC 3339, which has a zone; ours are local.
TIME_OF_DAY = r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"
ANY_OR_NULL: list[Any] = [{}, {"type": "null"}]  # a null would be valid under both
ORGANISATION = {
    "name": "Canvass-Organisation",
    "in": "header",
    "description": "The slug of the organisation to act in, for members of several.",
    "schema": {"type": "string"},
}


class Schema(AutoSchema):
    """Operations are grouped by the app that answers them."""

    def get_tags(self) -> list[str]:
        """The app's name."""
        return [type(self.view).__module__.partition(".")[0]]

    def get_summary(self) -> str | None:
        """The first sentence of what the operation says about itself."""
        summary: str | None = super().get_summary()
        return summary or self.get_description().partition("\n")[0].removesuffix(".")


class PhoneScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's
    """The session token of phones."""

    target_class = "accounts.api.authentication.PhoneAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "From `POST /_allauth/app/v1/auth/login`: `meta.session_token`.",
        }


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's
    """The API keys of programs."""

    target_class = "accounts.api.key_authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token; the header X-API-Key does as well."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "From `POST /api/v1/api-keys/`; the header X-API-Key does as well.",
        }


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's
    """The session cookie of browsers."""

    target_class = "accounts.api.authentication.BrowserAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "From `POST /_allauth/browser/v1/auth/login`; writes need X-CSRFToken.",
        }


def document_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every operation the problems that it may answer with, and the organisation's header."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["parameters"] = {"Organisation": ORGANISATION}
    components["responses"] = {
        error.__name__: answer(error)
        for error in (
            Invalid,
            NotSignedIn,
            NotAllowed,
            NotFound,
            UnsupportedMediaType,
            TooManyRequests,
        )
    }
    for path, operations in result["paths"].items():
        for method in METHODS:
            if path.startswith("/api/v1/") and method in operations:
                add_common(operations[method], has_id="{" in path)
    return result


def document_values(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Mend what drf-spectacular says of values; see `as_they_are`."""
    mended: dict[str, Any] = as_they_are(result)
    return mended


def as_they_are(part: Any) -> Any:
    """A part of the schema in which times of day have no zone, and null is JSON like any other."""
    if isinstance(part, list):
        return [as_they_are(each) for each in part]
    if not isinstance(part, dict):
        return part
    mended = {name: as_they_are(value) for name, value in part.items()}
    if mended.get("format") == "time":
        del mended["format"]
        mended["pattern"] = TIME_OF_DAY
    if mended.get("oneOf") == ANY_OR_NULL:
        del mended["oneOf"]
    return mended


def add_common(operation: dict[str, Any], *, has_id: bool) -> None:
    """Add what an operation's own parts say about it; its own words about a status stay."""
    asked = {part["name"] for part in operation.get("parameters", []) if part.get("in") == "query"}
    takes_input = "requestBody" in operation or bool(asked)
    needed = {
        NotSignedIn: bool(operation.get("security")),
        NotAllowed: bool(operation.get("security")),
        NotFound: has_id or "page" in asked,
        Invalid: takes_input,
        UnsupportedMediaType: "requestBody" in operation,
        TooManyRequests: True,
    }
    responses = operation["responses"]
    for error, is_needed in needed.items():
        if is_needed:
            responses.setdefault(str(error.status), reference("responses", error.__name__))
    operation["responses"] = dict(sorted(responses.items()))
    if operation.get("security"):
        parameter = reference("parameters", "Organisation")
        operation["parameters"] = [*operation.get("parameters", []), parameter]


def answer(error: type[DomainError]) -> dict[str, Any]:
    """How an error is answered."""
    content = {PROBLEM_JSON: {"schema": reference("schemas", "Problem")}}
    return {"description": f"- `{error.code}`: {error.title}", "content": content}


def reference(kind: str, name: str) -> dict[str, str]:
    """A reference to a named component of the schema."""
    return {"$ref": f"#/components/{kind}/{name}"}
