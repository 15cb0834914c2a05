"""What can go wrong with visits."""

from __future__ import annotations

from common.errors import DomainError


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


class VisitScriptNotFound(DomainError):
    """The campaign has no such version of its script."""

    code = "visit.script_not_found"
    status = 404
    title = "The campaign has no such version of its script."


class VisitAnswersInvalid(DomainError):
    """An answer that its question does not take; `question` says to which."""

    code = "visit.answers_invalid"
    status = 422
    title = "An answer does not fit its question in that version of the script."


class FlagThresholdsInvalid(DomainError):
    """A threshold that says nothing; `field` says which."""

    code = "flag.thresholds_invalid"
    status = 422
    title = "A threshold is a number above zero, and `far_m` is not below `near_m`."
