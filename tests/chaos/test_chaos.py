"""Nothing is lost, nothing doubled, nothing leaked, whatever dies in the middle.

In CI for less than a minute. `CHAOS=10 python -m pytest tests/chaos` goes on ten times as long, and
`CHAOS_SEED=7` draws other accidents.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Q

from canvass.models import (
    CallbackMove,
    ContactReview,
    FoundDoor,
    Prospect,
    RebuildRun,
    Referral,
    Sale,
    SyncOp,
    Visit,
)
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from canvass.rebuilding import cadence_of
from canvass.visits import facts_of
from common.runs import RunState
from tests.canvass.world import Town
from tests.chaos.checks import assert_all_is_stored
from tests.chaos.managers import manage, rebuild
from tests.chaos.people import PASSWORD, Rep, faults, wrong_clock
from tests.chaos.server import Server, Workers, killing
from tests.phone import Json, Line, Phone
from tests.workers import wait_until, worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

LENGTH = int(os.environ.get("CHAOS", "1"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
STEPS = 20 * LENGTH
HOURS = {"rosa": 0.0, "rui": -3.0, "sam": 5.0}  # how far the phones' clocks are ahead


def rep(town: Town, server: Server, name: str, folder: Path) -> Rep:
    """A member with a phone whose accidents are drawn from the seed and the name."""
    member, chance = town.company.members[name], random.Random(f"{SEED} {name}")
    phone = Phone(
        Line(server.url),
        member.user.email,
        PASSWORD,
        folder / f"{name}.sqlite3",
        chance,
        wrong_clock(HOURS[name]),
        wait=lambda _: None,
    )
    return Rep(member, phone, chance)


def settled(each: Rep) -> None:
    """Sync without accidents until all is told."""
    each.phone.line.fault = lambda _: None
    each.phone.sync()
    assert each.phone.waiting() == []


def test_nothing_is_lost_doubled_or_leaked(
    town: Town, server: Server, workers: Workers, tmp_path: Path
) -> None:
    """The server has the journals, prospects what their visits say, phones what they may see."""
    with ExitStack() as stack:
        reps = [rep(town, server, name, tmp_path) for name in HOURS]
        for each in reps:
            stack.callback(Rep.go_home, each)
        with workers.dying(random.Random(f"{SEED} workers")):
            go_through_it(town, server, reps)
        assert workers.kills
        assert_rebuilds_end(workers)
        assert_prospects_are_what_visits_say(town)
        for each in reps:
            settled(each)
        for each in reps:
            assert_mirror_is_right(each, tmp_path)


def go_through_it(town: Town, server: Server, reps: list[Rep]) -> None:
    """Let everybody work while the server is killed, and see what came of it."""
    members = [each.member for each in reps]
    for each in reps:
        each.phone.sync()
    meet(town, *reps[:2])
    for each in reps:
        each.phone.line.fault = faults(random.Random(f"{SEED} {each.member.user.name} faults"))
    rebuild(town, members, random.Random(SEED))
    with ThreadPoolExecutor(len(reps) + 1) as pool, killing(server, random.Random(SEED)):
        work = [pool.submit(each.work, town.campaign.pk, STEPS) for each in reps]
        managing = random.Random(f"{SEED} manager")
        work.append(pool.submit(manage, town, members, managing, 2 * STEPS))
        for done in work:
            done.result()
    for each in [*reps, *reps]:  # once all have sent all, all are told
        settled(each)
    assert_journals_are_kept(reps)
    assert_all_is_stored(reps)
    assert_prospects_are_what_visits_say(town)
    assert server.kills > 1


def meet(town: Town, one: Rep, other: Rep) -> None:
    """Two write of one door unseen: who is second is shown what the first wrote."""
    here = {"campaign": town.campaign.pk, "door": town.north[0].pk}
    one.say("contact_details", {**here, "name": "Kim"})
    for each in (one, other):
        each.phone.sync()
    for each, name in ((one, "Kim Lee"), (other, "Kym")):
        each.say("contact_details", {**here, "name": name})
        each.phone.push()
    assert other.phone.contact(here["door"])["name"] == "Kim Lee"
    assert ContactReview.objects.count() == 1


def assert_rebuilds_end(workers: Workers) -> None:
    """A worker that lives on finishes what those that were killed have left."""
    with worker(workers.environment, workers.log):
        waiting = RebuildRun.objects.filter(state__in=(RunState.QUEUED, RunState.RUNNING))
        wait_until(lambda: not waiting.exists(), "the end of every rebuild")
    assert set(RebuildRun.objects.values_list("state", flat=True)) == {RunState.DONE}


def assert_journals_are_kept(reps: list[Rep]) -> None:
    """Every visit of a journal is stored once, as it was written, and there is no other."""
    stored = {
        str(visit.pk): visit for visit in Visit.objects.select_related("outcome").order_by("pk")
    }
    told = {pk: payload for each in reps for pk, payload in each.journal.items()}
    found = {str(row.pk): row.door_id for row in FoundDoor.objects.all()}
    assert found.keys() == {pk for each in reps for pk in each.finds}
    assert [each.phone.refused().keys() - each.said.keys() for each in reps] == [set()] * len(reps)
    assert stored.keys() == told.keys()
    for pk, payload in told.items():
        visit = stored[pk]
        door = found.get(payload["door"], payload["door"])
        assert (visit.door_id, visit.outcome.code) == (door, payload["outcome"])
        assert (visit.note, visit.supersedes_id and str(visit.supersedes_id)) == (
            payload["note"],
            payload.get("supersedes"),
        )
        assert visit.occurred_at <= visit.received_at + timedelta(minutes=5)
    remembered = Counter(str(pk) for pk in SyncOp.objects.values_list("op_id", flat=True))
    carried_out = {pk for each in reps for pk in each.said.keys() - each.phone.refused().keys()}
    assert remembered == Counter([*told.keys(), *found, *carried_out])


def assert_prospects_are_what_visits_say(town: Town) -> None:
    """Each row is the pure function of all visits to its door, moves and referrals."""
    town.campaign.refresh_from_db()
    cadence = cadence_of(town.campaign)
    for prospect in Prospect.objects.select_related("campaign"):
        row = {name: getattr(prospect, name) for name in asdict(ProspectState())}
        rows = Visit.objects.filter(door=prospect.door_id).select_related("outcome")
        referred = Referral.objects.filter(door=prospect.door_id).exists()
        facts = [with_move(facts_of(visit)) for visit in rows]
        assert ProspectState(**row) == prospect_state(facts, cadence, referred=referred)


def with_move(facts: VisitFacts) -> VisitFacts:
    """What matters of a visit, with the time to which its callback was moved last."""
    moves = CallbackMove.objects.filter(visit=facts.id).order_by("moved_at", "pk")
    last = moves.last()
    return facts._replace(callback_at=last.callback_at, callback_until=None) if last else facts


def assert_mirror_is_right(each: Rep, folder: Path) -> None:
    """It is what a new phone is told, and what the API's own rules let the member see."""
    mirror = each.phone.mirror()
    assert new_phones_mirror(each.phone, folder) == mirror
    seen = {pk for entity, pk in mirror if entity == "prospect"}
    assert seen == {str(row.pk) for row in Prospect.objects.for_member(each.member)}
    visits = {pk for entity, pk in mirror if entity == "visit"}
    assert visits == each.journal.keys()
    sales = {pk for entity, pk in mirror if entity == "sale"}
    own = Q(member=each.member) | Q(deliverer=each.member)  # to bring what others sold, who left
    assert sales == {str(pk) for pk in Sale.objects.filter(own).values_list("pk", flat=True)}
    assert sales >= {pk for pk, op in each.said.items() if op["type"] == "sale"}


def new_phones_mirror(old: Phone, folder: Path) -> dict[tuple[str, str], Json]:
    """What a phone shows that the member has just bought."""
    file = folder / f"{old.email} new.sqlite3"
    new = Phone(Line(old.line.url), old.email, PASSWORD, file)
    try:
        new.sync()
        return new.mirror()
    finally:
        new.switch_off()
