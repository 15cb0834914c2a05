"""Campaigns with all that they are set up with, prospects, shifts and visits."""

from canvass.models.callbacks import CallbackMove, CallbackReminder, CallbackState
from canvass.models.campaigns import (
    Campaign,
    CampaignQuerySet,
    is_currency,
)
from canvass.models.cancellations import CancellationRule, CancellationRuleQuerySet
from canvass.models.commissions import CommissionRule, CommissionRuleQuerySet
from canvass.models.contacts import (
    ContactDecision,
    ContactDetails,
    ContactField,
    ContactReview,
    ContactReviewQuerySet,
)
from canvass.models.do_not_call import DoNotCallEntry, DoNotCallRun, DoNotCallSource
from canvass.models.do_not_knock import (
    DoNotKnockDoor,
    DoNotKnockDoorQuerySet,
    DoNotKnockEntry,
    DoNotKnockEntryQuerySet,
    DoNotKnockRun,
    DoNotKnockScope,
    DoNotKnockSource,
    Reach,
)
from canvass.models.feeds import Feed, FeedMark, FeedTerritory
from canvass.models.flags import FlagDecision, FlagKind, VisitFlag, VisitFlagQuerySet
from canvass.models.found_doors import FoundDoor, FoundDoorQuerySet
from canvass.models.goals import Goal, GoalFigure, GoalQuerySet
from canvass.models.hooks import DeliveryState, Hook, HookDelivery, HookEvent, HookKind
from canvass.models.keeping import Breadcrumb, Erasure, RecordSettings
from canvass.models.law import (
    EverybodyReads,
    Jurisdiction,
    JurisdictionLevel,
    Ordinance,
    Permit,
    PermitQuerySet,
)
from canvass.models.list_entries import ExpiryKind, ListEntry, ListEntryQuerySet
from canvass.models.outcomes import (
    CONTACT_KINDS,
    DEMO_KINDS,
    DO_NOT_KNOCK_KINDS,
    INTEREST_KINDS,
    SALE_KINDS,
    Outcome,
    OutcomeKind,
    OutcomeQuerySet,
    is_colour,
)
from canvass.models.photos import Photo, PhotoPart, PhotoQuerySet, PhotoType
from canvass.models.positions import on_earth
from canvass.models.products import (
    Product,
    ProductPrice,
    ProductPriceQuerySet,
    ProductQuerySet,
)
from canvass.models.prospects import Prospect, ProspectQuerySet, Temperature
from canvass.models.rebuilds import RebuildRun, RebuildRunQuerySet
from canvass.models.referrals import Referral, ReferralQuerySet, ReferralWithdrawal
from canvass.models.safety import (
    Alarm,
    AlarmQuerySet,
    ClosureDecision,
    DoorWarning,
    DoorWarningQuerySet,
)
from canvass.models.sales import (
    Language,
    PaymentMethod,
    ReceiptCounter,
    Sale,
    SaleEvent,
    SaleEventKind,
    SaleLine,
    SaleQuerySet,
    SaleStatus,
)
from canvass.models.scripts import QuestionKind, Script, ScriptQuerySet
from canvass.models.shift_events import ShiftEvent, ShiftEventKind
from canvass.models.shifts import Shift, ShiftQuerySet
from canvass.models.sync import OpStatus, SyncOp
from canvass.models.telephone import (
    TelephoneCall,
    TelephoneCallback,
    TelephoneCallbackState,
    TelephoneReminder,
)
from canvass.models.visits import Visit, VisitQuerySet

__all__ = [
    "CONTACT_KINDS",
    "DEMO_KINDS",
    "DO_NOT_KNOCK_KINDS",
    "INTEREST_KINDS",
    "SALE_KINDS",
    "Alarm",
    "AlarmQuerySet",
    "Breadcrumb",
    "CallbackMove",
    "CallbackReminder",
    "CallbackState",
    "Campaign",
    "CampaignQuerySet",
    "CancellationRule",
    "CancellationRuleQuerySet",
    "ClosureDecision",
    "CommissionRule",
    "CommissionRuleQuerySet",
    "ContactDecision",
    "ContactDetails",
    "ContactField",
    "ContactReview",
    "ContactReviewQuerySet",
    "DeliveryState",
    "DoNotCallEntry",
    "DoNotCallRun",
    "DoNotCallSource",
    "DoNotKnockDoor",
    "DoNotKnockDoorQuerySet",
    "DoNotKnockEntry",
    "DoNotKnockEntryQuerySet",
    "DoNotKnockRun",
    "DoNotKnockScope",
    "DoNotKnockSource",
    "DoorWarning",
    "DoorWarningQuerySet",
    "Erasure",
    "EverybodyReads",
    "ExpiryKind",
    "Feed",
    "FeedMark",
    "FeedTerritory",
    "FlagDecision",
    "FlagKind",
    "FoundDoor",
    "FoundDoorQuerySet",
    "Goal",
    "GoalFigure",
    "GoalQuerySet",
    "Hook",
    "HookDelivery",
    "HookEvent",
    "HookKind",
    "Jurisdiction",
    "JurisdictionLevel",
    "Language",
    "ListEntry",
    "ListEntryQuerySet",
    "OpStatus",
    "Ordinance",
    "Outcome",
    "OutcomeKind",
    "OutcomeQuerySet",
    "PaymentMethod",
    "Permit",
    "PermitQuerySet",
    "Photo",
    "PhotoPart",
    "PhotoQuerySet",
    "PhotoType",
    "Product",
    "ProductPrice",
    "ProductPriceQuerySet",
    "ProductQuerySet",
    "Prospect",
    "ProspectQuerySet",
    "QuestionKind",
    "Reach",
    "RebuildRun",
    "RebuildRunQuerySet",
    "ReceiptCounter",
    "RecordSettings",
    "Referral",
    "ReferralQuerySet",
    "ReferralWithdrawal",
    "Sale",
    "SaleEvent",
    "SaleEventKind",
    "SaleLine",
    "SaleQuerySet",
    "SaleStatus",
    "Script",
    "ScriptQuerySet",
    "Shift",
    "ShiftEvent",
    "ShiftEventKind",
    "ShiftQuerySet",
    "SyncOp",
    "TelephoneCall",
    "TelephoneCallback",
    "TelephoneCallbackState",
    "TelephoneReminder",
    "Temperature",
    "Visit",
    "VisitFlag",
    "VisitFlagQuerySet",
    "VisitQuerySet",
    "is_colour",
    "is_currency",
    "on_earth",
]
