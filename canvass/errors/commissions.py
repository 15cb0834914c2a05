"""What can go wrong with commissions."""

from __future__ import annotations

from common.errors import DomainError


class CommissionRuleInvalid(DomainError):
    """Tiers begin at 0 and rise, rates are in range, an override names its earner; see `field`."""

    code = "commission_rule.invalid"
    status = 422
    title = "The rule makes no sense; see `field`."


class CommissionRuleEnded(DomainError):
    """A rule is ended once, and not before the day on which it is ended."""

    code = "commission_rule.ended"
    status = 409
    title = "What a rule has paid stays paid: give an open rule a last day that is not over."
