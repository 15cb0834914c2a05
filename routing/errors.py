"""What can go wrong with planning. A door that does not fit into a route is no error."""

from __future__ import annotations

from common.errors import DomainError


class NobodyToPlan(DomainError):
    """No shift of that day is visible to whoever asks."""

    code = "plan.no_shifts"
    status = 422
    title = "Nobody you may see has a shift on that day. Schedule the day's shifts first."


class ShiftTooShort(DomainError):
    """The member could not even walk from the start to the end."""

    code = "plan.shift_too_short"
    status = 422
    title = (
        "The shift is shorter than the walk from its start to its end. Lengthen the shift or "
        "bring its places closer together."
    )
