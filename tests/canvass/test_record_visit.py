"""Recording visits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from canvass.campaigns import work_cut
from canvass.errors import (
    VisitCallbackInPast,
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitIdReused,
    VisitOutcomeNotFound,
)
from canvass.models import Campaign, Outcome, Prospect, Visit, VisitFlag
from canvass.outcomes import OutcomeChanges, change_outcome
from canvass.payloads import payload_hash
from canvass.visits import MAX_SKEW_S, record_visit
from common.errors import DomainError
from common.ids import uuid7
from territories.assignment_states import end_assignment
from territories.models import Assignment
from tests.canvass import world
from tests.canvass.world import NOW, TODAY, Town, local, record
from tests.cast import Company

HOUR = timedelta(hours=1)


def test_a_visit_is_stored_as_the_phone_tells_it(town: Town) -> None:
    """Every field, with the actor, the organisation and the time of arrival."""
    new = town.visit(
        town.north[0],
        "callback",
        occurred_at=NOW - HOUR,
        lon=-73.9,
        lat=40.7,
        accuracy_m=12.5,
        callback_at=NOW + HOUR,
        note="Blue door.",
        simulated=True,
    )
    record(town.company.rosa, new)
    row = Visit.objects.get()
    assert (row.pk, row.campaign, row.door) == (new.id, town.campaign, town.north[0])
    assert (row.member, row.organisation) == (town.company.rosa, town.company.organisation)
    assert (row.outcome.code, row.occurred_at, row.received_at) == ("callback", NOW - HOUR, NOW)
    assert (row.lon, row.lat, row.accuracy_m, row.skew_s) == (-73.9, 40.7, 12.5, 0)
    assert (row.callback_at, row.note, row.simulated) == (NOW + HOUR, "Blue door.", True)
    assert row.supersedes is None


def test_the_prospect_is_brought_up_to_date(town: Town) -> None:
    """That of the door in the campaign, and no other."""
    record(town.company.rosa, town.visit(town.north[0], "sale"))
    prospect = town.prospect(town.north[0])
    assert (prospect.attempts, prospect.contacts, prospect.last_kind) == (1, 1, "sale")
    assert (prospect.customer, prospect.temperature) == (True, "warm")
    assert prospect.last_visited_at == NOW
    assert Prospect.objects.filter(attempts=0).count() == 5


def test_a_replay_answers_the_same_for_ever(town: Town) -> None:
    """After the assignment ended, the campaign moved on and years passed; nothing counts twice."""
    new, rosa = town.visit(town.north[0], "demo"), town.company.rosa
    first = record(rosa, new)
    Assignment.objects.filter(member=rosa).update(ended_at=NOW - 100 * HOUR, state="revoked")
    cut = world.published_cut(town.company)
    work_cut(actor=town.company.ada, campaign=town.campaign, cut=cut, now=NOW)
    change_outcome(
        actor=town.company.ada,
        outcome=world.outcome(town.company, "demo"),
        changes=OutcomeChanges(is_active=False),
    )
    again, is_new = record_visit(actor=rosa, new=new, now=NOW + timedelta(days=999))
    assert (again, is_new) == (first, False)
    assert again.received_at == NOW
    assert Visit.objects.count() == 1
    assert town.prospect(town.north[0]).attempts == 1


def test_the_same_instant_in_another_zone_is_the_same_visit(town: Town) -> None:
    """A phone that crosses a border between two tries sends another offset, not another time."""
    new = town.visit(town.north[0])
    record(town.company.rosa, new)
    moved = replace(new, occurred_at=new.occurred_at.astimezone(timezone(timedelta(hours=3))))
    assert record_visit(actor=town.company.rosa, new=moved, now=NOW)[1] is False


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "refused"},
        {"occurred_at": NOW - timedelta(microseconds=1)},
        {"lon": 0.0, "lat": 0.0},
        {"accuracy_m": 0.0},
        {"callback_at": NOW + HOUR},
        {"note": " "},
        {"supersedes": uuid7(NOW)},
        {"simulated": True},
        {"campaign_id": 10**9},
        {"door_id": 10**9},
    ],
)
def test_an_id_names_one_visit(town: Town, change: dict[str, Any]) -> None:
    """The same id with anything different is refused, whatever it is; the first stands."""
    new = town.visit(town.north[0])
    record(town.company.rosa, new)
    with pytest.raises(VisitIdReused):
        record_visit(actor=town.company.rosa, new=replace(new, **change), now=NOW)
    assert Visit.objects.get().payload_hash == payload_hash(new)


def test_an_id_is_its_makers(town: Town, moonlight: Company) -> None:
    """The same visit from a colleague, a manager or another company is not a replay."""
    new = town.visit(town.north[0])
    record(town.company.rosa, new)
    for stranger in (town.company.rui, town.company.max, town.company.ada, moonlight.otto):
        with pytest.raises(VisitIdReused):
            record_visit(actor=stranger, new=new, now=NOW)


def test_a_clock_ahead_is_set_right(town: Town) -> None:
    """Beyond five minutes the time of arrival counts, and the difference is kept."""
    ahead = {
        timedelta(minutes=5): (NOW + timedelta(minutes=5), 0),
        timedelta(minutes=5, seconds=1): (NOW, 301),
        timedelta(days=1): (NOW, 86400),
    }
    for skew, expected in ahead.items():
        visit = record(town.company.rosa, town.visit(town.north[0], occurred_at=NOW + skew))
        assert (visit.occurred_at, visit.skew_s) == expected


def test_a_clock_generations_ahead_is_noted_as_far_as_the_table_takes(town: Town) -> None:
    """Seventy-three years are more seconds than the column holds; the visit counts all the same."""
    end_of_century = datetime(2099, 12, 31, tzinfo=UTC)
    visit = record(town.company.rosa, town.visit(town.north[0], occurred_at=end_of_century))
    visit.refresh_from_db()
    assert (visit.occurred_at, visit.skew_s) == (NOW, MAX_SKEW_S)


def test_a_time_agreed_by_a_clock_ahead_is_judged_by_that_clock(town: Town) -> None:
    """An hour after the visit by the phone is in the future, however wrong the phone."""
    at = NOW + timedelta(days=2)
    late = town.visit(town.north[0], "callback", occurred_at=at, callback_at=at + HOUR)
    assert record(town.company.rosa, late).callback_at == at + HOUR
    early = town.visit(town.north[1], "callback", occurred_at=at, callback_at=NOW + HOUR)
    with pytest.raises(VisitCallbackInPast):
        record(town.company.rosa, early)


def test_a_replay_with_a_clock_ahead_is_a_replay(town: Town) -> None:
    """What counts is what the phone said, not what was made of it."""
    new = town.visit(town.north[0], occurred_at=NOW + 5 * HOUR)
    first = record(town.company.rosa, new)
    again, is_new = record_visit(actor=town.company.rosa, new=new, now=NOW + HOUR)
    assert (again.occurred_at, again.skew_s, is_new) == (NOW, first.skew_s, False)


@pytest.mark.parametrize("earlier", [timedelta(), timedelta(seconds=1), timedelta(days=1)])
def test_people_agree_on_a_time_to_come(town: Town, earlier: timedelta) -> None:
    """Neither the visit's own time nor one before it; nothing is stored."""
    new = town.visit(town.north[0], "callback", callback_at=NOW - earlier)
    with pytest.raises(VisitCallbackInPast):
        record(town.company.rosa, new)
    assert not Visit.objects.exists()


