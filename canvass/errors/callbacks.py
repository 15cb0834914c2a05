"""What can go wrong with agreed times."""

from __future__ import annotations

from common.errors import DomainError


class CallbackMoveIdReused(DomainError):
    """An id names one move for ever, whoever made it."""

    code = "callback.id_reused"
    status = 409
    title = "This id was used for a different move. Make a new id for a new move."


class CallbackOver(DomainError):
    """What was kept, or agreed anew since, is not moved; `state` says which."""

    code = "callback.over"
    status = 409
    title = "This agreed time does not stand any more; see `state`. Move the latest one."


class CallbackInPast(DomainError):
    """People agree on a time to come."""

    code = "callback.in_past"
    status = 422
    title = "The new time lies before the moment at which it was agreed. Give a later one."


class CallbackOutsidePermittedHours(DomainError):
    """Nobody may knock there then, though invited; `permitted` has the day's windows."""

    code = "callback.outside_permitted_hours"
    status = 422
    title = "The law of the place permits no visit at that time; see `permitted`. Agree on another."
