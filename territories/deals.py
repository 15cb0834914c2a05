"""Dealing a cut's territories to members: a proposal to look at, to change, and to apply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

import numpy as np
from django.db import transaction
from django.db.models import Count
from numpy.typing import NDArray

from accounts.models import Member
from common.errors import NotFound
from common.runs import Progress, RunState
from common.worker import carry_out, enqueue
from territories.assignment_states import note_made
from territories.assignments import free_territories, lock_published, serving, with_homes
from territories.cutting.assigning import (
    NOBODY,
    Deal,
    Wish,
    WishError,
    allowed_by_needs,
    assign,
    near,
)
from territories.errors import DealApplied, DealInvalid, DealNotDone, TerritoryTaken
from territories.models import (
    Assignment,
    AssignmentState,
    CutRun,
    DealRun,
    Territory,
    TerritoryDoor,
)
from territories.uploads import Both

Pairs = tuple[tuple[int, int], ...]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Taker:
    """A member who takes part: what they have beside their languages, and how much they can do.

    `has` are permits and skills, `most_minutes` the work a week (None: no limit), `share` the value
    they are to get in proportion to others.
    """

    member: int
    has: tuple[str, ...] = ()
    most_minutes: float | None = None
    share: float = 1.0


@dataclass(frozen=True)
class DealWish:
    """How territories are to be dealt; territories by number, members by id.

    `needs` pairs a territory with a language, permit or skill that it needs. `forced` and
    `forbidden` pair territories with members, `together` and `apart` territories with each other.
    `values` pairs a territory with its expected value; that of others is their number of doors.
    `most` is how many a member gets at most.
    """

    takers: tuple[Taker, ...]
    needs: tuple[tuple[int, str], ...] = ()
    values: tuple[tuple[int, float], ...] = ()
    forced: Pairs = ()
    forbidden: Pairs = ()
    together: Pairs = ()
    apart: Pairs = ()
    most: int | None = None
    kept_bonus_m: float = 2_000.0
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """The wish, for the row of the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The wish that `to_json` wrote."""
        takers = tuple(Taker(**{**one, "has": tuple(one["has"])}) for one in data["takers"])
        pairs = ("needs", "values", "forced", "forbidden", "together", "apart")
        tuples = {name: tuple(tuple(pair) for pair in data[name]) for name in pairs}
        return cls(**{**data, **tuples, "takers": takers})


def request_deal(
    *, actor: Member, cut: CutRun, wish: DealWish, starts_on: date, now: datetime
) -> DealRun:
    """Queue a proposal for who gets which free territory of a published cut from a day on.

    As `begin_deal`, for a worker.
    """
    with transaction.atomic():
        run = begin_deal(actor=actor, cut=cut, wish=wish, starts_on=starts_on, now=now)
        enqueue(run)
    return run


def begin_deal(
    *, actor: Member, cut: CutRun, wish: DealWish, starts_on: date, now: datetime
) -> DealRun:
    """Keep a wish for whoever then calls `perform_deal`.

    The same wish, repeated while the first is under way, is the same run. Raises CutNotPublished,
    MemberLeft, MemberWithoutHome, NobodyToAssign and NotFound.
    """
    text = json.dumps([cut.pk, str(starts_on), wish.to_json()], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        lock_published(actor, cut.pk)
        with_homes(serving(actor, list(members_of(actor, wish))))
        rows = DealRun.objects.filter(organisation=cut.organisation_id, input_hash=digest)
        known = rows.open().order_by("pk").first()
        return known or DealRun.objects.create(
            organisation_id=cut.organisation_id, cut=cut, wish=wish.to_json(),
            starts_on=starts_on, input_hash=digest, requested_by=actor, created_at=now, sent_at=now,
        )  # fmt: skip


def perform_deal(run: DealRun, watcher: Progress) -> DealRun:
    """Deal here and now what `begin_deal` kept; the answer shows how it ended.

    It is not done if a worker has it.
    """
    carry_out(DealRun, run.pk, lambda run, lease: deal_territories(run, Both(lease, watcher)))
    return DealRun.objects.get(pk=run.pk)


def members_of(actor: Member, wish: DealWish) -> Sequence[Member]:
    """The members who take part, as the actor sees them. Raises NotFound."""
    ids = [taker.member for taker in wish.takers]
    found = Member.objects.for_member(actor).in_bulk(ids)
    missing = [pk for pk in ids if pk not in found]
    if missing:
        raise NotFound(members=missing)
    return [found[pk] for pk in dict.fromkeys(ids)]


def deal_territories(run: DealRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Find a deal; the answer keeps it in the run. Raises CutAllAssigned and DealInvalid."""
    progress.report(0, 2)
    wish = DealWish.from_json(run.wish)
    free = free_territories(run.cut, run.starts_on)
    known = Member.objects.in_bulk([taker.member for taker in wish.takers])
    reps = [known[taker.member] for taker in wish.takers]
    progress.report(1, 2)
    try:
        found = assign(arrays(run, wish, free, reps), seed=wish.seed)
    except WishError as error:
        raise DealInvalid(str(error), field=error.field) from None
    return lambda: keep(run, found, free, reps)


