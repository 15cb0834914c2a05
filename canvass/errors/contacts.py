"""What can go wrong with contact details."""

from __future__ import annotations

from common.errors import DomainError


class ContactDoorNotFound(DomainError):
    """The door does not exist, or was not in an assigned territory on that day."""

    code = "contact.door_not_found"
    status = 404
    title = "There is no such door here, or it was not yours on that day."


class ContactReviewDecided(DomainError):
    """A review is decided once."""

    code = "contact_review.decided"
    status = 409
    title = "This has been decided otherwise already. Write the contact details anew."
