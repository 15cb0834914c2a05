"""The canvass API over HTTP."""

from canvass.api.views.cadence import (
    AttemptsView,
    CadenceView,
    RebuildRunViewSet,
)
from canvass.api.views.callbacks import CallbackCountsView, CallbackViewSet
from canvass.api.views.campaigns import (
    CampaignViewSet,
    OutcomeViewSet,
    ProductViewSet,
)
from canvass.api.views.cancellations import CancellationRuleViewSet, ReceiptView
from canvass.api.views.commissions import (
    CommissionRuleViewSet,
    StatementView,
)
from canvass.api.views.contacts import ContactReviewViewSet
from canvass.api.views.do_not_call import DoNotCallRunViewSet, DoNotCallViewSet
from canvass.api.views.do_not_knock import (
    DoNotKnockViewSet,
)
from canvass.api.views.flags import (
    CompanyThresholdsView,
    FlagThresholdsView,
    VisitFlagViewSet,
)
from canvass.api.views.found_doors import FoundDoorViewSet
from canvass.api.views.hooks import HookDeliveryViewSet, HookViewSet
from canvass.api.views.keeping import (
    BreadcrumbsView,
    EraseHouseholderView,
    HouseholderView,
    OwnRecordView,
    RecordSettingsView,
)
from canvass.api.views.law import (
    JurisdictionViewSet,
    OrdinanceViewSet,
    PermitViewSet,
)
from canvass.api.views.photos import PhotoFileView, VisitPhotosView, VisitPhotoView
from canvass.api.views.referrals import ReferralViewSet
from canvass.api.views.registries import (
    DoNotKnockRunViewSet,
)
from canvass.api.views.reports import (
    FunnelView,
    SeasonTableView,
    SeasonView,
)
from canvass.api.views.safety import AlarmViewSet, DoorWarningViewSet
from canvass.api.views.sales import (
    SaleViewSet,
    ShiftDeliveriesView,
)
from canvass.api.views.scripts import (
    GoalProgressView,
    GoalViewSet,
    ScriptViewSet,
)
from canvass.api.views.shift_events import ShiftEventsView, ShiftReportView
from canvass.api.views.shifts import (
    ShiftViewSet,
)
from canvass.api.views.sync import PullView, PushView
from canvass.api.views.telephone import TelephoneCallbackViewSet
from canvass.api.views.visits import (
    ProspectViewSet,
    VisitViewSet,
)

__all__ = [
    "AlarmViewSet",
    "AttemptsView",
    "BreadcrumbsView",
    "CadenceView",
    "CallbackCountsView",
    "CallbackViewSet",
    "CampaignViewSet",
    "CancellationRuleViewSet",
    "CommissionRuleViewSet",
    "CompanyThresholdsView",
    "ContactReviewViewSet",
    "DoNotCallRunViewSet",
    "DoNotCallViewSet",
    "DoNotKnockRunViewSet",
    "DoNotKnockViewSet",
    "DoorWarningViewSet",
    "EraseHouseholderView",
    "FlagThresholdsView",
    "FoundDoorViewSet",
    "FunnelView",
    "GoalProgressView",
    "GoalViewSet",
    "HookDeliveryViewSet",
    "HookViewSet",
    "HouseholderView",
    "JurisdictionViewSet",
    "OrdinanceViewSet",
    "OutcomeViewSet",
    "OwnRecordView",
    "PermitViewSet",
    "PhotoFileView",
    "ProductViewSet",
    "ProspectViewSet",
    "PullView",
    "PushView",
    "RebuildRunViewSet",
    "ReceiptView",
    "RecordSettingsView",
    "ReferralViewSet",
    "SaleViewSet",
    "ScriptViewSet",
    "SeasonTableView",
    "SeasonView",
    "ShiftDeliveriesView",
    "ShiftEventsView",
    "ShiftReportView",
    "ShiftViewSet",
    "StatementView",
    "TelephoneCallbackViewSet",
    "VisitFlagViewSet",
    "VisitPhotoView",
    "VisitPhotosView",
    "VisitViewSet",
]
