"""Proposals for who gets which territory, over HTTP."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import MAX_ID, FiniteField, OwnField
from accounts.api.filters import IdFilter
from accounts.api.permissions import IsManager, member_of
from accounts.api.runs import RunOut, RunRows
from accounts.models import Member
from common.errors import NotFound
from common.problems import problems
from territories import errors, selectors
from territories.api.serializers import AssignmentOut
from territories.deals import DealWish, Taker, apply_deal, change_deal, request_deal
from territories.models import CutRun, DealRun, Territory

MOST = 2**31 - 1


class TakerIn(serializers.Serializer[Taker]):
    """A member who takes part."""

    member = serializers.IntegerField(max_value=MAX_ID)
    has = serializers.ListField(
        child=serializers.CharField(max_length=80), default=list, help_text="Permits and skills."
    )
    most_minutes = FiniteField(min_value=0, default=None, help_text="Of work a week.")
    share = FiniteField(min_value=0, default=1.0, help_text="Of the value, beside others.")


def pairs_of(what: str) -> serializers.ListField:
    """Pairs of numbers."""
    pair = serializers.ListField(
        child=serializers.IntegerField(max_value=MAX_ID), min_length=2, max_length=2
    )
    return serializers.ListField(child=pair, default=list, max_length=10_000, help_text=what)


class NeedIn(serializers.Serializer[Any]):
    """What a territory needs: a language, a permit, a skill."""

    territory = serializers.IntegerField(min_value=1, max_value=MOST)
    need = serializers.CharField(max_length=80)


class ValueIn(serializers.Serializer[Any]):
    """What a territory is worth."""

    territory = serializers.IntegerField(min_value=1, max_value=MOST)
    value = FiniteField(min_value=0)


class DealIn(serializers.Serializer[DealRun]):
    """Territories to deal out: of which cut, from when, to whom, and by which rules."""

    cut = OwnField(CutRun.objects.all())
    starts_on = serializers.DateField()
    takers = TakerIn(many=True, allow_empty=False)
    needs = NeedIn(many=True, default=list)
    values = ValueIn(many=True, default=list)
    forced = pairs_of("[territory number, member]: settled.")
    forbidden = pairs_of("[territory number, member]: never.")
    together = pairs_of("[territory, territory], by number: to one member.")
    apart = pairs_of("[territory, territory], by number: to two members.")
    most = serializers.IntegerField(
        min_value=1, max_value=MOST, default=None, help_text="Territories a member gets at most."
    )
    kept_bonus_m = FiniteField(
        min_value=0, default=2000.0, help_text="How much nearer the one who had it last counts."
    )
    seed = serializers.IntegerField(min_value=0, max_value=MOST, default=0)

    def wish(self) -> dict[str, Any]:
        """The cut, the day and the wish, as the domain takes them."""
        data = dict(self.validated_data)
        pairs = ("forced", "forbidden", "together", "apart")
        tuples: dict[str, Any] = {
            name: tuple(tuple(pair) for pair in data.pop(name)) for name in pairs
        }
        takers = tuple(Taker(**{**one, "has": tuple(one["has"])}) for one in data.pop("takers"))
        needs = tuple((one["territory"], one["need"]) for one in data.pop("needs"))
        values = tuple((one["territory"], one["value"]) for one in data.pop("values"))
        cut, starts_on = data.pop("cut"), data.pop("starts_on")
        wish = DealWish(takers=takers, needs=needs, values=values, **tuples, **data)
        return {"cut": cut, "starts_on": starts_on, "wish": wish}


class DealOut(RunOut):
    """A proposal: `deal` names each territory's member by id, null where it is left out."""

    wish = serializers.DictField()
    deal = serializers.DictField(child=serializers.IntegerField(allow_null=True))

    class Meta:
        model = DealRun
        fields = (*RunOut.Meta.fields, "cut", "starts_on", "wish", "deal", "applied_at")


class DealChangeIn(serializers.Serializer[DealRun]):
    """A territory of a proposal, and who is to get it; nobody if left out."""

    territory = OwnField(Territory.objects.all())
    member = OwnField(Member.objects.select_related("user", "team"), default=None)


class ApplyIn(serializers.Serializer[DealRun]):
    """How a proposal is applied."""

    offer = serializers.BooleanField(default=False, help_text="True to let members accept first.")


class DealFilter(filters.FilterSet):
    """Proposals by cut and state."""

    cut = IdFilter()

    class Meta:
        model = DealRun
        fields = ("state",)


class DealViewSet(RunRows[DealRun]):
    """Who gets which territory: ask for a proposal, change it, apply it."""

    queryset = selectors.deals()
    serializer_class = DealOut
    filterset_class = DealFilter
    permission_classes = [IsManager]

    @extend_schema(
        request=DealIn,
        responses={
            202: DealOut,
            **problems(
                NotFound, errors.CutNotPublished, errors.MemberLeft, errors.MemberWithoutHome
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Queue a proposal for the free territories of a cut; poll the answer's id."""
        asked = self.valid(DealIn).wish()
        run = request_deal(actor=member_of(request), now=timezone.now(), **asked)
        return Response(DealOut(run).data, status=202)

    @extend_schema(
        request=DealChangeIn,
        responses={
            200: DealOut,
            **problems(
                NotFound,
                errors.DealNotDone,
                errors.DealApplied,
                errors.DealInvalid,
                errors.MemberLeft,
            ),
        },
    )
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Give a territory of the proposal to somebody else, or to nobody."""
        body = self.valid(DealChangeIn).validated_data
        changed = change_deal(actor=member_of(request), run=self.get_object(), **body)
        return Response(DealOut(changed).data)

    @extend_schema(
        request=ApplyIn,
        responses={
            201: AssignmentOut(many=True),
            **problems(
                NotFound,
                errors.DealNotDone,
                errors.CutNotPublished,
                errors.TerritoryTaken,
                errors.MemberLeft,
            ),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def apply(self, request: Request, pk: str) -> Response:
        """Assign what the proposal deals, all of it or nothing; again answers the same."""
        offer = self.valid(ApplyIn).validated_data["offer"]
        actor = member_of(request)
        made = apply_deal(actor=actor, run=self.get_object(), offer=offer, now=timezone.now())
        return Response(AssignmentOut(made, many=True).data, status=201)