def test_a_time_that_has_passed_on_arrival_was_to_come_at_the_door(town: Town) -> None:
    """Uploaded late, the agreed time may be over: it is kept, overdue."""
    at = NOW - timedelta(days=1)
    new = town.visit(town.north[0], "callback", occurred_at=at, callback_at=at + HOUR)
    record(town.company.rosa, new)
    assert town.prospect(town.north[0]).next_due_at == at + HOUR


def test_a_rep_knocks_at_assigned_doors_only(town: Town, moonlight: Company) -> None:
    """The south is Sam's, Rui has nothing, and Otto does not know the campaign."""
    for actor, door in ((town.company.rosa, town.south[0]), (town.company.rui, town.north[0])):
        with pytest.raises(VisitDoorNotFound):
            record(actor, town.visit(door))
    with pytest.raises(VisitCampaignNotFound):
        record(moonlight.otto, town.visit(town.north[0]))
    assert not Visit.objects.exists()


def test_managers_and_admins_knock_anywhere_in_the_organisation(
    town: Town, moonlight: Company
) -> None:
    """Without an assignment; but not at another company's door."""
    for actor in (town.company.max, town.company.ada):
        record(actor, town.visit(town.south[0]))
    door = world.make_door(moonlight.organisation, "theirs")
    with pytest.raises(VisitDoorNotFound):
        record(town.company.ada, town.visit(door))
    assert town.prospect(town.south[0]).attempts == 2


