"""What can go wrong with campaigns, outcomes, shifts and visits."""

from canvass.errors.campaigns import (
    CampaignInvalid,
    CampaignNameTaken,
    CampaignWithoutCut,
    GoalInvalid,
    OutcomeCodeTaken,
    OutcomeKindUnknown,
    OutstandingWork,
    ProductCodeTaken,
    ProductPriceInvalid,
    ScriptInvalid,
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
    VisitAnswersInvalid,
    VisitCallbackInPast,
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitIdReused,
    VisitOutcomeNotFound,
    VisitScriptNotFound,
    VisitToCorrectNotFound,
)

__all__ = [
    "CampaignInvalid",
    "CampaignNameTaken",
    "CampaignWithoutCut",
    "GoalInvalid",
    "OutcomeCodeTaken",
    "OutcomeKindUnknown",
    "OutstandingWork",
    "ProductCodeTaken",
    "ProductPriceInvalid",
    "ScriptInvalid",
    "ShiftExists",
    "ShiftHoursInvalid",
    "ShiftMemberLeft",
    "ShiftOutsideCampaign",
    "ShiftWithoutPlace",
    "VisitAlreadyCorrected",
    "VisitAnswersInvalid",
    "VisitCallbackInPast",
    "VisitCampaignNotFound",
    "VisitDoorNotFound",
    "VisitIdReused",
    "VisitOutcomeNotFound",
    "VisitScriptNotFound",
    "VisitToCorrectNotFound",
]
