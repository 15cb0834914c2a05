"""What becomes of agreed times: kept, missed, moved, settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, Member
from canvass.callback_reminders import LEAD, remind_of_callbacks
from canvass.callback_times import TOLERANCE
from canvass.callbacks import NewMove, callback_counts, callbacks, move_callback
from canvass.errors.callbacks import (
    CallbackInPast,
    CallbackMoveIdReused,
    CallbackOutsidePermittedHours,
    CallbackOver,
)
from canvass.models import (
    CONTACT_KINDS,
    CallbackMove,
    CallbackReminder,
    Jurisdiction,
    Ordinance,
    Prospect,
    Visit,
)
from canvass.new_visits import NewVisit
from canvass.rebuilding import rebuild_prospects
from canvass.visits import record_visit
from common.errors import NotFound
from common.ids import uuid7
from territories.models import Assignment
from tests.at_once import at_once, errors_in
from tests.canvass.test_prospect_state import stored_state
from tests.canvass.test_rebuild import Watched
from tests.canvass.world import NOW, TODAY, Town, assign, local, record, undone
from tests.cast import Company

SIX = local(10, 18)
LATE = local(20, 12)
MINUTE = timedelta(minutes=1)


def agree(
    town: Town, at: datetime = SIX, until: datetime | None = None, said: datetime | None = None
) -> Visit:
    """A callback at the north's first door, agreed on yesterday unless said otherwise."""
    said = said or local(9, 18)
    new = town.visit(
        town.north[0], "callback", occurred_at=said, callback_at=at, callback_until=until
    )
    return record(town.company.rosa, new, now=LATE)


def knock(town: Town, at: datetime, kind: str = "no_answer", actor: Member | None = None) -> Visit:
    """A visit there."""
    new = town.visit(town.north[0], kind, occurred_at=at)
    return record(actor or town.company.rosa, new, now=LATE)


def move(
    visit: Visit, at: datetime, until: datetime | None = None, said: datetime = NOW
) -> NewMove:
    return NewMove(uuid7(said), visit.pk, said, at, until)


def state(visit: Visit, now: datetime = LATE) -> str:
    found: str = callbacks(now).get(pk=visit.pk).state
    return found


@pytest.mark.parametrize(
    ("begins", "ends", "knocked", "expected"),
    [
        (18, None, SIX - TOLERANCE, "kept"),
        (18, None, SIX - TOLERANCE - MINUTE, "missed"),
        (18, None, SIX + TOLERANCE, "kept"),
        (18, None, SIX + TOLERANCE + MINUTE, "missed"),
        (18, 20, local(10, 20) + TOLERANCE, "kept"),
        (18, 20, local(10, 20) + TOLERANCE + MINUTE, "missed"),
        (18, 20, local(10, 19), "kept"),
    ],
)
def test_a_visit_within_the_tolerance_keeps_it(
    town: Town, begins: int, ends: int | None, knocked: datetime, expected: str
) -> None:
    """A quarter of an hour either way of a time, and of both ends of a window; by anybody."""
    visit = agree(town, local(10, begins), local(10, ends) if ends else None)
    knock(town, knocked, actor=town.company.max)
    assert state(visit) == expected


def test_it_is_open_until_its_time_has_passed(town: Town) -> None:
    """With the tolerance; then it is missed."""
    visit = agree(town)
    assert state(visit, SIX + TOLERANCE) == "open"
    assert state(visit, SIX + TOLERANCE + MINUTE) == "missed"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("refused", "settled"), ("sale", "settled"), ("no_answer", "missed"), ("vacant", "missed")],
)
def test_what_somebody_says_before_decides(town: Town, kind: str, expected: str) -> None:
    """Whoever answers and agrees on nothing has settled it; a knock nobody answers does not."""
    visit = agree(town)
    knock(town, local(10, 12), kind)
    assert state(visit) == expected


def test_another_time_agreed_before_moves_it(town: Town) -> None:
    """The new one is a callback of its own; agreed after the time, the old one is missed."""
    visit = agree(town)
    other = agree(town, local(11, 18), said=local(10, 12))
    assert (state(visit), state(other, NOW)) == ("moved", "open")
    late = agree(town, local(14, 18), said=local(12, 12))
    assert (state(visit), state(other), state(late, local(14, 12))) == ("moved", "missed", "open")


