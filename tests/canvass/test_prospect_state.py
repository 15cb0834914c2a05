"""The rule by which visits add up to a prospect, and that recording keeps to it."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canvass.cadence import Cadence, default_cadence
from canvass.models import CONTACT_KINDS, Campaign, OutcomeKind, Prospect
from canvass.new_visits import NewVisit
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from canvass.visits import record_visit
from common.ids import uuid7
from tests.canvass.world import NOW, Town, undone

LATER = NOW + timedelta(days=2)


def facts(kind: str, hours: float = 0, number: int = 0, **more: UUID | datetime) -> VisitFacts:
    """A visit so many hours from now; `number` tells visits apart and orders those at one time."""
    identity = UUID(int=number or int(hours * 60) + 10_000)
    return VisitFacts(identity, kind, NOW + timedelta(hours=hours), **more)  # type: ignore[arg-type]  # callback_at or supersedes


def test_a_door_never_visited_is_cold() -> None:
    """Nothing adds up to the defaults, which are those of the table."""
    assert prospect_state([]) == ProspectState()
    assert stored_state(Prospect()) == ProspectState()


def test_visits_add_up() -> None:
    """Attempts and contacts are counted, the latest by its time says what was last."""
    state = prospect_state([facts("demo", 1), facts("no_answer", 2), facts("refused", 0)])
    assert state == ProspectState(
        temperature="warm",
        attempts=3,
        contacts=2,
        last_kind="no_answer",
        last_visited_at=NOW + timedelta(hours=2),
    )


@pytest.mark.parametrize("kind", OutcomeKind.values)
def test_what_one_visit_of_each_kind_means(kind: str) -> None:
    """Interest warms, a word or a sign closes the door, a sale makes a customer."""
    state = prospect_state([facts(kind)])
    assert (state.temperature == "warm") == (kind in {"callback", "demo", "sale"})
    assert state.do_not_knock == (kind in {"do_not_knock", "no_soliciting_sign"})
    assert state.customer == (kind == "sale")
    silent = {"no_answer", "no_soliciting_sign", "inaccessible", "vacant"}
    assert state.contacts == (kind not in silent)


def test_warmth_customers_and_refusals_last() -> None:
    """What comes afterwards does not undo them."""
    state = prospect_state([facts("sale", 0), facts("do_not_knock", 1), facts("no_answer", 2)])
    assert (state.temperature, state.customer, state.do_not_knock) == ("warm", True, True)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """The sale that was none leaves neither a customer nor warmth nor an attempt more."""
    wrong = facts("sale", 0, number=1)
    right = facts("no_answer", 1, number=2, supersedes=wrong.id)
    assert prospect_state([wrong, right]) == prospect_state([facts("no_answer", 1)])
    again = facts("refused", 2, number=3, supersedes=right.id)
    assert prospect_state([again, wrong, right]) == prospect_state([facts("refused", 2)])


def test_an_agreed_time_stands_until_somebody_answers() -> None:
    """Nobody home leaves the appointment; a contact without a new time ends it."""
    agreed = facts("callback", 0, callback_at=LATER)
    assert prospect_state([agreed]).next_due_at == LATER
    assert prospect_state([agreed, facts("no_answer", 60)]).next_due_at == LATER
    assert prospect_state([agreed, facts("not_interested", 60)]).next_due_at is None


def test_the_time_agreed_last_counts() -> None:
    """Last by the time of the visit, not by the time agreed on."""
    sooner = LATER - timedelta(days=1)
    visits = [
        facts("demo", 1, callback_at=sooner),
        facts("callback", 0, callback_at=LATER),
    ]
    assert prospect_state(visits).next_due_at == sooner


def test_nobody_is_due_where_nobody_may_knock() -> None:
    """A do-not-knock ends every appointment, one made later included."""
    visits = [facts("do_not_knock", 0), facts("callback", 1, callback_at=LATER)]
    assert prospect_state(visits).next_due_at is None


def test_what_does_not_count_still_closes_the_door() -> None:
    """A former assignee's late sale makes no customer; a householder's word binds all."""
    sale = facts("sale", 0)._replace(counts=False)
    assert prospect_state([sale]) == ProspectState()
    word = facts("do_not_knock", 1)._replace(counts=False)
    assert prospect_state([sale, word]) == ProspectState(do_not_knock=True)
    state = prospect_state([facts("demo", 0), word])
    assert (state.attempts, state.do_not_knock) == (1, True)


def test_whom_a_neighbour_has_referred_is_warm() -> None:
    """Before anybody has knocked, and after nobody was home."""
    assert prospect_state([], referred=True) == ProspectState("warm", referred=True)
    assert prospect_state([facts("no_answer")], referred=True).temperature == "warm"


def test_of_two_visits_at_one_time_the_higher_id_is_the_later() -> None:
    """So that every database and phone agrees on the last one."""
    pair = [facts("refused", 0, number=2), facts("demo", 0, number=1)]
    assert prospect_state(pair).last_kind == prospect_state(pair[::-1]).last_kind == "refused"


@st.composite
def histories(draw: st.DrawFn, most: int = 8) -> list[NewVisit]:
    """Visits to one door in an order in which each correction follows what it corrects.

    Each is corrected at most once; a correction may be corrected. Times coincide now and then.
    """
    seed = draw(st.integers(0, 2**32 - 1))
    bits = random.Random(seed).getrandbits
    visits: list[NewVisit] = []
    for _ in range(draw(st.integers(0, most))):
        at = NOW - timedelta(hours=draw(st.integers(0, 5)))
        open_ids = {visit.id for visit in visits} - {visit.supersedes for visit in visits}
        corrected = st.one_of(st.none(), st.sampled_from(sorted(open_ids))) if open_ids else None
        ahead = draw(st.none() | st.integers(1, 3))
        visits.append(
            NewVisit(
                id=uuid7(at, bits),
                campaign_id=0,
                door_id=0,
                outcome=draw(st.sampled_from(OutcomeKind.values)),
                occurred_at=at,
                callback_at=ahead and at + timedelta(days=ahead),  # type: ignore[arg-type]  # 0 is not drawn
                supersedes=draw(corrected) if corrected is not None else None,
            )
        )
    return visits


CADENCE = Cadence.of({**default_cadence(), "max_attempts": 4}, "America/New_York")


def as_facts(visit: NewVisit) -> VisitFacts:
    return VisitFacts(
        visit.id, visit.outcome, visit.occurred_at, visit.callback_at, visit.supersedes
    )


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[NewVisit], list[NewVisit]]:
    """A history, and the same as a network delivers it: any order, some of it several times.

    A phone sends a correction only once what it corrects has arrived, so that order is kept.
    """
    history = draw(histories())
    waiting, arrived = list(history), list[NewVisit]()
    while waiting:
        known = {visit.id for visit in arrived} | {None}
        ready = [visit for visit in waiting if visit.supersedes in known]
        visit = draw(st.sampled_from(ready))
        waiting.remove(visit)
        arrived.append(visit)
        if draw(st.booleans()):
            arrived.append(draw(st.sampled_from(arrived)))
    return history, arrived


@given(history=histories(), order=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(
    history: list[NewVisit], order: random.Random
) -> None:
    """Any permutation of the visits, with repeats, corrections first or last, adds up the same."""
    once = [as_facts(visit) for visit in history]
    many = once + order.choices(once, k=4) if once else []
    order.shuffle(many)
    for cadence in (None, CADENCE):
        assert prospect_state(many, cadence) == prospect_state(once, cadence)


@given(history=histories())
def test_the_state_can_be_counted_by_hand(history: list[NewVisit]) -> None:
    """Counts and flags are those of the visits that no correction names, whatever their order."""
    corrected = {visit.supersedes for visit in history}
    kinds = [visit.outcome for visit in history if visit.id not in corrected]
    state = prospect_state(map(as_facts, history))
    assert state.attempts == len(kinds)
    assert state.contacts == sum(kind in CONTACT_KINDS for kind in kinds)
    assert state.customer == ("sale" in kinds)
    assert state.do_not_knock == bool({"do_not_knock", "no_soliciting_sign"} & set(kinds))
    assert (state.temperature == "warm") == bool({"callback", "demo", "sale"} & set(kinds))
    assert state.last_kind in (kinds or [""])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=deliveries())
def test_recording_adds_up_as_the_rule_does(
    town: Town, pair: tuple[list[NewVisit], list[NewVisit]]
) -> None:
    """After every arrival, in any order and with repeats, the row is what the rule computes."""
    history, arrived = pair
    door, rosa = town.north[0], town.company.rosa
    with undone():
        Campaign.objects.update(cadence=CADENCE.stored())
        known: dict[UUID, VisitFacts] = {}
        for visit in arrived:
            mine = replace(visit, campaign_id=town.campaign.pk, door_id=door.pk)
            _, is_new = record_visit(actor=rosa, new=mine, now=NOW)
            assert is_new == (visit.id not in known)
            known[visit.id] = as_facts(visit)
            assert stored_state(town.prospect(door)) == prospect_state(known.values(), CADENCE)
        assert stored_state(town.prospect(door)) == prospect_state(map(as_facts, history), CADENCE)


def stored_state(prospect: Prospect) -> ProspectState:
    """The derived columns of a row."""
    return ProspectState(**{name: getattr(prospect, name) for name in vars(ProspectState())})