def test_a_campaign_of_others_does_not_exist(town: Town, moonlight: Company) -> None:
    """Nor one that nobody has."""
    theirs = world.make_campaign(moonlight)
    for campaign_id in (theirs.pk, 10**9):
        new = replace(town.visit(town.north[0]), campaign_id=campaign_id)
        with pytest.raises(VisitCampaignNotFound):
            record(town.company.ada, new)


def test_an_outcome_of_others_does_not_exist(town: Town, moonlight: Company) -> None:
    """Codes are the organisation's own."""
    Outcome.objects.create(
        organisation=moonlight.organisation, code="waved", label="Waved", kind="refused"
    )
    with pytest.raises(VisitOutcomeNotFound) as caught:
        record(town.company.rosa, town.visit(town.north[0], "waved"))
    assert caught.value.details == {"outcome": "waved"}


def test_a_retired_outcome_still_counts(town: Town) -> None:
    """A phone that was offline could not know."""
    change_outcome(
        actor=town.company.ada,
        outcome=world.outcome(town.company, "sale"),
        changes=OutcomeChanges(is_active=False),
    )
    record(town.company.rosa, town.visit(town.north[0], "sale"))
    assert town.prospect(town.north[0]).customer


def test_what_is_uploaded_after_the_assignment_ended_counts(town: Town) -> None:
    """A day's visit comes in a week after the territory was taken back."""
    given = Assignment.objects.get(member=town.company.rosa)
    end_assignment(actor=town.company.ada, assignment=given, now=NOW)
    late = town.visit(town.north[0], occurred_at=NOW - HOUR)
    record(town.company.rosa, late, now=NOW + timedelta(days=7))
    assert town.prospect(town.north[0]).attempts == 1


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (local(9, 23, 59), None),
        (local(10, 0), True),
        (local(11, 23, 59), True),
        (local(12, 0), False),
    ],
)
def test_an_assignments_days_are_local_and_half_open(
    town: Town, at: datetime, counts: bool | None
) -> None:
    """From the 10th to the 12th is the 10th and the 11th by the clocks of New York.

    Before, the door was not the rep's; afterwards a visit is kept, and does not count.
    """
    Assignment.objects.filter(member=town.company.rosa).update(
        starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 12)
    )
    new = town.visit(town.north[0], occurred_at=at)
    if counts is not None:
        visit = record(town.company.rosa, new, now=local(20, 0))
        assert (visit.counts, town.prospect(town.north[0]).attempts) == (counts, int(counts))
        late = VisitFlag.objects.filter(visit=visit, kind="outside_assignment")
        assert late.exists() is not counts
    else:
        with pytest.raises(VisitDoorNotFound):
            record(town.company.rosa, new, now=local(20, 0))


def test_what_was_taken_back_counts_to_the_end_of_that_day(town: Town) -> None:
    """Taken back on the 10th: the 10th counts whole, the 11th no more."""
    given = Assignment.objects.get(member=town.company.rosa)
    end_assignment(actor=town.company.ada, assignment=given, now=local(10, 9))
    evening = town.visit(town.north[0], occurred_at=local(10, 23))
    assert record(town.company.rosa, evening, now=local(12, 0)).counts
    after = town.visit(town.north[0], "sale", occurred_at=local(11, 0))
    assert not record(town.company.rosa, after, local(12, 0)).counts
    prospect = town.prospect(town.north[0])
    assert (prospect.attempts, prospect.customer) == (1, False)


def test_a_householders_word_to_a_former_assignee_binds(town: Town) -> None:
    """The visit does not count, yet nobody knocks there again."""
    given = Assignment.objects.get(member=town.company.rosa)
    end_assignment(actor=town.company.ada, assignment=given, now=local(9, 9))
    record(town.company.rosa, town.visit(town.north[0], "do_not_knock"))
    prospect = town.prospect(town.north[0])
    assert (prospect.attempts, prospect.do_not_knock) == (0, True)


def test_a_door_that_the_cut_left_out_becomes_a_prospect(town: Town) -> None:
    """Whoever may knock there makes it one by knocking; for a rep it is not assigned."""
    door = world.make_door(town.company.organisation, "new")
    with pytest.raises(VisitDoorNotFound):
        record(town.company.rosa, town.visit(door))
    assert not Prospect.objects.filter(door=door).exists()
    record(town.company.max, town.visit(door, "demo"))
    prospect = town.prospect(door)
    assert (prospect.organisation, prospect.attempts) == (town.company.organisation, 1)
    assert prospect.temperature == "warm"


