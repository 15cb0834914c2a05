"""What can go wrong with jurisdictions, ordinances, cancellation rules and permits."""

from __future__ import annotations

from common.errors import DomainError


class HoursInvalid(DomainError):
    """Hours name weekdays, an opening and a later closing."""

    code = "ordinance.hours_invalid"
    status = 422
    title = (
        "Give weekdays from 0 (Monday) to 6, and moments such as 09:00, 24:00, sunset+30 or "
        "sunrise-15, the closing after the opening."
    )


class LawDatesInvalid(DomainError):
    """What holds from a day on ends on a later one."""

    code = "law.dates_invalid"
    status = 422
    title = "It would end before it starts."


class LawChangeInPast(DomainError):
    """What was in force stays written down as it was; `today` is the place's day."""

    code = "law.change_in_past"
    status = 422
    title = "What was in force cannot be changed afterwards. Let the change begin today or later."


class HolidaysUnknown(DomainError):
    """Holidays are those of a country or a part of it that the library knows."""

    code = "law.holidays_unknown"
    status = 422
    title = "There is no such holiday calendar. Use a code such as US or US-OH."


class JurisdictionTaken(DomainError):
    """Jurisdictions of one level are told apart by name."""

    code = "jurisdiction.name_taken"
    status = 409
    title = "Another jurisdiction of this level has this name."


class OrdinanceTaken(DomainError):
    """A jurisdiction has one ordinance from a day on."""

    code = "ordinance.day_taken"
    status = 409
    title = "An ordinance of the jurisdiction starts on that day already."


class PermitTaken(DomainError):
    """A permit is noted once."""

    code = "permit.number_taken"
    status = 409
    title = "The member has a permit of this number there already."


class ShiftOutsidePermittedHours(DomainError):
    """The law of the place permits no such shift; `permitted` lists the windows of the day."""

    code = "shift.outside_permitted_hours"
    status = 422
    title = "Nobody may knock there at that time. Stay within the permitted hours."
