"""Which columns (CSV) or properties (GeoJSON) of a file hold the fields of a door."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from territories.importing.errors import ColumnMissing

DEFAULTS = {  # OpenAddresses' names; upper and lower case count as the same
    "lon": "LON",
    "lat": "LAT",
    "number": "NUMBER",
    "street": "STREET",
    "unit": "UNIT",
    "city": "CITY",
    "postcode": "POSTCODE",
    "name": "NAME",
    "use": "USE",
    "quality": "QUALITY",
}
SHOWN = 30

Columns = dict[str, tuple[str, ...]]


def resolve(mapping: Mapping[str, str], names: Sequence[str]) -> Columns:
    """For each field that the file has: the names of its columns, several where + joins them."""
    folded = {name.strip().casefold(): name for name in reversed(names)}
    found: Columns = {}
    for field, wanted in {**DEFAULTS, **mapping}.items():
        parts = [wanted] if wanted.strip().casefold() in folded else wanted.split("+")
        columns = [folded.get(part.strip().casefold()) for part in parts]
        if all(columns):
            found[field] = tuple(column for column in columns if column)
    return found


def require(
    fields: Iterable[str], found: Container[str], mapping: Mapping[str, str], names: Sequence[str]
) -> None:
    """Raise ColumnMissing, naming what the file has, unless all `fields` were found."""
    missing = [field for field in fields if field not in found]
    if not missing:
        return
    field = missing[0]
    wanted = mapping.get(field, DEFAULTS.get(field, field))
    has = ", ".join(names[:SHOWN])
    raise ColumnMissing(
        f"The file has no column {wanted!r} for the {field}; map it, as in {field}=COLUMN. "
        f"Its columns are: {has}.",
        field=field,
    )
