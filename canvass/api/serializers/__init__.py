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
from canvass.api.serializers.do_not_knock import DoNotKnockIn, DoNotKnockOut, LiftIn, RenewIn
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
from canvass.api.serializers.outcomes import (
    OutcomeChangesIn,
    OutcomeIn,
    OutcomeOut,
)
from canvass.api.serializers.prospects import (
    ProspectOut,
)
from canvass.api.serializers.registries import RegistryIn, RegistryOut
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
    "DoNotKnockIn",
    "DoNotKnockOut",
    "FunnelOut",
    "FunnelQuery",
    "FunnelRowOut",
    "GoalIn",
    "GoalOut",
    "GoalProgressOut",
    "GoalProgressQuery",
    "LiftIn",
    "OutcomeChangesIn",
    "OutcomeIn",
    "OutcomeOut",
    "ProductChangesIn",
    "ProductIn",
    "ProductOut",
    "ProductPriceIn",
    "ProductPriceOut",
    "ProspectOut",
    "RebuildOut",
    "RegistryIn",
    "RegistryOut",
    "RenewIn",
    "ScheduleDayIn",
    "ScriptIn",
    "ScriptOut",
    "ShiftIn",
    "ShiftOut",
    "VisitIn",
    "VisitOut",
    "WorkCutIn",
    "WorkCutOut",
]
