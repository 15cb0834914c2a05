"""What can go wrong with do-not-knock entries and the files that they come from."""

from __future__ import annotations

from common.errors import DomainError


class ExpiryInvalid(DomainError):
    """A rule of expiry has what its kind needs, and nothing else."""

    code = "expiry.invalid"
    status = 422
    title = (
        "Give a count with `days` and `years` only, and a day with `on_day` only; a count is at "
        "least one and at most a century."
    )


class DoNotKnockDoorNotFound(DomainError):
    """The campaign or door does not exist here, or the door was not in an assigned territory."""

    code = "do_not_knock.door_not_found"
    status = 404
    title = "There is no such door in this campaign, or it was not yours on that day."


class DoNotKnockPlaceInvalid(DomainError):
    """An entry is of one door, one building, one street or one area."""

    code = "do_not_knock.place_invalid"
    status = 422
    title = "Name one place: a door, a building, a street or an area."


class DoNotKnockStreetUnknown(DomainError):
    """No building of the organisation is on the street."""

    code = "do_not_knock.street_unknown"
    status = 422
    title = "No known door is on a street of that name there. Spell it as the doors' addresses do."


class DoNotKnockAreaInvalid(DomainError):
    """An area is a GeoJSON polygon in degrees."""

    code = "do_not_knock.area_invalid"
    status = 422
    title = "The area must be a GeoJSON Polygon or MultiPolygon in degrees that encloses something."


class DoNotKnockEndsBeforeStart(DomainError):
    """An entry lasts."""

    code = "do_not_knock.ends_before_start"
    status = 422
    title = "The entry would end before it starts."


class DoNotKnockLifted(DomainError):
    """What was lifted is over; somebody who says it again makes a new entry."""

    code = "do_not_knock.lifted"
    status = 409
    title = "The entry has been lifted. Make a new one."


class DoNotKnockRenewed(DomainError):
    """An entry is renewed once; after that, its renewal is."""

    code = "do_not_knock.renewed"
    status = 409
    title = "The entry has been renewed before. Renew or lift the renewal, `renewed_by`."
