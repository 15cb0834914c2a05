"""What can go wrong with the right to cancel."""

from __future__ import annotations

from common.errors import DomainError


class CancellationRuleInvalid(DomainError):
    """A rule has a name, a citation, days, a threshold and a calendar that exists; see `field`."""

    code = "cancellation_rule.invalid"
    status = 422
    title = "The rule makes no sense; see `field`."


class CancellationRuleNameTaken(DomainError):
    """One rule of a name begins on a day."""

    code = "cancellation_rule.name_taken"
    status = 409
    title = "There is a rule of this name from that day on."
