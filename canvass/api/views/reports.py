"""Reports over HTTP."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.downloads import AsItIs, csv_download
from accounts.api.permissions import member_of
from canvass import selectors
from canvass.api import serializers
from canvass.api.serializers.season import SeasonOut, SeasonQuery
from canvass.season import season_report
from canvass.season_table import season_table
from common.errors import NotFound
from common.problems import problems


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


class SeasonView(APIView):
    """Everything that came of a season."""

    @extend_schema(
        parameters=[SeasonQuery],
        responses={200: SeasonOut, **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """Visits, hours, sales and commissions by rep and by day, outcomes and products."""
        query = SeasonQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        report = season_report(query.span(member_of(request)), timezone.now())
        return Response(SeasonOut(report).data)


class SeasonTableView(APIView):
    """A season's report for spreadsheets."""

    content_negotiation_class = AsItIs
    throttle_scope = "export"

    @extend_schema(
        parameters=[SeasonQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR, **problems(NotFound)},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The report as CSV: a line for the total and for each row, `part` says of what."""
        query = SeasonQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        report = season_report(query.span(member_of(request)), timezone.now())
        return csv_download(f"season-{report.campaign.pk}", [list(season_table(report))])
