"""What is outstanding when a territory is taken away, and lists that expire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from canvass.errors import OutstandingWork
from canvass.handing_over import outstanding, take_away
from canvass.models import Campaign, Prospect
from canvass.tasks import offer_back_untouched_territories
from canvass.untouched import offer_back_untouched
from common.errors import NotFound
from territories.models import Assignment, AssignmentEvent
from tests.calls import SignIn, problem
from tests.canvass.selling import sell
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

DAY = timedelta(days=1)


@pytest.fixture
def hers(town: Town) -> Assignment:
    """Rosa's territory, with a callback agreed at one of its doors."""
    row = Assignment.objects.get(member=town.company.rosa)
    door = row.territory.placements.order_by("pk")[0].door_id
    Prospect.objects.filter(door=door).update(next_due_at=NOW + DAY)
    return row


def taken(town: Town, row: Assignment, **more: Any) -> Any:
    return take_away(actor=town.company.max, assignment=row, reason="Moved", now=NOW, **more)


def test_callbacks_are_outstanding_and_nothing_else(town: Town, hers: Assignment) -> None:
    """Not those of another territory, nor where nobody wants a knock."""
    found = outstanding(town.company.max, hers)
    assert [row.next_due_at for row in found] == [NOW + DAY]
    Prospect.objects.filter(next_due_at__isnull=False).update(do_not_knock=True)
    assert not outstanding(town.company.max, hers).exists()


def test_nobody_takes_a_territory_away_by_oversight(town: Town, hers: Assignment) -> None:
    """The refusal counts the callbacks; the assignment goes on."""
    with pytest.raises(OutstandingWork) as refused:
        taken(town, hers)
    assert refused.value.details == {"callbacks": 1, "deliveries": 0}
    assert Assignment.objects.get(pk=hers.pk).state == "active"


def test_the_callbacks_go_with_the_territory(town: Town, hers: Assignment) -> None:
    """Rui has it from today on; what happened at its doors stays as it is."""
    before = list(Prospect.objects.order_by("pk").values())
    found = taken(town, hers, hand_to=town.company.rui)
    assert (found.revoked.state, found.callbacks) == ("revoked", 1)
    assert (found.handed_to.member, found.handed_to.starts_on) == (town.company.rui, TODAY)
    assert found.handed_to.territory == hers.territory
    event = AssignmentEvent.objects.get(assignment=hers, change="revoked")
    assert (event.reason, event.handed_to) == ("Moved", town.company.rui)
    assert list(Prospect.objects.order_by("pk").values()) == before
    again = taken(town, hers, hand_to=town.company.rui)
    assert again.handed_to == found.handed_to


def test_leaving_them_to_nobody_is_said(town: Town, hers: Assignment) -> None:
    """And possible without a word where nothing is outstanding."""
    assert taken(town, hers, leave_outstanding=True).handed_to is None
    assert not Assignment.objects.filter(territory=hers.territory, ended_at=None).exists()


def test_strangers_take_nothing_away(town: Town, hers: Assignment, moonlight: Company) -> None:
    """Another subtree's manager, another company."""
    for stranger in (town.company.mona, moonlight.olga):
        with pytest.raises(NotFound):
            take_away(actor=stranger, assignment=hers, reason="Mine", now=NOW)


def test_it_is_done_over_http(town: Town, hers: Assignment, as_member: SignIn) -> None:
    """The outstanding list, a refusal that counts, the revoke that says to whom."""
    client = as_member(town.company.max)
    url = f"/api/v1/assignments/{hers.pk}/"
    listed = client.get(f"{url}outstanding/").json()
    assert (listed["count"], listed["results"][0]["next_due_at"] is None) == (1, False)
    refused = client.post(f"{url}revoke/", {"reason": "Moved"})
    assert problem(refused) == (409, "assignment.outstanding")
    assert problem(client.post(f"{url}revoke/", {})) == (400, "invalid")
    done = client.post(f"{url}revoke/", {"reason": "Moved", "hand_to": town.company.rui.pk})
    assert done.status_code == 200
    assert done.json()["handed_to"]["member"] == town.company.rui.pk
    story = client.get(f"{url}history/").json()["results"]
    assert story[-1]["change"] == "revoked"


def test_reps_and_strangers_may_not(
    town: Town, hers: Assignment, moonlight: Company, as_member: SignIn
) -> None:
    """403 for a rep, 404 for the others, 401 for nobody."""
    url = f"/api/v1/assignments/{hers.pk}/"

    def answers(client: APIClient) -> list[Any]:
        return [client.get(f"{url}outstanding/"), client.post(f"{url}revoke/", {"reason": "Mine"})]

    for member, expected in (
        (town.company.rosa, (403, "not_allowed")), (town.company.mona, (404, "not_found")),
        (moonlight.olga, (404, "not_found")),
    ):  # fmt: skip
        assert [problem(answer) for answer in answers(as_member(member))] == [expected] * 2
    assert [answer.status_code for answer in answers(as_member(None))] == [401, 401]


def test_an_untouched_territory_is_offered_back_once(town: Town, hers: Assignment) -> None:
    """After the campaign's days, counted from the making; and nothing where no days are set."""
    made = Assignment.objects.get(pk=hers.pk).created_at
    later = max(made, NOW) + 30 * DAY
    assert offer_back_untouched(later) == 0
    Campaign.objects.filter(pk=town.campaign.pk).update(untouched_days=30)
    assert offer_back_untouched(later - 29 * DAY) == 0
    count = offer_back_untouched(later)
    assert count == Assignment.objects.filter(offered_back_at=later).count() > 0
    assert offer_back_untouched(later) == 0
    assert Assignment.objects.get(pk=hers.pk).state == "active"


