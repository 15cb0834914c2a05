"""What can go wrong with doors found in the field."""

from __future__ import annotations

from common.errors import DomainError


class FoundDoorInvalid(DomainError):
    """No door has such an address or position; `reason` is as in the rejects of an import."""

    code = "found_door.invalid"
    status = 422
    title = "This cannot be a door; see `reason`. Mend it and send it under a new id."


class FoundDoorCampaignNotFound(DomainError):
    """The campaign does not exist or is another organisation's."""

    code = "found_door.campaign_not_found"
    status = 404
    title = "There is no such campaign here."


class FoundDoorIdReused(DomainError):
    """An id names one found door for ever, whoever found it."""

    code = "found_door.id_reused"
    status = 409
    title = "This id was used for a different door. Make a new id for a new door."
