"""Doors that come without a position are put where their addresses are."""

from __future__ import annotations

from collections.abc import Sequence

from territories.geocoding.answers import Address, NoMatch, Quality
from territories.geocoding.locate import AT_ONCE, Found, Locator
from territories.importing.rows import Candidate, Reason, Reject, Row
from territories.models import Door, PositionQuality

OWN, ASKED = PositionQuality.BUILDING.value, PositionQuality.GEOCODED.value


class OwnAddresses:
    """Places the rows of one import; a `Placing`.

    A row that is found among the organisation's own addresses takes that address's spelling, so
    that it joins the building which is there. A door that is known already stays where it is.
    """

    def __init__(self, locator: Locator) -> None:
        self.locator = locator
        self._lines: set[str] = set()  # of the batch: whose position is the building's

    def rows(self, rows: Sequence[Row]) -> list[Row | Reject]:
        """Each of the rows with the position of its address, or why there is none."""
        addresses = [Address(row.street, row.number, row.postcode, row.city) for row in rows]
        answers = self.locator.find(addresses)
        self._lines.update(row.line for row in rows)
        return [placed(row, answer) for row, answer in zip(rows, answers, strict=True)]

    def candidates(self, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates, those placed here and known already where they are known to be."""
        if not self._lines:
            return candidates
        lines, self._lines = self._lines, set()
        keys = [candidate.key for candidate in candidates if candidate.line in lines]
        known = self._known(keys)
        return [
            unmoved(candidate, known[candidate.key])
            if candidate.line in lines and candidate.key in known
            else candidate
            for candidate in candidates
        ]

    def _known(self, keys: Sequence[str]) -> dict[str, Door]:
        """The doors of some natural keys."""
        found: dict[str, Door] = {}
        for start in range(0, len(keys), AT_ONCE):
            doors = Door.objects.filter(
                organisation_id=self.locator.organisation_id,
                key__in=keys[start : start + AT_ONCE],
            )
            found |= {door.key: door for door in doors}
        return found


def placed(row: Row, answer: Found | NoMatch) -> Row | Reject:
    """The row at its address, or its reject."""
    if isinstance(answer, NoMatch):
        return Reject(row.line, Reason(answer.problem.value), answer.detail)
    quality = ASKED if answer.quality is Quality.GEOCODED else OWN
    return row._replace(**answer.address._asdict(), lon=answer.lon, lat=answer.lat, quality=quality)


def unmoved(candidate: Candidate, door: Door) -> Candidate:
    """The candidate at the position that its door has."""
    return candidate._replace(
        lon=door.lon,
        lat=door.lat,
        quadkey=door.quadkey,
        position_quality=PositionQuality.UNKNOWN.value,
    )
