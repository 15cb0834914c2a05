"""What can go wrong with referrals."""

from __future__ import annotations

from common.errors import DomainError


class ReferralIdReused(DomainError):
    """An id names one referral for ever, whoever made it."""

    code = "referral.id_reused"
    status = 409
    title = "This id was used for a different referral. Make a new id for a new referral."


class ReferralCampaignNotFound(DomainError):
    """The campaign does not exist or is another organisation's."""

    code = "referral.campaign_not_found"
    status = 404
    title = "There is no such campaign here."


class ReferralDoorNotFound(DomainError):
    """The door does not exist, or was not in an assigned territory on that day."""

    code = "referral.door_not_found"
    status = 404
    title = "There is no such door here, or it was not yours on the day of the referral."


class ReferralSayerNotFound(DomainError):
    """The door of whoever said it does not exist, or is not the actor's to see."""

    code = "referral.said_by_door_not_found"
    status = 404
    title = "There is no such door here from which somebody could have said it."


class ReferralOfItself(DomainError):
    """Who lives behind a door is visited, and not referred."""

    code = "referral.of_itself"
    status = 422
    title = "Somebody else must have said it. Record a visit for what people say of themselves."