def test_keeping_it_counts_anew(town: Town, hers: Assignment, as_member: SignIn) -> None:
    """The manager's word holds for as many days again."""
    Campaign.objects.filter(pk=town.campaign.pk).update(untouched_days=30)
    later = NOW + 60 * DAY
    offer_back_untouched(later)
    client = as_member(town.company.max)
    listed = client.get("/api/v1/assignments/", {"offered_back": "true"}).json()
    assert hers.pk in [row["id"] for row in listed["results"]]
    assert client.post(f"/api/v1/assignments/{hers.pk}/keep/").json()["offered_back_at"] is None
    Assignment.objects.filter(pk=hers.pk).update(kept_at=later)
    assert offer_back_untouched(later + 29 * DAY) == 0
    assert offer_back_untouched(later + 30 * DAY) == 1


def test_an_expired_list_goes_on_with_somebody_else_over_http(
    town: Town, hers: Assignment, as_member: SignIn
) -> None:
    """Offered back by the clock, looked at, taken away with its callback and its goods to bring."""
    sale = sell(town)
    ada = as_member(town.company.ada)
    answer = ada.patch(f"/api/v1/campaigns/{town.campaign.pk}/", {"untouched_days": 30})
    assert answer.json()["untouched_days"] == 30
    with time_machine.travel(NOW + 60 * DAY, tick=False):
        max_ = as_member(town.company.max)
        assert offer_back_untouched_territories() > 0
        (row,) = [
            row
            for row in max_.get("/api/v1/assignments/", {"offered_back": "true"}).json()["results"]
            if row["id"] == hers.pk
        ]
        assert (row["state"], row["member"]) == ("active", town.company.rosa.pk)
        url = f"/api/v1/assignments/{hers.pk}/"
        assert max_.get(f"{url}outstanding/").json()["count"] == 1
        (goods,) = max_.get(f"{url}undelivered/").json()["results"]
        assert goods["id"] == str(sale.pk)
        refused = max_.post(f"{url}revoke/", {"reason": "Untouched"})
        assert problem(refused) == (409, "assignment.outstanding")
        assert (refused.json()["callbacks"], refused.json()["deliveries"]) == (1, 1)
        body = {"reason": "Untouched", "hand_to": town.company.rui.pk}
        done = max_.post(f"{url}revoke/", body).json()
        assert (done["callbacks"], done["deliveries"]) == (1, 1)
        assert done["handed_to"]["member"] == town.company.rui.pk
        again = max_.post(f"{url}revoke/", body)
        assert again.json()["handed_to"]["id"] == done["handed_to"]["id"]
        story = [one["change"] for one in max_.get(f"{url}history/").json()["results"]]
    sale.refresh_from_db()
    assert sale.deliverer == town.company.rui
    assert story[-2:] == ["offered_back", "revoked"]


def test_every_way_of_ending_asks_for_a_decision(
    town: Town, hers: Assignment, as_member: SignIn
) -> None:
    """The manager's end, the rep's return and finish: 409 with the counts, until it is said."""
    url = f"/api/v1/assignments/{hers.pk}/"
    manager, rep = as_member(town.company.max), as_member(town.company.rosa)
    for client, step in ((manager, "end"), (manager, "finish"), (rep, "return"), (rep, "finish")):
        refused = client.post(f"{url}{step}/", {"reason": "Ill"})
        assert problem(refused) == (409, "assignment.outstanding"), step
        assert (refused.json()["callbacks"], refused.json()["deliveries"]) == (1, 0)
    assert Assignment.objects.get(pk=hers.pk).state == "active"
    told = {"reason": "Ill", "leave_outstanding": True}
    assert rep.post(f"{url}return/", told).json()["state"] == "returned"
    assert manager.get(f"{url}outstanding/").json()["count"] == 1
    assert rep.post(f"{url}return/", {"reason": "Ill"}).json()["state"] == "returned"


def test_ending_hands_on_what_is_outstanding(
    town: Town, hers: Assignment, as_member: SignIn
) -> None:
    """With `hand_to`, the territory and the goods to bring go on; a replay answers the same."""
    sale = sell(town)
    client, url = as_member(town.company.max), f"/api/v1/assignments/{hers.pk}/end/"
    body = {"hand_to": town.company.rui.pk}
    first, second = (client.post(url, body) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (200, "revoked")
    assert second.json() == first.json()
    sale.refresh_from_db()
    assert sale.deliverer == town.company.rui
    goes_on = Assignment.objects.get(territory=hers.territory, ended_at=None)
    assert goes_on.member == town.company.rui


def test_goods_to_bring_are_outstanding_for_the_rep_too(
    town: Town, hers: Assignment, as_member: SignIn
) -> None:
    """Nobody waits for a callback any more, but a customer for books."""
    sell(town)
    Prospect.objects.update(next_due_at=None)
    client, url = as_member(town.company.rosa), f"/api/v1/assignments/{hers.pk}/finish/"
    refused = client.post(url)
    assert problem(refused) == (409, "assignment.outstanding")
    assert (refused.json()["callbacks"], refused.json()["deliveries"]) == (0, 1)
    assert client.post(url, {"leave_outstanding": True}).json()["state"] == "finished"


def test_an_offer_is_declined_without_a_word_about_others(
    town: Town, hers: Assignment, as_member: SignIn
) -> None:
    """Who has not taken a territory has nothing outstanding there."""
    Assignment.objects.filter(pk=hers.pk).update(state="offered")
    client, url = as_member(town.company.rosa), f"/api/v1/assignments/{hers.pk}/return/"
    assert client.post(url, {"reason": "Too far"}).json()["state"] == "returned"
