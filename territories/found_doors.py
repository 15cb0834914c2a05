"""A door that somebody stands before: the one that is known by its address, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any

from territories.importing.keys import door_key, fold
from territories.importing.normalise import Normaliser
from territories.importing.options import ImportOptions
from territories.importing.rows import Candidate, Reason, Row
from territories.models import Building, Door, DoorUse
from territories.streets.names import street_key

DATASET = "field"
NEAR_DEGREES = 0.0015  # some 170 m: the same number on the same street so near is the same house
OPTIONS = ImportOptions(format="csv", dataset=DATASET)
AS_TOLD = ("unit", "name", "use", "lon", "lat", "quadkey", "position_quality")


@dataclass(frozen=True)
class Address:
    """A door's address and where it is, as somebody says who stands there."""

    street: str
    number: str
    lon: float
    lat: float
    unit: str = ""
    postcode: str = ""
    city: str = ""
    name: str = ""
    use: str = DoorUse.UNKNOWN.value


class NotADoor(Exception):
    """An address or a position that no door has; `reason` is that of an import's rejects."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


def door_at(organisation_id: int, address: Address) -> tuple[Door, bool]:
    """The door of an address, made if need be, and whether it was known.

    It is known by the natural key that an import would give it, or because a house nearby has its
    number on its street, however that is spelled. Where neither city nor postcode is said, they are
    those of the nearest house. The caller holds the organisation. At most six queries. Raises
    NotADoor.
    """
    near = houses_near(organisation_id, address)
    found = candidate_of(address, near)
    building = building_of(organisation_id, found, near)
    key = door_key(building.key, found.unit, found.name)
    doors = Door.objects.filter(organisation=organisation_id).select_related("building")
    known = doors.filter(key=key).first() or alike(doors.filter(building=building), found)
    if known:
        return known, True
    told = {name: getattr(found, name) for name in AS_TOLD}
    made = Door(
        organisation_id=organisation_id, building=building, key=key, dataset=DATASET, **told
    )
    made.save(force_insert=True)
    return made, False


def houses_near(organisation_id: int, address: Address) -> list[Building]:
    """The buildings around a position, the nearest first."""
    east = NEAR_DEGREES / max(cos(radians(address.lat)), 0.01)
    rows = Building.objects.filter(
        organisation=organisation_id,
        lat__gte=address.lat - NEAR_DEGREES,
        lat__lte=address.lat + NEAR_DEGREES,
        lon__gte=address.lon - east,
        lon__lte=address.lon + east,
    )
    shrink = NEAR_DEGREES / east

    def apart(house: Building) -> tuple[float, int]:
        x, y = (house.lon - address.lon) * shrink, house.lat - address.lat
        return x * x + y * y, house.pk

    return sorted(rows, key=apart)


def candidate_of(address: Address, near: list[Building]) -> Candidate:
    """The address as an import would have it. Raises NotADoor where it would reject it."""
    said: dict[str, Any] = {**vars(address), "line": "", "quality": "", "external_id": ""}
    if near and not fold(address.city) and not fold(address.postcode):
        said |= {"city": near[0].city, "postcode": near[0].postcode}
    kept, refused = Normaliser(OPTIONS).batch([Row(**said)])
    if refused:
        raise NotADoor(refused[0].reason)
    return kept[0]


def building_of(organisation_id: int, found: Candidate, near: list[Building]) -> Building:
    """The building of a candidate, made if there is none."""
    rows = Building.objects.filter(organisation=organisation_id, key=found.building_key)
    known = rows.first() or next((house for house in near if is_house(house, found)), None)
    if known:
        return known
    made = Building(
        organisation_id=organisation_id,
        key=found.building_key,
        street=found.street,
        number=found.number,
        postcode=found.postcode,
        city=found.city,
        lon=found.lon,
        lat=found.lat,
        quadkey=found.quadkey,
    )
    made.save(force_insert=True)
    return made


def is_house(house: Building, found: Candidate) -> bool:
    """Whether a building nearby has this address; city and postcode count where both say them."""
    said = [(house.city, found.city), (house.postcode, found.postcode)]
    same_place = all(fold(a) == fold(b) for a, b in said if a and b)
    same_number = fold(house.number) == fold(found.number)
    return same_number and same_place and street_key(house.street) == street_key(found.street)


def alike(doors: Any, found: Candidate) -> Door | None:
    """The door of a building with this unit and name: its source may have ids of its own."""
    same = (fold(found.unit), fold(found.name))
    rows = doors.order_by("pk")
    return next((door for door in rows if (fold(door.unit), fold(door.name)) == same), None)
