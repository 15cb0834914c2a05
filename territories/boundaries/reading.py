"""The features of a GeoJSON file of boundaries, however they are nested."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from territories.importing.errors import WrongFormat
from territories.importing.files import SourceFile

SEPARATOR = "\x1e"  # begins each line of a GeoJSON text sequence (RFC 8142)
NO_LETTER = "\\u0000"  # which JSON can say and PostgreSQL cannot keep
GEOMETRIES = frozenset(
    "Point MultiPoint LineString MultiLineString Polygon MultiPolygon GeometryCollection".split()
)
NOT_GEOJSON = (
    "The file is not GeoJSON: a FeatureCollection, Features or geometries, in one piece or one a "
    "line. Convert it first."
)


class Feature(NamedTuple):
    """One feature: where it stands in the file, its own id if it has one, and what it says."""

    where: str
    id: str
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


def read_features(source: SourceFile, encoding: str) -> list[Feature]:
    """Every feature of a file, in its order. Raises WrongFormat, Damaged and UnknownEncoding.

    Reads the file at once: boundaries of a whole country are some hundred megabytes.
    """
    with source.text(encoding) as file:
        text = file.read().replace(NO_LETTER, "")
    try:
        found = list(features_of(parsed(text)))
    except (ValueError, RecursionError) as error:
        raise WrongFormat(NOT_GEOJSON) from error
    return [
        feature._replace(where=f"feature {number}") for number, feature in enumerate(found, start=1)
    ]


def parsed(text: str) -> Any:
    """The JSON value of a text, or the list of the values on its lines. Raises ValueError."""
    try:
        return loads(text)
    except ValueError:
        lines = [line.strip(SEPARATOR).strip() for line in text.splitlines()]
        return [loads(line) for line in lines if line]


def loads(text: str) -> Any:
    """A JSON value; what some programs write for "not a number" says nothing."""
    return json.loads(text, parse_constant=lambda _: None)


def features_of(value: Any) -> Iterator[Feature]:
    """The features in a value: of collections within collections, one after the other.

    A collection of geometries that is no feature's own holds a feature in each of its members.
    Raises ValueError for what is not GeoJSON at all.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(value, list):
        members = value
    elif kind == "FeatureCollection":
        members = value.get("features") or []
    elif kind == "GeometryCollection":
        members = value.get("geometries") or []
    elif kind == "Feature" or kind in GEOMETRIES:
        yield feature_of(value)
        return
    else:
        raise ValueError(kind)
    for member in members:
        yield from features_of(member)


def feature_of(value: dict[str, Any]) -> Feature:
    """The feature that a Feature, or a geometry by itself, is."""
    if value["type"] != "Feature":
        return Feature("", "", {}, value)
    properties, geometry, own = (value.get(name) for name in ("properties", "geometry", "id"))
    return Feature(
        where="",
        id="" if own is None else str(own),
        properties=properties if isinstance(properties, dict) else {},
        geometry=geometry if isinstance(geometry, dict) else None,
    )
