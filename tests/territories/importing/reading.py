"""Little tools for the tests of importing: write a file, read it, import it."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from config.environment import ROOT
from territories.importing.options import ImportOptions, format_of
from territories.importing.readers import reader_for
from territories.importing.rows import Reject, Row
from territories.imports import request_import
from territories.models import Building, Door, ImportRun
from territories.tasks import import_doors_of
from tests.cast import NOON, Company
from tests.territories.town import admin_of

REAL = ROOT.parent / "shared" / "data"
HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE"


def real(name: str) -> Path:
    """One of the shared real files; skips the test where there are none."""
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"the shared file {name} is not on this machine")
    return path


def packed(data: bytes, name: str) -> bytes:
    """The data, compressed as the name says."""
    if name.endswith(".gz"):
        return gzip.compress(data)
    return bz2.compress(data) if name.endswith(".bz2") else data


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file in `folder`, compressed if its name says so."""
    data = content.encode(encoding) if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(packed(data, name))
    return path


def read(path: Path, **options: Any) -> tuple[list[Row], list[Reject]]:
    """What the reader of a file yields: its rows, and its rejects."""
    chosen = ImportOptions(**{"format": format_of(path.name), "dataset": "town", **options})
    found = list(reader_for(path, chosen).rows())
    return [row for row in found if isinstance(row, Row)], [
        row for row in found if isinstance(row, Reject)
    ]


def csv(*lines: str, header: str = HEADER) -> str:
    """A CSV text of a header and lines."""
    return "\n".join((header, *lines)) + "\n"


def point(lon: Any, lat: Any, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature of one point."""
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> str:
    """A GeoJSON collection as a text."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def osm(*elements: str) -> str:
    """An OpenStreetMap file of the elements, in the given order."""
    return f'<?xml version="1.0"?>\n<osm version="0.6">{"".join(elements)}</osm>\n'


def node(number: int, lon: float, lat: float, **tags: str) -> str:
    """A node; in the names of tags, __ stands for the colon."""
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{tagged(tags)}</node>'


def way(number: int, *nodes: int, **tags: str) -> str:
    """A way through nodes."""
    refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes)
    return f'<way id="{number}" version="1">{refs}{tagged(tags)}</way>'


def relation(number: int, *members: tuple[str, int, str], **tags: str) -> str:
    """A relation of members (type, id, role)."""
    refs = "".join(f'<member type="{t}" ref="{ref}" role="{role}"/>' for t, ref, role in members)
    return f'<relation id="{number}" version="1">{refs}{tagged(tags)}</relation>'


def tagged(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())


def requested(
    company: Company, content: str | bytes, name: str = "doors.csv", **options: Any
) -> ImportRun:
    """An import that the company's admin has asked for and no worker has begun."""
    data = content.encode() if isinstance(content, str) else content
    return request_import(
        actor=admin_of(company),
        file=ContentFile(packed(data, name), name=name),
        options=ImportOptions(**{"format": format_of(name), "dataset": "town", **options}),
        now=NOON,
    )


def imported(
    company: Company, content: str | bytes, name: str = "doors.csv", **options: Any
) -> ImportRun:
    """An import that a worker has carried out, however it ended."""
    run = requested(company, content, name, **options)
    import_doors_of(run.pk)
    run.refresh_from_db()
    return run


def done(company: Company, content: str | bytes, **options: Any) -> dict[str, Any]:
    """The result of an import that must be done."""
    run = imported(company, content, **options)
    assert run.state == "done", run.error_message
    result: dict[str, Any] = run.result
    return result


def rejects_of(run: ImportRun) -> list[str]:
    """The lines of the rejects file, without its header."""
    with run.rejects.open() as file:
        header, *lines = file.read().decode().splitlines()
    assert header == "line,reason,detail"
    return list(lines)


def addresses(company: Company) -> list[tuple[str, ...]]:
    """Street, number, unit and city of every door of a company, sorted."""
    rows = Door.objects.filter(organisation=company.organisation)
    fields = ("building__street", "building__number", "unit", "building__city")
    return sorted(rows.values_list(*fields))


def everything(company: Company) -> tuple[list[Any], list[Any]]:
    """All that is known of a company's buildings and doors but their ids, sorted by key."""
    buildings = Building.objects.filter(organisation=company.organisation).order_by("key")
    doors = Door.objects.filter(organisation=company.organisation).order_by("key")
    return (
        list(buildings.values_list("key", "street", "number", "postcode", "city", "lon", "lat")),
        list(doors.values_list("key", "building__key", "unit", "name", "use", "lon", "lat",
                               "quadkey", "position_quality", "dataset")),
    )  # fmt: skip
