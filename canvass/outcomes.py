"""An organisation's own list of outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.models import Member, Organisation
from canvass.errors import OutcomeCodeTaken, OutcomeKindUnknown
from canvass.errors.safety import OutcomeNotHostile
from canvass.models import Outcome, OutcomeKind
from canvass.sync.feed import mark_for_all
from canvass.uniqueness import unless_taken
from common.errors import NotFound

# In the order of the buttons on a phone: what happens most often first. The colours tell apart for
# all eyes (Okabe and Ito 2008, Color Universal Design); the icons say the same without colour.
DEFAULTS = {
    OutcomeKind.NO_ANSWER: ("Nobody home", "#999999", "door"),
    OutcomeKind.NOT_INTERESTED: ("Not interested", "#56b4e9", "minus"),
    OutcomeKind.NOT_HOME_DECISION_MAKER: ("Decision maker not home", "#999999", "person"),
    OutcomeKind.CALLBACK: ("Come back later", "#f0e442", "clock"),
    OutcomeKind.DEMO: ("Demonstration given", "#0072b2", "eye"),
    OutcomeKind.SALE: ("Sold", "#009e73", "check"),
    OutcomeKind.REFUSED: ("Refused to talk", "#e69f00", "cross"),
    OutcomeKind.INACCESSIBLE: ("Could not reach the door", "#999999", "fence"),
    OutcomeKind.VACANT: ("Nobody lives here", "#999999", "empty"),
    OutcomeKind.NO_SOLICITING_SIGN: ("No-soliciting sign", "#cc79a7", "sign"),
    OutcomeKind.DO_NOT_KNOCK: ("Asked never to come again", "#d55e00", "stop"),
    OutcomeKind.HOSTILE: ("Hostile", "#000000", "warning"),
}


@dataclass(frozen=True)
class Look:
    """How an outcome shows on a phone: its place in the list, a colour as in #0072b2, an icon.

    And, of a hostile one, how gravely it warns of the door: 1 to 3.
    """

    position: int = 0
    colour: str = ""
    icon: str = ""
    severity: int = 1


def add_default_outcomes(*, organisation: Organisation) -> list[Outcome]:
    """Give an organisation an outcome for each kind, with the kind as its code.

    Codes that exist already are left as they are. Returns the outcomes of these codes, in order.
    """
    Outcome.objects.bulk_create(
        [
            Outcome(
                organisation=organisation,
                code=kind.value,
                label=label,
                kind=kind,
                position=number,
                colour=colour,
                icon=icon,
            )
            for number, (kind, (label, colour, icon)) in enumerate(DEFAULTS.items(), start=1)
        ],
        ignore_conflicts=True,
    )
    rows = Outcome.objects.filter(organisation=organisation, code__in=OutcomeKind.values)
    return list(rows.order_by("position", "code"))


def create_outcome(
    *, actor: Member, code: str, label: str, kind: str, look: Look | None = None
) -> Outcome:
    """Add an outcome to the actor's organisation.

    Raises OutcomeCodeTaken, OutcomeKindUnknown and OutcomeNotHostile.
    """
    if kind not in OutcomeKind.values:
        raise OutcomeKindUnknown(known=OutcomeKind.values)
    if look and look.severity > 1 and kind != OutcomeKind.HOSTILE:
        raise OutcomeNotHostile
    with unless_taken(OutcomeCodeTaken):
        made = Outcome.objects.create(
            organisation_id=actor.organisation_id,
            code=code,
            label=label,
            kind=kind,
            **asdict(look or Look()),
        )
        mark_for_all(made.organisation_id, "outcome", made.pk)
    return made


@dataclass(frozen=True)
class OutcomeChanges:
    """What to change about an outcome; None leaves a field as it is. Not active means retired.

    Code and kind are for good: visits recorded with the outcome mean what they meant.
    """

    label: str | None = None
    position: int | None = None
    colour: str | None = None
    icon: str | None = None
    is_active: bool | None = None


def change_outcome(*, actor: Member, outcome: Outcome, changes: OutcomeChanges) -> Outcome:
    """Change, retire or bring back an outcome. Raises NotFound."""
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    rows = Outcome.objects.for_member(actor).filter(pk=outcome.pk)
    with transaction.atomic():
        if not rows.update(**given) if given else not rows.exists():
            raise NotFound
        mark_for_all(actor.organisation_id, "outcome", outcome.pk)
    outcome.refresh_from_db()
    return outcome
