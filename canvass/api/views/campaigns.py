"""Campaigns, their products, and outcomes over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsAdmin, member_of
from accounts.api.rows import ManagedRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.campaigns import (
    CampaignPlan,
    ProductChanges,
    add_product,
    change_campaign,
    change_product,
    create_campaign,
    work_cut,
)
from canvass.errors.safety import OutcomeNotHostile
from canvass.models import Campaign, Outcome, Product
from canvass.outcomes import OutcomeChanges, change_outcome, create_outcome
from canvass.prices import set_price
from common.errors import NotFound
from common.problems import problems
from territories.errors import CutNotPublished


class CampaignViewSet(ManagedRows[Campaign]):
    """Campaigns; managers and admins set them up."""

    queryset = selectors.campaigns()
    serializer_class = serializers.CampaignOut
    filterset_class = filters.CampaignFilter

    @extend_schema(
        request=serializers.CampaignIn,
        responses={
            201: serializers.CampaignOut,
            **problems(errors.CampaignNameTaken, errors.CampaignInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Set up a campaign."""
        plan = CampaignPlan(**self.valid(serializers.CampaignIn).validated_data)
        made = create_campaign(actor=member_of(request), plan=plan, now=timezone.now())
        return Response(serializers.CampaignOut(made).data, status=201)

    @extend_schema(
        request=serializers.CampaignChangesIn,
        responses={
            200: serializers.CampaignOut,
            **problems(NotFound, errors.CampaignNameTaken, errors.CampaignInvalid),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of a campaign; shifts made before stay as they are."""
        changes = self.valid(serializers.CampaignChangesIn).validated_data
        actor = member_of(request)
        changed = change_campaign(actor=actor, campaign=self.get_object(), changes=changes)
        return Response(serializers.CampaignOut(changed).data)

    @extend_schema(
        request=serializers.WorkCutIn,
        responses={200: serializers.WorkCutOut, **problems(NotFound, CutNotPublished)},
    )
    @action(detail=True, methods=["post"], url_path="work-cut")
    def work_cut(self, request: Request, pk: str) -> Response:
        """Work the territories of a published cut: its doors become prospects.

        Prospects that exist keep their history. Doing it again changes nothing.
        """
        cut = self.valid(serializers.WorkCutIn).validated_data["cut"]
        campaign = self.get_object()
        added = work_cut(actor=member_of(request), campaign=campaign, cut=cut, now=timezone.now())
        answer = {"campaign": campaign, "new_prospects": added}
        return Response(serializers.WorkCutOut(answer).data)


class ProductViewSet(ManagedRows[Product]):
    """Products; managers and admins set them up."""

    queryset = selectors.products()
    serializer_class = serializers.ProductOut
    filterset_class = filters.ProductFilter

    @extend_schema(
        request=serializers.ProductIn,
        responses={201: serializers.ProductOut, **problems(NotFound, errors.ProductCodeTaken)},
    )
    def create(self, request: Request) -> Response:
        """Let a campaign sell something."""
        body = self.valid(serializers.ProductIn).validated_data
        made = add_product(actor=member_of(request), **body)
        return Response(serializers.ProductOut(made).data, status=201)

    @extend_schema(
        request=serializers.ProductChangesIn,
        responses={200: serializers.ProductOut, **problems(NotFound)},
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change, retire or bring back a product."""
        changes = ProductChanges(**self.valid(serializers.ProductChangesIn).validated_data)
        actor = member_of(request)
        changed = change_product(actor=actor, product=self.get_object(), changes=changes)
        return Response(serializers.ProductOut(changed).data)

    @extend_schema(
        request=serializers.ProductPriceIn,
        responses={200: serializers.ProductOut, **problems(NotFound)},
    )
    @action(detail=True, methods=["post"])
    def prices(self, request: Request, pk: str) -> Response:
        """Let it cost so much from a day on; again on that day changes what was said."""
        body = self.valid(serializers.ProductPriceIn).validated_data
        set_price(actor=member_of(request), product=self.get_object(), **body)
        return Response(serializers.ProductOut(self.get_object()).data)


class OutcomeViewSet(ManagedRows[Outcome]):
    """The organisation's outcomes; admins set them up."""

    queryset = selectors.outcomes()
    serializer_class = serializers.OutcomeOut
    filterset_class = filters.OutcomeFilter
    writer = IsAdmin

    @extend_schema(
        request=serializers.OutcomeIn,
        responses={
            201: serializers.OutcomeOut,
            **problems(errors.OutcomeCodeTaken, OutcomeNotHostile),
        },
    )
    def create(self, request: Request) -> Response:
        """Add an outcome; its code and kind are for good."""
        body = self.valid(serializers.OutcomeIn)
        names = {name: body.validated_data[name] for name in ("code", "label", "kind")}
        made = create_outcome(actor=member_of(request), look=body.look(), **names)
        return Response(serializers.OutcomeOut(made).data, status=201)

    @extend_schema(
        request=serializers.OutcomeChangesIn,
        responses={200: serializers.OutcomeOut, **problems(NotFound)},
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change, retire or bring back an outcome."""
        changes = OutcomeChanges(**self.valid(serializers.OutcomeChangesIn).validated_data)
        actor = member_of(request)
        changed = change_outcome(actor=actor, outcome=self.get_object(), changes=changes)
        return Response(serializers.OutcomeOut(changed).data)
