"""A small town for the tests: rows of houses, cut and given out by the flows themselves.

Houses stand 20 m apart along streets that run east, 200 m from one street to the next.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from accounts.models import Member, Organisation, Role
from territories.assignments import assign_territory
from territories.cut_criteria import CutCriteria
from territories.cuts import publish_cut, request_cut
from territories.models import Assignment, Building, CutRun, Door, DoorUse, Territory
from territories.quadkeys import quadkeys
from territories.tasks import cut_territories
from tests.cast import NOON, Company

MONDAY = date(2026, 6, 1)
LON, LAT = 24.94, 60.17


def settle(organisation: Organisation, streets: int = 2, houses: int = 10) -> list[Door]:
    """One home in each of `houses` buildings on each of the streets A, B, C ... of Hill."""
    return [
        house(organisation, street=chr(ord("A") + row), number=str(place + 1), at=(place, row))
        for row in range(streets)
        for place in range(houses)
    ]


def house(
    organisation: Organisation, *, street: str, number: str, at: tuple[int, int], **fields: str
) -> Door:
    """A building of one door, `at` so many steps along and so many streets north of the corner."""
    lon, lat = LON + at[0] * 0.00036, LAT + at[1] * 0.0018
    place = {
        "organisation": organisation,
        "key": f"{fields.get('city', 'Hill')} {street} {number}",
        "lon": lon,
        "lat": lat,
        "quadkey": int(quadkeys(np.array([lon]), np.array([lat]))[0]),
    }
    city = fields.pop("city", "Hill")
    building = Building.objects.create(
        **place, street=street, number=number, city=city, postcode="00100"
    )
    return Door.objects.create(
        **place, building=building, dataset="town", **{"use": DoorUse.HOME, **fields}
    )


def admin_of(company: Company) -> Member:
    """Whoever runs the company."""
    return next(member for member in company.members.values() if member.role == Role.ADMIN)


def done_cut(company: Company, territories: int | None = 2, **criteria: object) -> CutRun:
    """A cut that is computed and not yet published."""
    wish = CutCriteria(territories=territories, **criteria)  # type: ignore[arg-type]  # any of them
    cut = request_cut(actor=admin_of(company), name="Spring", criteria=wish, now=NOON)
    cut_territories(cut.pk)
    cut.refresh_from_db()
    return cut


def published_cut(company: Company, territories: int = 2) -> CutRun:
    """A published cut."""
    return publish_cut(actor=admin_of(company), cut=done_cut(company, territories), now=NOON)


def territory(cut: CutRun, number: int = 1) -> Territory:
    """A cut's territory of that number."""
    return Territory.objects.get(cut=cut, number=number)


def give(
    company: Company,
    place: Territory,
    member: Member,
    starts_on: date = MONDAY,
    ends_on: date | None = None,
) -> Assignment:
    """The territory, assigned by the company's admin."""
    return assign_territory(
        actor=admin_of(company),
        territory=place,
        member=member,
        starts_on=starts_on,
        ends_on=ends_on,
        now=NOON,
    )
