"""Campaigns with their products and outcomes, prospects, shifts and visits."""

from canvass.models.campaigns import (
    Campaign,
    CampaignQuerySet,
    Product,
    ProductQuerySet,
    is_currency,
)
from canvass.models.outcomes import (
    CONTACT_KINDS,
    DEMO_KINDS,
    DO_NOT_KNOCK_KINDS,
    INTEREST_KINDS,
    SALE_KINDS,
    Outcome,
    OutcomeKind,
    OutcomeQuerySet,
)
from canvass.models.positions import on_earth
from canvass.models.prospects import Prospect, ProspectQuerySet, Temperature
from canvass.models.shifts import Shift, ShiftQuerySet
from canvass.models.visits import FOR_EVER, Visit, VisitQuerySet

__all__ = [
    "CONTACT_KINDS",
    "DEMO_KINDS",
    "DO_NOT_KNOCK_KINDS",
    "FOR_EVER",
    "INTEREST_KINDS",
    "SALE_KINDS",
    "Campaign",
    "CampaignQuerySet",
    "Outcome",
    "OutcomeKind",
    "OutcomeQuerySet",
    "Product",
    "ProductQuerySet",
    "Prospect",
    "ProspectQuerySet",
    "Shift",
    "ShiftQuerySet",
    "Temperature",
    "Visit",
    "VisitQuerySet",
    "is_currency",
    "on_earth",
]
