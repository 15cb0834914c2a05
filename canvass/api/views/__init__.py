"""The canvass API over HTTP."""

from canvass.api.views.campaigns import CampaignViewSet, OutcomeViewSet, ProductViewSet
from canvass.api.views.reports import FunnelView
from canvass.api.views.shifts import ShiftViewSet
from canvass.api.views.visits import ProspectViewSet, VisitViewSet

__all__ = [
    "CampaignViewSet",
    "FunnelView",
    "OutcomeViewSet",
    "ProductViewSet",
    "ProspectViewSet",
    "ShiftViewSet",
    "VisitViewSet",
]
