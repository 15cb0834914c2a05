"""What can go wrong with telephone numbers, the do-not-call list and callbacks by telephone."""

from __future__ import annotations

from common.errors import DomainError


class PhoneInvalid(DomainError):
    """A number is one that can be dialled from anywhere."""

    code = "phone.invalid"
    status = 422
    title = (
        "This is no telephone number. Write it with + and its country, or name the country's two "
        "letters in `region`."
    )


class DoNotCallListed(DomainError):
    """Nobody is called who is on the list; `source` says who put the number there."""

    code = "do_not_call.listed"
    status = 422
    title = "The number is on the do-not-call list; see `source`. Agree on a visit instead."


class TelephoneCallbackIdReused(DomainError):
    """An id names one callback for ever, whoever made it."""

    code = "telephone_callback.id_reused"
    status = 409
    title = "This id was used for a different callback. Make a new id for a new one."


class TelephoneCallbackPlaceNotFound(DomainError):
    """Campaign or door do not exist, or the door was not in an assigned territory on that day."""

    code = "telephone_callback.place_not_found"
    status = 404
    title = "There is no such campaign or door here, or the door was not yours on that day."


class TelephoneCallIdReused(DomainError):
    """An id names one call for ever, whoever made it."""

    code = "telephone_call.id_reused"
    status = 409
    title = "This id was used for a different call. Make a new id for a new call."
