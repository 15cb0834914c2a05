"""What can go wrong with campaigns, outcomes, shifts and visits."""

from __future__ import annotations

from common.errors import DomainError


class CampaignInvalid(DomainError):
    """The fields of a campaign contradict each other or mean nothing; `field` says which."""

    code = "campaign.invalid"
    status = 422
    title = "The campaign cannot be like this."


class CampaignNameTaken(DomainError):
    """Campaigns of an organisation are told apart by name."""

    code = "campaign.name_taken"
    status = 409
    title = "Another campaign has this name. Choose a different one."


class CampaignWithoutCut(DomainError):
    """Nobody has a territory in a campaign that works no cut."""

    code = "campaign.no_cut"
    status = 409
    title = "The campaign works no cut yet. Give it a published cut first."


class OutstandingWork(DomainError):
    """Somebody waits for the member whose territory is taken; `callbacks` counts them."""

    code = "assignment.outstanding"
    status = 409
    title = (
        "Callbacks are agreed in this territory. Say in `hand_to` who takes them over, or with "
        "`leave_outstanding` that nobody does."
    )


class ProductCodeTaken(DomainError):
    """The products of a campaign are told apart by code."""

    code = "product.code_taken"
    status = 409
    title = "Another product of the campaign has this code. Choose a different one."


class ProductPriceInvalid(DomainError):
    """Prices are not negative, and fit into the database."""

    code = "product.price_invalid"
    status = 422
    title = "A price is a whole number of minor units (cents), zero or more."


class OutcomeCodeTaken(DomainError):
    """The outcomes of an organisation are told apart by code."""

    code = "outcome.code_taken"
    status = 409
    title = "Another outcome has this code. Choose a different one."


class OutcomeKindUnknown(DomainError):
    """Every outcome means one of the fixed kinds."""

    code = "outcome.kind_unknown"
    status = 422
    title = "There is no such kind of outcome."


class ShiftExists(DomainError):
    """A member has one shift a day in a campaign."""

    code = "shift.exists"
    status = 409
    title = "The member has a shift on that day already."


class ShiftOutsideCampaign(DomainError):
    """Shifts lie within the campaign's dates."""

    code = "shift.outside_campaign"
    status = 422
    title = "The campaign does not run on that day. Choose a day within its dates."


class ShiftHoursInvalid(DomainError):
    """A shift is a span of time on one local day."""

    code = "shift.hours_invalid"
    status = 422
    title = (
        "A shift ends after it starts, and lies within its day by the clocks of the campaign's "
        "time zone."
    )


class ShiftMemberLeft(DomainError):
    """Who has left works no shifts."""

    code = "shift.member_left"
    status = 422
    title = "The member has left. Choose somebody who serves."


class ShiftWithoutPlace(DomainError):
    """Where the member's day starts is unknown."""

    code = "shift.no_place"
    status = 422
    title = (
        "Where the shift starts is unknown: give a place, set the member's home, or assign a "
        "territory."
    )


class VisitIdReused(DomainError):
    """An id names one visit for ever, whoever made it."""

    code = "visit.id_reused"
    status = 409
    title = "This id was used for a different visit. Make a new id for a new visit."


class VisitCampaignNotFound(DomainError):
    """The campaign does not exist or is another organisation's."""

    code = "visit.campaign_not_found"
    status = 404
    title = "There is no such campaign here."


class VisitDoorNotFound(DomainError):
    """The door does not exist, or was not in an assigned territory on that day."""

    code = "visit.door_not_found"
    status = 404
    title = "There is no such door here, or it was not yours on the day of the visit."


class VisitOutcomeNotFound(DomainError):
    """The organisation has no outcome with that code."""

    code = "visit.outcome_not_found"
    status = 404
    title = "There is no outcome with this code. Use one of the organisation's outcomes."


class VisitToCorrectNotFound(DomainError):
    """A correction names an own visit to the same door in the same campaign."""

    code = "visit.supersedes_not_found"
    status = 404
    title = "You have recorded no such visit to this door in this campaign."


class VisitAlreadyCorrected(DomainError):
    """A visit is corrected once; after that, its correction is."""

    code = "visit.already_superseded"
    status = 409
    title = "The visit has been corrected before. Correct the correction instead."


class VisitCallbackInPast(DomainError):
    """People agree on a time to come."""

    code = "visit.callback_in_past"
    status = 422
    title = "The agreed time lies before the visit. Give a later one."
