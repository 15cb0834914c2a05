"""What can go wrong with shifts."""

from __future__ import annotations

from common.errors import DomainError


class ShiftExists(DomainError):
    """A member has one shift a day in a campaign."""

    code = "shift.exists"
    status = 409
    title = "The member has a shift on that day already."


class ShiftOutsideCampaign(DomainError):
    """Shifts lie within the campaign's dates."""

    code = "shift.outside_campaign"
    status = 422
    title = "The campaign does not run on that day. Choose a day within its dates."


class ShiftHoursInvalid(DomainError):
    """A shift is a span of time on one local day."""

    code = "shift.hours_invalid"
    status = 422
    title = (
        "A shift ends after it starts, and lies within its day by the clocks of the campaign's "
        "time zone."
    )


class ShiftPauseInvalid(DomainError):
    """A pause is over before its shift is."""

    code = "shift.pause_invalid"
    status = 422
    title = (
        "A pause lasts up to four hours, has an earliest and a latest beginning, and lies within "
        "its shift however late it begins."
    )


class ShiftMemberLeft(DomainError):
    """Who has left works no shifts."""

    code = "shift.member_left"
    status = 422
    title = "The member has left. Choose somebody who serves."


class ShiftWithoutPlace(DomainError):
    """Where the member's day starts is unknown."""

    code = "shift.no_place"
    status = 422
    title = (
        "Where the shift starts is unknown: give a place, set the member's home, or assign a "
        "territory."
    )
