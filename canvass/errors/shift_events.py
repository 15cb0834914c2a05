"""What can go wrong while a shift is worked."""

from __future__ import annotations

from common.errors import DomainError


class ShiftEventIdReused(DomainError):
    """An id names one event of a shift for ever."""

    code = "shift_event.id_reused"
    status = 409
    title = "This id was used for a different event. Make a new id for a new event."


class ShiftEventOutOfOrder(DomainError):
    """Shifts are opened, paused, resumed and closed in that order; `status` says how far it is."""

    code = "shift_event.out_of_order"
    status = 409
    title = "This cannot follow on what is known of the shift; see `status`. Send events in order."
