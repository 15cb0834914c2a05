"""Taking a territory back."""

from datetime import timedelta

import pytest

from common.errors import NotFound
from territories.assignment_states import end_assignment
from territories.models import Assignment
from tests.cast import NOON, Company
from tests.territories.town import give, published_cut, settle, territory

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def given(sunrise: Company) -> Assignment:
    """Rosa's territory."""
    settle(sunrise.organisation)
    return give(sunrise, territory(published_cut(sunrise)), sunrise.rosa)


def test_an_ended_assignment_stays_as_history(sunrise: Company, given: Assignment) -> None:
    """The row keeps its dates and gets the time of its end."""
    assert end_assignment(actor=sunrise.max, assignment=given, now=LATER) is given
    row = Assignment.objects.get()
    assert (row.ended_at, row.starts_on, row.member) == (LATER, given.starts_on, sunrise.rosa)


def test_ending_twice_keeps_the_first_time(sunrise: Company, given: Assignment) -> None:
    """A repeated request changes nothing, even if the caller's object is out of date."""
    stale = Assignment.objects.get()
    end_assignment(actor=sunrise.max, assignment=given, now=NOON)
    assert end_assignment(actor=sunrise.max, assignment=stale, now=LATER).ended_at == NOON


def test_only_who_sees_it_ends_it(sunrise: Company, moonlight: Company, given: Assignment) -> None:
    """For the south's manager and the other company, Rosa's assignment does not exist."""
    for stranger in (sunrise.mona, sunrise.rui, moonlight.olga):
        with pytest.raises(NotFound):
            end_assignment(actor=stranger, assignment=given, now=LATER)
    assert Assignment.objects.get().ended_at is None
