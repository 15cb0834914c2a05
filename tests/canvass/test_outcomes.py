"""The organisation's own list of outcomes."""

import pytest
from django.db import IntegrityError, transaction

from canvass.errors import OutcomeCodeTaken, OutcomeKindUnknown
from canvass.models import (
    CONTACT_KINDS,
    DEMO_KINDS,
    DO_NOT_KNOCK_KINDS,
    INTEREST_KINDS,
    SALE_KINDS,
    Outcome,
    OutcomeKind,
)
from canvass.outcomes import (
    DEFAULTS,
    Look,
    OutcomeChanges,
    add_default_outcomes,
    change_outcome,
    create_outcome,
)
from common.errors import NotFound
from tests.cast import Company


def add(company: Company, code: str = "dog", kind: str = "inaccessible") -> Outcome:
    return create_outcome(actor=company.ada, code=code, label="A dog", kind=kind, look=Look(3))


def test_the_defaults_cover_every_kind_once(sunrise: Company) -> None:
    """Twelve outcomes, coded like the kinds that they mean, in the order of their positions."""
    made = add_default_outcomes(organisation=sunrise.organisation)
    assert {outcome.code: outcome.kind for outcome in made} == {k: k for k in OutcomeKind.values}
    assert [outcome.position for outcome in made] == list(range(1, 13))
    assert [(row.label, row.colour, row.icon) for row in made] == list(DEFAULTS.values())
    assert {outcome.organisation for outcome in made} == {sunrise.organisation}


def test_the_defaults_leave_what_there_is(sunrise: Company, moonlight: Company) -> None:
    """Again they add nothing, and a code that the organisation made its own stays as it is."""
    mine = create_outcome(
        actor=sunrise.ada, code="sale", label="Hurrah", kind="sale", look=Look(99)
    )
    for _ in range(2):
        made = add_default_outcomes(organisation=sunrise.organisation)
        assert len(made) == 12
        assert made[-1] == mine
        assert made[-1].label == "Hurrah"
    add_default_outcomes(organisation=moonlight.organisation)
    assert Outcome.objects.filter(organisation=sunrise.organisation).count() == 12


def test_the_kinds_nest() -> None:
    """A sale is a demo and a demo a contact; whom nobody met answered nothing."""
    assert SALE_KINDS < DEMO_KINDS < CONTACT_KINDS
    assert DEMO_KINDS < INTEREST_KINDS < CONTACT_KINDS
    nobody = {"no_answer", "no_soliciting_sign", "inaccessible", "vacant"}
    assert set(OutcomeKind.values) - set(CONTACT_KINDS) == nobody
    assert set(DO_NOT_KNOCK_KINDS) == {"do_not_knock", "no_soliciting_sign"}


def test_an_organisation_adds_its_own(sunrise: Company) -> None:
    """The row is as asked for, active, and the organisation's."""
    made = Outcome.objects.get(pk=add(sunrise).pk)
    assert (made.code, made.label, made.kind) == ("dog", "A dog", "inaccessible")
    assert (made.position, made.is_active) == (3, True)
    assert made.organisation == sunrise.organisation


def test_codes_are_taken_within_an_organisation(sunrise: Company, moonlight: Company) -> None:
    """The same code may mean something else to another company."""
    add(sunrise)
    with pytest.raises(OutcomeCodeTaken):
        add(sunrise, kind="vacant")
    create_outcome(actor=moonlight.olga, code="dog", label="Hund", kind="vacant")
    assert Outcome.objects.count() == 2


def test_kinds_are_a_closed_vocabulary(sunrise: Company) -> None:
    """The flow names the known ones; the database refuses the rest from whoever writes."""
    with pytest.raises(OutcomeKindUnknown) as caught:
        add(sunrise, kind="maybe")
    assert caught.value.details == {"known": OutcomeKind.values}
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.filter(pk=add(sunrise).pk).update(kind="maybe")


def test_an_outcome_is_renamed_moved_and_retired(sunrise: Company) -> None:
    """What is not named stays; zero and false are changes like others."""
    outcome = add(sunrise)
    for changes, expected in (
        (OutcomeChanges(), ("A dog", 3, True)),
        (OutcomeChanges(position=0), ("A dog", 0, True)),
        (OutcomeChanges(is_active=False), ("A dog", 0, False)),
        (OutcomeChanges(label="Dog", is_active=True), ("Dog", 0, True)),
    ):
        changed = change_outcome(actor=sunrise.ada, outcome=outcome, changes=changes)
        assert (changed.label, changed.position, changed.is_active) == expected
    assert (changed.code, changed.kind) == ("dog", "inaccessible")


def test_another_organisation_changes_nothing(sunrise: Company, moonlight: Company) -> None:
    """For Olga there is no such outcome, whether she names a change or not."""
    outcome = add(sunrise)
    for changes in (OutcomeChanges(label="Theirs"), OutcomeChanges()):
        with pytest.raises(NotFound):
            change_outcome(actor=moonlight.olga, outcome=outcome, changes=changes)
    outcome.refresh_from_db()
    assert outcome.label == "A dog"