def test_a_door_placed_after_the_campaign_took_up_its_cut_is_worked(town: Town) -> None:
    """It lies in an assigned territory, and is no prospect yet."""
    (door,) = world.place(world.published_cut(town.company), 1, 1)
    world.assign(door.placements.get().territory, town.company.rosa)
    record(town.company.rosa, town.visit(door))
    assert town.prospect(door).attempts == 1


def test_a_refused_visit_leaves_its_id_free(town: Town) -> None:
    """The phone mends it and sends it again under the same id."""
    new = town.visit(town.north[0], "callback", callback_at=NOW - HOUR)
    with pytest.raises(VisitCallbackInPast):
        record(town.company.rosa, new)
    record(town.company.rosa, replace(new, callback_at=NOW + HOUR))


def test_a_campaigns_visits_are_its_own(town: Town) -> None:
    """The same door in another campaign is another prospect."""
    winter = world.make_campaign(town.company, name="Winter")
    record(town.company.rosa, replace(town.visit(town.north[0], "sale"), campaign_id=winter.pk))
    assert town.prospect(town.north[0]).attempts == 0
    assert Prospect.objects.get(campaign=winter).customer


def test_recording_takes_as_many_queries_at_a_door_often_visited(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Twenty visits before cost no query more than none."""
    for _ in range(2):
        with django_assert_num_queries(8):
            record(town.company.rosa, town.visit(town.north[0]))
        for _ in range(20):
            record(town.company.rosa, town.visit(town.north[0]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 181.0, "lat": 0.0},
        {"lon": 0.0, "lat": 91.0},
        {"lon": 0.0},
        {"lat": 0.0},
        {"accuracy_m": -1.0},
    ],
)
def test_the_database_refuses_what_is_nowhere(town: Town, wrong: dict[str, Any]) -> None:
    """Half a position, one off the Earth, a negative accuracy."""
    with pytest.raises(IntegrityError):
        record(town.company.rosa, town.visit(town.north[0], **wrong))
    assert not Visit.objects.exists()
    assert town.prospect(town.north[0]).attempts == 0


def test_errors_tell_no_personal_data(town: Town) -> None:
    """A refused visit's note and position are in neither the message nor the details."""
    secret: dict[str, Any] = {"note": "Mrs. Miller, 0123", "lon": -73.987654, "lat": 40.1}
    record(town.company.rosa, town.visit(town.north[0]))
    stranger = Visit.objects.get().pk
    for new in (
        town.visit(town.south[0], **secret),
        town.visit(town.north[0], "none", **secret),
        town.visit(town.north[0], id=stranger, **secret),
        town.visit(town.north[0], supersedes=uuid7(NOW), **secret),
    ):
        with pytest.raises(DomainError) as caught:
            record(town.company.rosa, new)
        told = f"{caught.value.message} {caught.value.details}"
        assert "Miller" not in told
        assert "73.98" not in told


def test_a_visits_day_is_that_of_the_campaign(town: Town) -> None:
    """An assignment from today on does not reach back to last night, which was today in UTC."""
    Assignment.objects.filter(member=town.company.rosa).update(starts_on=TODAY)
    last_night = datetime(2026, 6, 10, 3, 59, tzinfo=UTC)
    with pytest.raises(VisitDoorNotFound):
        record(town.company.rosa, town.visit(town.north[0], occurred_at=last_night))
    record(town.company.rosa, town.visit(town.north[0], occurred_at=last_night + HOUR))


def test_who_comes_in_the_dark_is_flagged_unless_a_time_was_agreed(town: Town) -> None:
    """At half past nine without an appointment; not at the door where that time was agreed."""
    Campaign.objects.update(after_dark_by_appointment=True)
    rosa, late = town.company.rosa, local(9, 21, 30)
    agreed, cold = town.north[:2]
    record(
        rosa, town.visit(agreed, "callback", occurred_at=local(8, 17), callback_at=local(9, 21, 15))
    )
    for door in (agreed, cold):
        record(rosa, town.visit(door, occurred_at=late))
    flagged = VisitFlag.objects.filter(kind="after_dark").values_list("visit__door", flat=True)
    assert list(flagged) == [cold.pk]
