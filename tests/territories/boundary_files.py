"""Boundaries for the tests: boxes around the town of `town.py`, and how they are brought in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Member, Organisation
from territories.boundaries.options import BoundaryOptions
from territories.locating import request_locating
from territories.models import Door, LocateRun, Neighborhood, NeighborhoodRun
from territories.neighborhoods import request_neighborhoods
from territories.tasks import import_neighborhoods_of, locate_all_doors
from tests.cast import NOON
from tests.territories.town import LAT, LON

STEP, ROW = 0.00036, 0.0018  # degrees from house to house and from street to street


def boxed(
    name: str | None, west: float, south: float, east: float, north: float, **properties: Any
) -> dict[str, Any]:
    """A feature around houses `west` to `east` of streets `south` to `north`."""
    x = [LON + (place - 0.5) * STEP for place in (west, east + 1)]
    y = [LAT + (row - 0.5) * ROW for row in (south, north + 1)]
    ring = [[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]], [x[0], y[0]]]
    named = properties if name is None else {"NAME": name, **properties}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": named, "geometry": geometry}


def text_of(*features: Any) -> str:
    """A collection of features, as in a file."""
    return json.dumps({"type": "FeatureCollection", "features": features})


def requested(member: Member, text: str, **options: Any) -> NeighborhoodRun:
    """The queued import of a file."""
    return request_neighborhoods(
        actor=member,
        file=ContentFile(text.encode(), name="boundaries.geojson"),
        options=BoundaryOptions(**options),
        now=NOON,
    )


def brought_in(member: Member, *features: Any, **options: Any) -> NeighborhoodRun:
    """The import of features, carried out, with the doors located after it."""
    run = requested(member, text_of(*features), **options)
    import_neighborhoods_of(run.pk)
    run.refresh_from_db()
    if "locate_run" in run.result:
        locate_all_doors(run.result["locate_run"])
    return run


def relocated(member: Member) -> LocateRun:
    """Every door, located anew."""
    run = request_locating(actor=member, now=NOON)
    locate_all_doors(run.pk)
    run.refresh_from_db()
    return run


def homes(organisation: Organisation) -> dict[str, str | None]:
    """The name of each door's neighborhood, by street and number."""
    rows = Door.objects.filter(organisation=organisation).select_related("building", "neighborhood")
    return {
        f"{door.building.street}{door.building.number}": (
            door.neighborhood.name if door.neighborhood else None
        )
        for door in rows
    }


def named(name: str) -> Neighborhood:
    """The neighborhood of that name."""
    return Neighborhood.objects.get(name=name)


def write(folder: Path, *features: Any) -> Path:
    """A file of features."""
    path = folder / "boundaries.geojson"
    path.write_text(text_of(*features), encoding="utf-8")
    return path