def arrays(run: DealRun, wish: DealWish, free: list[Territory], reps: list[Member]) -> Wish:
    """The wish in the arrays of the solver. Raises WishError and DealInvalid."""
    place = {territory.number: index for index, territory in enumerate(free)}
    who = {rep.pk: index for index, rep in enumerate(reps)}
    values = {place[number]: value for number, value in wish.values if number in place}
    last = held_last(run.cut)
    middles = np.array([(vars(row)["lon"], vars(row)["lat"]) for row in free])
    homes = np.array([(rep.home_lon, rep.home_lat) for rep in reps], dtype=np.float64)
    most = [taker.most_minutes for taker in wish.takers]
    return Wish(
        candidates=near((middles[:, 0], middles[:, 1]), (homes[:, 0], homes[:, 1]),
                        allowed(wish, place, reps)),
        value=np.array([values.get(i, row.door_count) for i, row in enumerate(free)], float),
        minutes=np.array([row.expected_minutes for row in free]),
        most_minutes=np.array([np.inf if one is None else one for one in most]),
        share=np.array([taker.share for taker in wish.takers]),
        kept=np.array([who.get(last.get(row.pk, NOBODY), NOBODY) for row in free], np.int64),
        kept_bonus_m=wish.kept_bonus_m,
        most=wish.most,
        forced=indexed(wish.forced, place, who),
        together=indexed(wish.together, place, place),
        apart=indexed(wish.apart, place, place),
    )  # fmt: skip


def indexed(pairs: Pairs, left: dict[int, int], right: dict[int, int]) -> list[tuple[int, int]]:
    """Pairs of numbers as pairs of places; a pair about what is not to be dealt says nothing."""
    return [(left[one], right[other]) for one, other in pairs if one in left and other in right]


def allowed(wish: DealWish, place: dict[int, int], reps: list[Member]) -> Bools:
    """Whether each rep (t, r) may take each territory: all that it needs, and not forbidden."""
    needs: list[set[str]] = [set() for _ in place]
    for number, need in wish.needs:
        if number in place:
            needs[place[number]].add(need.casefold())
    has = [
        frozenset(word.casefold() for word in (*rep.languages, *taker.has))
        for rep, taker in zip(reps, wish.takers, strict=True)
    ]
    found = allowed_by_needs([frozenset(need) for need in needs], has)
    who = {rep.pk: index for index, rep in enumerate(reps)}
    for territory, rep in indexed(wish.forbidden, place, who):
        found[territory, rep] = False
    return found


def held_last(cut: CutRun) -> dict[int, int]:
    """Which member had each territory last: itself, or most of its doors in the superseded cut."""
    cuts = [cut.pk, *([cut.supersedes_id] if cut.supersedes_id else [])]
    rows = Assignment.objects.filter(territory__cut__in=cuts).order_by("starts_on", "pk")
    had = dict(rows.values_list("territory", "member"))
    found = {}
    if cut.supersedes_id:
        common = TerritoryDoor.objects.filter(
            cut=cut, door__placements__cut=cut.supersedes_id
        ).values_list("territory", "door__placements__territory")
        for now, before, _ in common.annotate(doors=Count("pk")).order_by("doors", "pk"):
            if before in had:
                found[now] = had[before]
    own = set(Territory.objects.filter(cut=cut).values_list("pk", flat=True))
    return found | {pk: member for pk, member in had.items() if pk in own}