def test_a_corrected_visit_is_no_callback(town: Town) -> None:
    """What was agreed by mistake is gone."""
    visit = agree(town)
    right = town.visit(town.north[0], "refused", supersedes=visit.pk, occurred_at=visit.occurred_at)
    record(town.company.rosa, right, now=LATE)
    assert not callbacks(LATE).exists()


def test_a_move_is_the_agreed_time_from_then_on(town: Town) -> None:
    """In the state, at the prospect, after a rebuild, and where a later visit comes in."""
    visit, seven = agree(town), local(11, 19)
    _, is_new = move_callback(
        actor=town.company.rosa, new=move(visit, seven, seven + timedelta(hours=1)), now=NOW
    )
    found = callbacks(NOW).get()
    assert (is_new, found.due_at, found.moves_made, found.state) == (True, seven, 1, "open")
    assert found.due_until == seven + timedelta(hours=1)
    assert town.prospect(town.north[0]).next_due_at == seven
    knock(town, local(10, 18))
    assert (state(visit, NOW), town.prospect(town.north[0]).next_due_at) == ("open", seven)
    assert rebuild_prospects(town.campaign, Watched()).changed == 0
    Prospect.objects.update(next_due_at=None)
    assert rebuild_prospects(town.campaign, Watched()).changed == 1
    assert town.prospect(town.north[0]).next_due_at == seven
    knock(town, seven)
    assert state(visit) == "kept"
    entry = AuditEntry.objects.get(action="callback.moved")
    assert entry.before == {"due_at": "2026-06-10T22:00:00+00:00", "due_until": None}


def test_the_latest_move_counts(town: Town) -> None:
    """By when it was made, in whatever order they arrive; without an end if it has none."""
    visit = agree(town)
    later = move(visit, local(12, 18), said=NOW + MINUTE)
    earlier = move(visit, local(11, 18), local(11, 20), said=NOW)
    for order in ((later, earlier), (earlier, later)):
        with undone():
            for new in order:
                move_callback(actor=town.company.rosa, new=new, now=NOW + MINUTE)
            found = callbacks(NOW).get()
            assert (found.due_at, found.due_until) == (local(12, 18), None)
            assert town.prospect(town.north[0]).next_due_at == local(12, 18)


def test_sending_a_move_again_moves_it_once(town: Town) -> None:
    """Even when it was kept since; anything different under the id is refused."""
    visit = agree(town)
    new = move(visit, local(11, 18))
    first, _ = move_callback(actor=town.company.rosa, new=new, now=NOW)
    knock(town, local(11, 18))
    assert move_callback(actor=town.company.rosa, new=new, now=LATE) == (first, False)
    for actor, other in (
        (town.company.rosa, NewMove(new.id, visit.pk, NOW, local(12, 18))),
        (town.company.max, new),
    ):
        with pytest.raises(CallbackMoveIdReused):
            move_callback(actor=actor, new=other, now=LATE)


def test_bad_moves_are_refused(town: Town) -> None:
    """Into the past; of what is over; and nothing is written."""
    visit = agree(town)
    with pytest.raises(CallbackInPast):
        move_callback(actor=town.company.rosa, new=move(visit, NOW), now=NOW)
    knock(town, SIX)
    with pytest.raises(CallbackOver) as caught:
        move_callback(actor=town.company.rosa, new=move(visit, local(11, 18)), now=LATE)
    assert caught.value.details == {"state": "kept"}
    assert not CallbackMove.objects.exists()
    with pytest.raises(IntegrityError), undone():
        CallbackMove.objects.create(
            id=uuid7(NOW), organisation=town.company.organisation, visit=visit, callback_at=NOW,
            member=town.company.rosa, moved_at=NOW, received_at=NOW,
        )  # fmt: skip


def test_who_may_move_it(town: Town, moonlight: Company) -> None:
    """Who agreed, who has the door now, and the managers above; nobody else finds it."""
    visit, company = agree(town), town.company
    for member in (company.sam, company.rui, company.mona, moonlight.olga, moonlight.otto):
        with pytest.raises(NotFound):
            move_callback(actor=member, new=move(visit, local(11, 18)), now=NOW)
    assign(town.territory(1), company.rui, shared=True)
    for member in (company.rosa, company.rui, company.max, company.ada):
        assert move_callback(actor=member, new=move(visit, local(11, 18)), now=NOW)[1]


