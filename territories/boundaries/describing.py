"""What a feature's properties say: its key and name, its level, the people who live there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from territories.boundaries.options import DEMOGRAPHICS, BoundaryOptions
from territories.boundaries.reading import Feature
from territories.importing.errors import ColumnMissing
from territories.models import Level

NAME_PROPERTIES = ("name", "namelsad", "neighborhood", "n_hood", "precinct", "label", "title")
KEY_PROPERTIES = ("geoid", "geoid20", "geoid10", "globalid", "objectid", "fid")
KEY_LENGTH, NAME_LENGTH = 80, 120
MOST = {"households": 2**31 - 1, "children": 2**31 - 1, "median_income": 2**63 - 1}


@dataclass
class Described:
    """What a feature says of itself; `missing` and `unreadable` name demographics without value."""

    key: str
    name: str
    level: str
    is_named: bool
    demographics: dict[str, float | int | None] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()


class Describer:
    """Reads the properties of the features of one file. Raises ColumnMissing.

    That is where a mapped property is on none of the features: a slip of the pen in the options.
    """

    def __init__(self, features: Sequence[Feature], options: BoundaryOptions) -> None:
        self.options = options
        known = {name for feature in features for name in feature.properties}
        for wanted, name in options.mapping.items():
            if features and name not in known:
                there = ", ".join(sorted(known)[:20]) or "none at all"
                raise ColumnMissing(
                    f"No feature has the property {name!r} for {wanted}. There are: {there}."
                )
        by_name = {name.casefold(): name for name in sorted(known)}
        self._usual = {
            "name": [by_name[name] for name in NAME_PROPERTIES if name in by_name],
            "key": [by_name[name] for name in KEY_PROPERTIES if name in by_name],
        }
        self._keys: Counter[str] = Counter()

    def describe(self, feature: Feature) -> Described:
        """What a feature says of itself."""
        name = self._text(feature, "name")
        level = self._text(feature, "level").casefold().replace(" ", "_")
        found = Described(
            key=self._key(feature, name),
            name=(name or f"Neighborhood {feature.where.split()[-1]}")[:NAME_LENGTH],
            level=level if level in Level.values else self.options.level,
            is_named=bool(name),
        )
        self._count_people(feature, found)
        if level and level not in Level.values:
            found.unreadable = ("level", *found.unreadable)
        return found

    def _text(self, feature: Feature, wanted: str) -> str:
        mapped = self.options.mapping.get(wanted)
        for name in [mapped] if mapped else self._usual.get(wanted, []):
            value = feature.properties.get(name)
            if value not in (None, "") and not isinstance(value, dict | list):
                return str(value).strip()
        return ""

    def _key(self, feature: Feature, name: str) -> str:
        """The mapped key, the feature's id, a usual key, its name, or else its place in the file.

        A key that came before gets a number, so that no feature takes another's place.
        """
        mapped = self._text(feature, "key") if "key" in self.options.mapping else ""
        key = mapped or feature.id or self._text(feature, "key") or name or feature.where
        key = key[: KEY_LENGTH - 6]
        self._keys[key] += 1
        return key if self._keys[key] == 1 else f"{key} #{self._keys[key]}"

    def _count_people(self, feature: Feature, found: Described) -> None:
        unreadable = []
        for wanted in DEMOGRAPHICS:
            said, divisor = self._said(feature, wanted)
            value = number(said, divisor, wanted)
            found.demographics[wanted] = value
            if value is None and said not in (None, ""):
                unreadable.append(wanted)
        found.unreadable = tuple(unreadable)

    def _said(self, feature: Feature, wanted: str) -> tuple[Any, float]:
        """What the file says of a figure, and what it is to be divided by."""
        mapping = self.options.mapping
        if wanted == "owner_occupied_share" and "owner_occupied_percent" in mapping:
            return feature.properties.get(mapping["owner_occupied_percent"]), 100.0
        return feature.properties.get(mapping.get(wanted, "")), 1.0


def number(said: Any, divisor: float, wanted: str) -> float | int | None:
    """A figure that makes sense, or None: the census writes -666666666 for what it does not say."""
    text = said.replace(",", "").strip() if isinstance(said, str) else said
    try:
        value = float(text) / divisor
    except (TypeError, ValueError):
        return None
    if isinstance(said, bool) or not math.isfinite(value) or value < 0:
        return None
    if wanted in MOST:
        return round(value) if value <= MOST[wanted] else None
    return value if value <= 1 else None