def keep(run: DealRun, found: Deal, free: list[Territory], reps: list[Member]) -> dict[str, Any]:
    """Keep the proposal in the run; returns the run's result, which names all that is left out."""
    pairs = zip(free, found.rep.tolist(), strict=True)
    deal = {str(row.pk): None if rep == NOBODY else reps[rep].pk for row, rep in pairs}
    DealRun.objects.filter(pk=run.pk).update(deal=deal)
    return {
        "territories": len(free),
        "dealt": sum(member is not None for member in deal.values()),
        "left_out": [
            {"territory": free[one.index].pk, "number": free[one.index].number, "why": one.why}
            for one in found.left_out
        ],
        "idle": [{"member": reps[one.index].pk, "why": one.why} for one in found.idle],
        "smallest_share": round(found.fairness.smallest, 3),
        "largest_share": round(found.fairness.largest, 3),
        "ways_m": round(found.fairness.ways_m),
        "shortest_ways_m": round(found.fairness.shortest_ways_m),
    }


def change_deal(
    *, actor: Member, run: DealRun, territory: Territory, member: Member | None
) -> DealRun:
    """Give a territory of a proposal to somebody else, or to nobody. Nothing is assigned yet.

    Raises DealNotDone, DealApplied, DealInvalid, MemberLeft and NotFound.
    """
    with transaction.atomic():
        held = lock_deal(actor, run)
        if str(territory.pk) not in held.deal:
            raise DealInvalid("The proposal does not deal that territory.", field="territory")
        if member is not None:
            serving(actor, [member])
        held.deal[str(territory.pk)] = member and member.pk
        held.save(update_fields=["deal"])
    return held


def apply_deal(
    *, actor: Member, run: DealRun, offer: bool = False, now: datetime
) -> list[Assignment]:
    """Assign what a proposal deals, all of it or nothing; applying again answers the same.

    Raises DealNotDone, CutNotPublished, MemberLeft, NotFound, and TerritoryTaken naming those that
    somebody has by now.
    """
    with transaction.atomic():
        lock_published(actor, run.cut_id)
        held = lock_deal(actor, run, again=True)
        if held.applied_at is None:
            assign_dealt(actor, held, offer, now)
    run.refresh_from_db()
    made = Assignment.objects.filter(pk__in=run.result["assignments"])
    return list(made.select_related("territory", "member__user").order_by("pk"))


def assign_dealt(actor: Member, run: DealRun, offer: bool, now: datetime) -> None:
    """Make the assignments of a proposal, and note in it which they are."""
    dealt = {int(pk): member for pk, member in run.deal.items() if member is not None}
    serving(actor, list(Member.objects.filter(pk__in=set(dealt.values()))))
    refuse_taken(run, dealt)
    state = AssignmentState.OFFERED if offer else AssignmentState.ACTIVE
    made = Assignment.objects.bulk_create(
        Assignment(
            organisation_id=run.organisation_id,
            territory_id=territory,
            member_id=member,
            starts_on=run.starts_on,
            assigned_by=actor,
            created_at=now,
            state=state,
        )
        for territory, member in sorted(dealt.items())
    )
    note_made(made, state, actor, now)
    result = {**run.result, "assignments": [row.pk for row in made]}
    DealRun.objects.filter(pk=run.pk).update(applied_at=now, result=result)


def refuse_taken(run: DealRun, dealt: dict[int, int]) -> None:
    """Raise TerritoryTaken if somebody has one of the territories by now."""
    taken = Assignment.objects.filter(territory__in=dealt).overlapping(run.starts_on, None)
    found = sorted(set(taken.values_list("territory", flat=True)))
    if found:
        raise TerritoryTaken(territories=found)


def lock_deal(actor: Member, run: DealRun, *, again: bool = False) -> DealRun:
    """The row of a done proposal, held until the transaction ends."""
    rows = DealRun.objects.for_member(actor).filter(pk=run.pk)
    held = rows.select_for_update(no_key=True).first()
    if held is None:
        raise NotFound
    if held.state != RunState.DONE:
        raise DealNotDone
    if held.applied_at and not again:
        raise DealApplied
    return held