def rule_hours(town: Town, opens: str, closes: str, *, exempt: bool) -> None:
    """What the country of the town permits from Monday to Saturday."""
    ours = {"organisation": town.company.organisation}
    land = Jurisdiction.objects.create(**ours, name="Land", level="country", time_zone="UTC")
    hours = [{"weekdays": [0, 1, 2, 3, 4, 5], "opens": opens, "closes": closes}]
    Ordinance.objects.create(
        **ours, jurisdiction=land, starts_on=TODAY.replace(day=1), hours=hours,
        invited_exempt=exempt, citation="Code 1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "until", "is_permitted"),
    [
        (local(10, 17), None, True),
        (local(10, 19), None, False),
        (local(10, 18, 59), None, True),
        (local(14, 17), None, False),
        (local(10, 18), local(10, 22), True),
        (local(10, 20), local(10, 22), False),
        (local(13, 20), local(15, 12), True),
    ],
)
def test_nobody_agrees_on_what_the_law_forbids(
    town: Town, at: datetime, until: datetime | None, is_permitted: bool
) -> None:
    """Nine to seven and no Sundays: at a visit as with a move; exempt who is invited where so."""
    rule_hours(town, "09:00", "19:00", exempt=False)
    visit = agree(town, local(10, 18))
    for moving in (False, True):
        with undone():
            refused = None
            try:
                if moving:
                    move_callback(actor=town.company.rosa, new=move(visit, at, until), now=NOW)
                else:
                    agree(town, at, until)
            except CallbackOutsidePermittedHours as error:
                refused = error.details["permitted"]
            assert (refused is None) == is_permitted
            assert (refused == []) == (at.day == 14)  # a Sunday
    Ordinance.objects.update(invited_exempt=True)
    agree(town, at, until)


