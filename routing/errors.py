"""What can go wrong with planning. A door that does not fit into a route is no error."""

from __future__ import annotations

from common.errors import DomainError


class NobodyToPlan(DomainError):
    """No shift of that day is visible to whoever asks."""

    code = "plan.no_shifts"
    status = 422
    title = "Nobody you may see has a shift on that day. Schedule the day's shifts first."


class ShiftTooShort(DomainError):
    """The member could not even walk from the start to the end and take the pause."""

    code = "plan.shift_too_short"
    status = 422
    title = (
        "The shift is shorter than the walk from its start to its end, with its pause. Lengthen "
        "the shift or bring its places closer together."
    )


class ShiftOver(DomainError):
    """There is nothing left of the shift to plan."""

    code = "plan.shift_over"
    status = 422
    title = "The shift is over at that time. Plan from an earlier one, or another shift."


class ProgressStopNotFound(DomainError):
    """The route is not the member's own, or has no such stop."""

    code = "route_progress.stop_not_found"
    status = 404
    title = "None of your routes has such a stop. Pull the route anew."


class ProgressIdReused(DomainError):
    """An id names one word on one stop for ever, whoever said it."""

    code = "route_progress.id_reused"
    status = 409
    title = "This id was used for something else. Make a new id for another stop."


class WayHomeTooLong(DomainError):
    """The walk from the start to the end is longer than the member is to walk."""

    code = "plan.way_home_too_long"
    status = 422
    title = (
        "The walk from the shift's start to its end alone is longer than the walking that the "
        "shift allows. Allow more, or bring its places closer together."
    )
