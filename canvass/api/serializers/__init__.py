"""What the canvass API takes and gives; classes that take end in In, those that give in Out."""

from canvass.api.serializers.cadence import (
    AttemptRowOut,
    AttemptsQuery,
    CadenceOut,
    CadencePart,
    RebuildOut,
)
from canvass.api.serializers.campaigns import (
    CampaignChangesIn,
    CampaignIn,
    CampaignOut,
    ProductChangesIn,
    ProductIn,
    ProductOut,
    ProductPriceIn,
    ProductPriceOut,
    WorkCutIn,
    WorkCutOut,
)
from canvass.api.serializers.commissions import (
    CommissionRuleIn,
    CommissionRuleOut,
    EndRuleIn,
    EntryOut,
    StatementOut,
    StatementQuery,
)
from canvass.api.serializers.do_not_knock import (
    DoNotKnockIn,
    DoNotKnockOut,
    ExpiryIn,
    LiftIn,
    RenewIn,
)
from canvass.api.serializers.flags import (
    FlagDecisionIn,
    FlagThresholdsPart,
    VisitFlagOut,
)
from canvass.api.serializers.funnel import (
    FunnelOut,
    FunnelQuery,
    FunnelRowOut,
)
from canvass.api.serializers.goals import (
    GoalIn,
    GoalOut,
    GoalProgressOut,
    GoalProgressQuery,
)
from canvass.api.serializers.law import (
    JurisdictionIn,
    JurisdictionOut,
    OrdinanceChangesIn,
    OrdinanceIn,
    OrdinanceOut,
    PermitChangesIn,
    PermitIn,
    PermitOut,
    WhereIn,
)
from canvass.api.serializers.outcomes import (
    OutcomeChangesIn,
    OutcomeIn,
    OutcomeOut,
)
from canvass.api.serializers.prospects import (
    ProspectOut,
)
from canvass.api.serializers.registries import (
    RegistryIn,
    RegistryOut,
)
from canvass.api.serializers.sales import (
    HandOverIn,
    SaleEventIn,
    SaleEventOut,
    SaleIn,
    SaleLineIn,
    SaleLineOut,
    SaleOut,
)
from canvass.api.serializers.scripts import (
    ScriptIn,
    ScriptOut,
)
from canvass.api.serializers.shifts import (
    ScheduleDayIn,
    ShiftIn,
    ShiftOut,
)
from canvass.api.serializers.visits import (
    RecordedOut,
    SameVisitsIn,
    VisitBatchIn,
    VisitBatchOut,
    VisitIn,
    VisitOut,
)

__all__ = [
    "AttemptRowOut",
    "AttemptsQuery",
    "CadenceOut",
    "CadencePart",
    "CampaignChangesIn",
    "CampaignIn",
    "CampaignOut",
    "CommissionRuleIn",
    "CommissionRuleOut",
    "DoNotKnockIn",
    "DoNotKnockOut",
    "EndRuleIn",
    "EntryOut",
    "ExpiryIn",
    "FlagDecisionIn",
    "FlagThresholdsPart",
    "FunnelOut",
    "FunnelQuery",
    "FunnelRowOut",
    "GoalIn",
    "GoalOut",
    "GoalProgressOut",
    "GoalProgressQuery",
    "HandOverIn",
    "JurisdictionIn",
    "JurisdictionOut",
    "LiftIn",
    "OrdinanceChangesIn",
    "OrdinanceIn",
    "OrdinanceOut",
    "OutcomeChangesIn",
    "OutcomeIn",
    "OutcomeOut",
    "PermitChangesIn",
    "PermitIn",
    "PermitOut",
    "ProductChangesIn",
    "ProductIn",
    "ProductOut",
    "ProductPriceIn",
    "ProductPriceOut",
    "ProspectOut",
    "RebuildOut",
    "RecordedOut",
    "RegistryIn",
    "RegistryOut",
    "RenewIn",
    "SaleEventIn",
    "SaleEventOut",
    "SaleIn",
    "SaleLineIn",
    "SaleLineOut",
    "SaleOut",
    "SameVisitsIn",
    "ScheduleDayIn",
    "ScriptIn",
    "ScriptOut",
    "ShiftIn",
    "ShiftOut",
    "StatementOut",
    "StatementQuery",
    "VisitBatchIn",
    "VisitBatchOut",
    "VisitFlagOut",
    "VisitIn",
    "VisitOut",
    "WhereIn",
    "WorkCutIn",
    "WorkCutOut",
]
