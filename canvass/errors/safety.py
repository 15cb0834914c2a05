"""What can go wrong with warnings and alarms."""

from __future__ import annotations

from common.errors import DomainError


class OutcomeNotHostile(DomainError):
    """How grave something is, is said of hostile outcomes only."""

    code = "outcome.not_hostile"
    status = 422
    title = "Only hostile outcomes have a severity above 1."


class DoorNotClosed(DomainError):
    """Only what is closed is reopened or kept closed."""

    code = "door_warning.not_closed"
    status = 409
    title = "The door is not closed, so that there is nothing to decide."


class AlarmIdReused(DomainError):
    """An id names one alarm for ever."""

    code = "alarm.id_reused"
    status = 409
    title = "This id was used for a different alarm. Make a new id for a new alarm."
