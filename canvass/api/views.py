"""Campaigns, products, outcomes, prospects, shifts, visits and the funnel over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsAdmin, member_of
from accounts.api.rows import ManagedRows, OwnRows
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
from canvass.models import Campaign, Outcome, Product, Prospect, Shift, Visit
from canvass.outcomes import OutcomeChanges, change_outcome, create_outcome
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from canvass.visits import record_visit
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


class OutcomeViewSet(ManagedRows[Outcome]):
    """The organisation's outcomes; admins set them up."""

    queryset = selectors.outcomes()
    serializer_class = serializers.OutcomeOut
    filterset_class = filters.OutcomeFilter
    writer = IsAdmin

    @extend_schema(
        request=serializers.OutcomeIn,
        responses={201: serializers.OutcomeOut, **problems(errors.OutcomeCodeTaken)},
    )
    def create(self, request: Request) -> Response:
        """Add an outcome; its code and kind are for good."""
        body = self.valid(serializers.OutcomeIn).validated_data
        made = create_outcome(actor=member_of(request), **body)
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


class ProspectViewSet(OwnRows[Prospect]):
    """Doors in campaigns with their state; a rep's are those in assigned territories."""

    queryset = selectors.prospects()
    serializer_class = serializers.ProspectOut
    filterset_class = filters.ProspectFilter


class ShiftViewSet(ManagedRows[Shift]):
    """Shifts; a rep sees their own, a manager the subtree's and schedules them."""

    queryset = selectors.shifts()
    serializer_class = serializers.ShiftOut
    filterset_class = filters.ShiftFilter

    @extend_schema(
        request=serializers.ShiftIn,
        responses={
            201: serializers.ShiftOut,
            **problems(
                NotFound,
                errors.ShiftExists,
                errors.ShiftOutsideCampaign,
                errors.ShiftHoursInvalid,
                errors.ShiftMemberLeft,
                errors.ShiftWithoutPlace,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Schedule one shift."""
        plan = ShiftPlan(**self.valid(serializers.ShiftIn).validated_data)
        made = schedule_shift(actor=member_of(request), plan=plan, now=timezone.now())
        return Response(serializers.ShiftOut(made).data, status=201)

    @extend_schema(
        request=serializers.ScheduleDayIn,
        responses={
            200: serializers.ShiftOut(many=True),
            **problems(
                NotFound,
                errors.CampaignWithoutCut,
                errors.ShiftOutsideCampaign,
                errors.ShiftHoursInvalid,
            ),
        },
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="schedule-day", pagination_class=None)
    def schedule_day(self, request: Request) -> Response:
        """Schedule a shift for everybody who has a territory on that day.

        Answers everybody's shift of the day; those that existed stay as they were.
        """
        body = self.valid(serializers.ScheduleDayIn).validated_data
        shifts = schedule_day(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.ShiftOut(shifts, many=True).data)


class VisitViewSet(OwnRows[Visit]):
    """Visits, which are recorded and never changed; a rep sees their own."""

    queryset = selectors.visits()
    serializer_class = serializers.VisitOut
    filterset_class = filters.VisitFilter

    @extend_schema(
        request=serializers.VisitIn,
        responses={
            201: serializers.VisitOut,
            200: serializers.VisitOut,
            **problems(
                errors.VisitCampaignNotFound,
                errors.VisitDoorNotFound,
                errors.VisitOutcomeNotFound,
                errors.VisitToCorrectNotFound,
                errors.VisitIdReused,
                errors.VisitAlreadyCorrected,
                errors.VisitCallbackInPast,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Record a visit: 201 the first time, 200 whenever the same is sent again."""
        new = self.valid(serializers.VisitIn).new_visit()
        visit, is_new = record_visit(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.VisitOut(visit).data, status=201 if is_new else 200)


class FunnelView(APIView):
    """From knocks to sales."""

    @extend_schema(
        parameters=[serializers.FunnelQuery],
        responses={200: serializers.FunnelOut, **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """The funnel of a campaign's visits that the member may see; corrected ones count once."""
        query = serializers.FunnelQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        report = selectors.funnel_report(member=member_of(request), **query.validated_data)
        return Response(serializers.FunnelOut(report).data)
