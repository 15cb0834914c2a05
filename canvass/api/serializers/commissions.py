"""What the API takes and gives of commissions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField
from accounts.models import Member, Team
from canvass.api.serializers.sales import money
from canvass.commission import Entry, EntryKind
from canvass.commissions import MAX_TIERS, RulePlan, Statement
from canvass.models import Campaign, Product
from canvass.models.commissions import CommissionRule, CommissionUnit, TierBy


class TierField(serializers.Serializer[dict[str, int]]):
    """From how much on which rate holds."""

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's, and cannot be declared."""
        return {"from": money(), "rate": money()}


class CommissionRuleIn(serializers.Serializer[RulePlan]):
    """A rule to set up. Without `team` the seller earns; with it, `member` by the team's sales."""

    campaign = OwnField(Campaign.objects.all())
    product = OwnField(Product.objects.all(), required=False)
    member = OwnField(Member.objects.all(), required=False)
    team = OwnField(Team.objects.all(), required=False)
    unit = serializers.ChoiceField(CommissionUnit.choices)
    tier_by = serializers.ChoiceField(TierBy.choices, required=False)
    tiers = serializers.ListField(
        child=TierField(),
        max_length=MAX_TIERS,
        help_text='One rate is [{"from": 0, "rate": 1500}]: 15 % in basis points.',
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)

    def plan(self) -> RulePlan:
        """What the validated body says."""
        given = dict(self.validated_data)
        tiers = tuple((tier["from"], tier["rate"]) for tier in given.pop("tiers"))
        return RulePlan(**given, tiers=tiers)


class EndRuleIn(serializers.Serializer[CommissionRule]):
    """The first day on which a rule holds no more."""

    ends_on = serializers.DateField()


class CommissionRuleOut(serializers.ModelSerializer[CommissionRule]):
    """A rule as it is stored."""

    tiers = serializers.ListField(child=TierField())

    class Meta:
        model = CommissionRule
        fields = (
            "id",
            "campaign",
            "product",
            "member",
            "team",
            "unit",
            "tier_by",
            "tiers",
            "starts_on",
            "ends_on",
            "created_at",
        )


class StatementQuery(serializers.Serializer[Statement]):
    """Whose statement, of which days; a rep's own if nobody is named."""

    campaign = OwnField(Campaign.objects.all())
    member = OwnField(Member.objects.all(), required=False)
    from_day = serializers.DateField(required=False)
    to_day = serializers.DateField(required=False, help_text="The first day left out.")


class EntryOut(serializers.Serializer[Entry]):
    """What is earned by a line of a sale, or taken back when the buyer cancels."""

    sale = serializers.UUIDField(source="sale_id")
    position = serializers.IntegerField(help_text="The line of the sale.")
    rule = serializers.IntegerField(source="rule_id")
    kind = serializers.ChoiceField([(kind.value, kind.value) for kind in EntryKind])
    day = serializers.DateField()
    amount_minor = serializers.IntegerField()
    pending = serializers.BooleanField(help_text="The buyer may still cancel.")


class StatementOut(serializers.Serializer[Statement]):
    """What a member earns: total = pending + payable, the sum of the entries."""

    member = serializers.IntegerField(source="member.pk")
    campaign = serializers.IntegerField(source="campaign.pk")
    currency = serializers.CharField(source="campaign.currency")
    total_minor = serializers.IntegerField()
    pending_minor = serializers.IntegerField()
    payable_minor = serializers.IntegerField()
    entries = EntryOut(many=True)
