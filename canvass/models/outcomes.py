"""The kinds of result a visit can have, and each organisation's own list of them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer

is_colour = RegexValidator(r"^#[0-9a-f]{6}\Z", "Use a colour such as #0072b2.")


class OutcomeKind(models.TextChoices):
    """The fixed meanings that every organisation's own outcomes map to."""

    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    HOSTILE = "hostile"
    NOT_INTERESTED = "not_interested"
    CALLBACK = "callback"
    DEMO = "demo"
    SALE = "sale"
    DO_NOT_KNOCK = "do_not_knock"
    NO_SOLICITING_SIGN = "no_soliciting_sign"
    INACCESSIBLE = "inaccessible"
    VACANT = "vacant"
    NOT_HOME_DECISION_MAKER = "not_home_decision_maker"


# What the kinds mean for the funnel: visit ⊇ contact ⊇ demo ⊇ sale.
SALE_KINDS = frozenset({OutcomeKind.SALE})


DEMO_KINDS = SALE_KINDS | {OutcomeKind.DEMO}  # nobody buys what was not shown


CONTACT_KINDS = DEMO_KINDS | {
    OutcomeKind.REFUSED,
    OutcomeKind.HOSTILE,
    OutcomeKind.NOT_INTERESTED,
    OutcomeKind.CALLBACK,
    OutcomeKind.DO_NOT_KNOCK,
    OutcomeKind.NOT_HOME_DECISION_MAKER,
}


INTEREST_KINDS = DEMO_KINDS | {OutcomeKind.CALLBACK}


# A sign binds like a word where the law says so, and where it does not it is wise to heed it.
DO_NOT_KNOCK_KINDS = frozenset({OutcomeKind.DO_NOT_KNOCK, OutcomeKind.NO_SOLICITING_SIGN})


MOST_SEVERE = 3


class OutcomeQuerySet(ScopedQuerySet["Outcome"]):
    """Outcomes; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All outcomes of the organisation."""
        return self


class Outcome(ScopedModel):
    """One entry of an organisation's own list of results, mapped to a fixed kind.

    `severity` is of hostile ones: 1 is abuse, 2 a threat, 3 violence; of all others it is 1.
    """

    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=24, choices=OutcomeKind)
    position = models.PositiveSmallIntegerField(default=0)
    colour = models.CharField(max_length=7, blank=True, validators=[is_colour])
    icon = models.SlugField(max_length=40, blank=True)
    severity = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="outcome_code_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(severity=1)
                | Q(severity__in=(2, MOST_SEVERE), kind=OutcomeKind.HOSTILE),
                name="outcome_severity_of_hostile",
            ),
        ]

    def __str__(self) -> str:
        return self.label