def test_agreeing_takes_twelve_queries_at_most(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """With the law, and for many callbacks as for one."""
    rule_hours(town, "09:00", "19:00", exempt=False)
    new = town.visit(town.north[0], "callback", callback_at=local(11, 18))
    with django_assert_max_num_queries(12):
        record_visit(actor=town.company.rosa, new=new, now=NOW)


Told = tuple[int, str, int | None]


def oracle(told: list[Told], which: int, now: datetime) -> str:
    """The state by the words of the docs: hours since the first of June, one after the other."""
    hour, _, agreed = told[which]
    assert agreed is not None
    due = at_hour(agreed)
    later = sorted(told[which + 1 :])
    if any(abs(at_hour(one[0]) - due) <= TOLERANCE for one in later if one[0] > hour):
        return "kept"
    before = [one for one in later if at_hour(one[0]) < due]
    if any(one[2] is not None for one in before):
        return "moved"
    if any(one[1] in CONTACT_KINDS for one in before):
        return "settled"
    return "missed" if now > due + TOLERANCE else "open"


def at_hour(hour: int) -> datetime:
    return local(1, 0) + timedelta(hours=hour)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_arrival_gives_the_same_states(town: Town, data: st.DataObject) -> None:
    """Those that the words of the docs give, for visits that come in whatever order."""
    hours = data.draw(st.lists(st.integers(120, 200), min_size=1, max_size=6, unique=True))
    told: list[Told] = []
    for hour in sorted(hours):
        kind = data.draw(st.sampled_from(["no_answer", "callback", "refused", "sale"]))
        wait = data.draw(st.integers(1, 12)) if kind == "callback" else None
        told.append((hour, kind, hour + wait if wait else None))
    visits = [visit_of(town, one) for one in told]
    order = list(visits)
    Random(data.draw(st.integers(0, 99))).shuffle(order)
    now = local(8, 12)
    with undone():
        for new in order:
            record(town.company.rosa, new, now=LATE)
        states = dict(callbacks(now).values_list("pk", "state"))
        assert rebuild_prospects(town.campaign, Watched()).changed == 0
    assert states == {
        visits[at].id: oracle(told, at, now) for at, one in enumerate(told) if one[2] is not None
    }


def visit_of(town: Town, told: Told) -> NewVisit:
    hour, kind, agreed = told
    due = {} if agreed is None else {"callback_at": at_hour(agreed)}
    return town.visit(town.north[0], kind, occurred_at=at_hour(hour), **due)


def test_members_are_told_of_what_is_near_once(town: Town) -> None:
    """Two hours before, by the campaign's clocks; a moved time is told anew."""
    visit = agree(town, SIX, SIX + timedelta(hours=2))
    assert remind_of_callbacks(SIX - LEAD - MINUTE) == 0
    assert remind_of_callbacks(SIX - LEAD) == 1
    assert remind_of_callbacks(SIX - MINUTE) == 0
    (told,) = mail.outbox
    assert told.to == ["rosa@sunrise.test"]
    assert f"18:00 to 20:00  Elm Street {town.north[0].building.number}" in told.body
    new = move(visit, local(11, 18), said=SIX - MINUTE)
    move_callback(actor=town.company.rosa, new=new, now=SIX - MINUTE)
    assert remind_of_callbacks(local(11, 17)) == 1
    assert [len(mail.outbox), CallbackReminder.objects.count()] == [2, 2]


def test_who_has_the_door_is_told(town: Town) -> None:
    """Not who agreed on it and has handed the territory over; nobody who has left."""
    agree(town)
    Assignment.objects.filter(member=town.company.rosa).update(ends_on=TODAY)
    assign(town.territory(1), town.company.rui, starts_on=TODAY)
    with undone():
        assert remind_of_callbacks(SIX - MINUTE) == 1
        assert mail.outbox[-1].to == ["rui@sunrise.test"]
    Member.objects.update(left_on=TODAY)
    assert remind_of_callbacks(SIX - MINUTE) == 0


def test_what_is_kept_or_settled_is_not_told(town: Town) -> None:
    """Somebody answered at noon and agreed on nothing."""
    agree(town)
    knock(town, local(10, 12), "sale")
    assert remind_of_callbacks(SIX - MINUTE) == 0


def test_what_cannot_be_sent_is_sent_the_next_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail server is down, and nothing is kept as told."""
    agree(town)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", fail)
        assert remind_of_callbacks(SIX - MINUTE) == 0
    assert not CallbackReminder.objects.exists()
    assert remind_of_callbacks(SIX - MINUTE) == 1


def fail(*_: object) -> None:
    raise OSError


def test_counts_are_those_of_who_agreed(town: Town) -> None:
    """By hand: Rosa kept one, missed one and moved one without a visit, which she kept."""
    company = town.company
    for day in (3, 4, 5):
        visit = agree(town, local(day, 18), said=local(day, 12))
        if day == 3:
            knock(town, local(3, 18))
        if day == 5:
            new = move(visit, local(6, 18), said=local(5, 13))
            move_callback(actor=company.max, new=new, now=local(5, 14))
            knock(town, local(6, 18))
    (row,) = callback_counts(member=company.max, campaign=town.campaign, now=LATE)
    assert (row.member, row.name, row.agreed) == (company.rosa.pk, "Rosa", 3)
    assert (row.kept, row.missed, row.moved, row.moved_without_visit) == (2, 1, 0, 1)
    days = {"from_day": TODAY.replace(day=4), "to_day": TODAY.replace(day=5)}
    (row,) = callback_counts(member=company.max, campaign=town.campaign, now=LATE, **days)
    assert (row.agreed, row.missed) == (1, 1)
    assert callback_counts(member=company.mona, campaign=town.campaign, now=LATE) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_a_move_and_a_visit_at_once_lose_neither(town: Town, attempt: int) -> None:
    """The prospect is what both add up to; reminders at once are one."""
    visit, rosa = agree(town), town.company.rosa
    new = move(visit, local(11, 18))
    answers = at_once(
        lambda: move_callback(actor=rosa, new=new, now=NOW),
        lambda: move_callback(actor=rosa, new=new, now=NOW),
        lambda: knock(town, local(10, 13)),
    )
    assert errors_in(answers) == []
    found = stored_state(town.prospect(town.north[0]))
    assert (found.attempts, found.next_due_at) == (2, local(11, 18))
    told = at_once(*(lambda: remind_of_callbacks(local(11, 17)) for _ in range(2)))
    assert sorted(told, key=str) == [0, 1]
