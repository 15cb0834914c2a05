"""An organisation's own list of outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from accounts.models import Member, Organisation
from canvass.errors import OutcomeCodeTaken, OutcomeKindUnknown
from canvass.models import Outcome, OutcomeKind
from canvass.uniqueness import unless_taken
from common.errors import NotFound

# In the order of the buttons on a phone: what happens most often first.
DEFAULT_LABELS = {
    OutcomeKind.NO_ANSWER: "Nobody home",
    OutcomeKind.NOT_INTERESTED: "Not interested",
    OutcomeKind.NOT_HOME_DECISION_MAKER: "Decision maker not home",
    OutcomeKind.CALLBACK: "Come back later",
    OutcomeKind.DEMO: "Demonstration given",
    OutcomeKind.SALE: "Sold",
    OutcomeKind.REFUSED: "Refused to talk",
    OutcomeKind.INACCESSIBLE: "Could not reach the door",
    OutcomeKind.VACANT: "Nobody lives here",
    OutcomeKind.NO_SOLICITING_SIGN: "No-soliciting sign",
    OutcomeKind.DO_NOT_KNOCK: "Asked never to come again",
    OutcomeKind.HOSTILE: "Hostile",
}


def add_default_outcomes(*, organisation: Organisation) -> list[Outcome]:
    """Give an organisation an outcome for each kind, with the kind as its code.

    Codes that exist already are left as they are. Returns the outcomes of these codes, in order.
    """
    Outcome.objects.bulk_create(
        [
            Outcome(
                organisation=organisation, code=kind.value, label=label, kind=kind, position=number
            )
            for number, (kind, label) in enumerate(DEFAULT_LABELS.items(), start=1)
        ],
        ignore_conflicts=True,
    )
    rows = Outcome.objects.filter(organisation=organisation, code__in=OutcomeKind.values)
    return list(rows.order_by("position", "code"))


def create_outcome(
    *, actor: Member, code: str, label: str, kind: str, position: int = 0
) -> Outcome:
    """Add an outcome to the actor's organisation. Raises OutcomeCodeTaken, OutcomeKindUnknown."""
    if kind not in OutcomeKind.values:
        raise OutcomeKindUnknown(known=OutcomeKind.values)
    with unless_taken(OutcomeCodeTaken):
        return Outcome.objects.create(
            organisation_id=actor.organisation_id,
            code=code,
            label=label,
            kind=kind,
            position=position,
        )


@dataclass(frozen=True)
class OutcomeChanges:
    """What to change about an outcome; None leaves a field as it is. Not active means retired.

    Code and kind are for good: visits recorded with the outcome mean what they meant.
    """

    label: str | None = None
    position: int | None = None
    is_active: bool | None = None


def change_outcome(*, actor: Member, outcome: Outcome, changes: OutcomeChanges) -> Outcome:
    """Change, retire or bring back an outcome. Raises NotFound."""
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    rows = Outcome.objects.for_member(actor).filter(pk=outcome.pk)
    if not rows.update(**given) if given else not rows.exists():
        raise NotFound
    outcome.refresh_from_db()
    return outcome
