"""What can go wrong with campaigns, outcomes, shifts and visits."""

from canvass.errors.campaigns import (
    CampaignInvalid,
    CampaignNameTaken,
    CampaignWithoutCut,
    OutcomeCodeTaken,
    OutcomeKindUnknown,
    OutstandingWork,
    ProductCodeTaken,
    ProductPriceInvalid,
)
from canvass.errors.shifts import (
    ShiftExists,
    ShiftHoursInvalid,
    ShiftMemberLeft,
    ShiftOutsideCampaign,
    ShiftWithoutPlace,
)
from canvass.errors.visits import (
    VisitAlreadyCorrected,
    VisitCallbackInPast,
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitIdReused,
    VisitOutcomeNotFound,
    VisitToCorrectNotFound,
)

__all__ = [
    "CampaignInvalid",
    "CampaignNameTaken",
    "CampaignWithoutCut",
    "OutcomeCodeTaken",
    "OutcomeKindUnknown",
    "OutstandingWork",
    "ProductCodeTaken",
    "ProductPriceInvalid",
    "ShiftExists",
    "ShiftHoursInvalid",
    "ShiftMemberLeft",
    "ShiftOutsideCampaign",
    "ShiftWithoutPlace",
    "VisitAlreadyCorrected",
    "VisitCallbackInPast",
    "VisitCampaignNotFound",
    "VisitDoorNotFound",
    "VisitIdReused",
    "VisitOutcomeNotFound",
    "VisitToCorrectNotFound",
]
