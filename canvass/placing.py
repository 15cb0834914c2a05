"""Where jurisdictions are: found by code or name among imported neighborhoods, or in a file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from accounts.audit import Change, note
from canvass.do_not_knock import kept_area
from canvass.errors import DoNotKnockAreaInvalid
from canvass.models import Jurisdiction, JurisdictionLevel
from territories.boundaries.reading import Feature, read_features
from territories.importing.files import SourceFile
from territories.importing.keys import fold
from territories.models import Level, Neighborhood

LAW_FILE = Path(__file__).parent / "law_rules" / "us_defaults.json"
LEVELS = {
    JurisdictionLevel.STATE: Level.REGION,
    JurisdictionLevel.COUNTY: Level.REGION,
    JurisdictionLevel.CITY: Level.CITY,
}


@dataclass(frozen=True)
class Boundary:
    """An area with a name, or an official code, or both; one that is imported has its row."""

    where: str
    name: str
    code: str = ""
    geometry: dict[str, Any] | None = None
    neighborhood: Neighborhood | None = None


class Placing(NamedTuple):
    """What was found for a jurisdiction: one boundary is where it is, any other number is not."""

    jurisdiction: Jurisdiction
    found: Sequence[Boundary]

    @property
    def boundary(self) -> Boundary | None:
        """Where the jurisdiction is, if that is certain."""
        return self.found[0] if len(self.found) == 1 else None


def boundaries_in(path: Path, name: str, code: str = "") -> list[Boundary]:
    """The features of a GeoJSON file by the properties that name them; + joins several names.

    Raises FileMissing, EmptyFile, Damaged, UnknownEncoding and WrongFormat.
    """
    source = SourceFile(path)
    features = read_features(source, source.encoding())
    return [
        Boundary(feature.where, named(feature, name), text(feature, code), feature.geometry)
        for feature in features
    ]


def named(feature: Feature, properties: str) -> str:
    """What properties of a feature say: NAME+STATE_NAME is "Clinton, Oklahoma"."""
    said = [text(feature, one.strip()) for one in properties.split("+")]
    return ", ".join(one for one in said if one)


def text(feature: Feature, name: str) -> str:
    """A property of a feature; empty if it has none."""
    value = feature.properties.get(name)
    return "" if value is None else str(value).strip()


def boundaries_of(organisation_id: int, level: str) -> list[Boundary]:
    """The imported neighborhoods that may be a jurisdiction of a level. One query."""
    rows = Neighborhood.objects.filter(
        organisation=organisation_id, level=LEVELS.get(JurisdictionLevel(level)), gone_at=None
    )
    return [
        Boundary(f"neighborhood {row.pk}", row.name, row.key, neighborhood=row)
        for row in rows.order_by("pk")
    ]


def placings(
    jurisdictions: Iterable[Jurisdiction], boundaries: Sequence[Boundary]
) -> Iterator[Placing]:
    """For each jurisdiction the boundaries of its code, or else of its name.

    Without capitals and punctuation; "Lehi, Utah" is also called "Lehi". O(n).
    """
    codes = known_codes()
    by_code: defaultdict[str, list[Boundary]] = defaultdict(list)
    by_name: defaultdict[str, list[Boundary]] = defaultdict(list)
    for boundary in boundaries:
        by_code[boundary.code].append(boundary)
        by_name[fold(boundary.name)].append(boundary)
    for one in jurisdictions:
        code = codes.get((one.level, one.name))
        called = (one.name, one.name.partition(",")[0])
        ways = [by_code.get(code, []) if code else [], *(by_name.get(fold(n), []) for n in called)]
        yield Placing(one, next(filter(None, ways), []))


def known_codes() -> dict[tuple[str, str], str]:
    """The FIPS codes of the jurisdictions that are shipped, by level and name."""
    rules = json.loads(LAW_FILE.read_text(encoding="utf-8"))
    return {
        (one["level"], one["name"]): one["fips"] for one in rules["jurisdictions"] if "fips" in one
    }


def write_placings(found: Iterable[Placing], now: datetime) -> list[Placing]:
    """Let jurisdictions be where they were found; returns those whose boundary is no area."""
    bad = []
    with transaction.atomic():
        for placing in found:
            boundary = placing.boundary
            if boundary is None:
                continue
            try:
                area = kept_area(boundary.geometry)
            except DoNotKnockAreaInvalid:
                bad.append(placing)
                continue
            Jurisdiction.objects.filter(pk=placing.jurisdiction.pk).update(
                area=area, neighborhood=boundary.neighborhood
            )
            told = {"boundary": boundary.where, "name": boundary.name}
            note(None, "jurisdiction.placed", Change(placing.jurisdiction, None, told), now=now)
    return bad
