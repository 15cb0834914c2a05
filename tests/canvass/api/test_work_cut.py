"""POST /api/v1/campaigns/{id}/work-cut/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Campaign, Prospect
from territories.models import CutRun, CutStatus
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import Town
from tests.cast import Company


def url(town: Town) -> str:
    return f"/api/v1/campaigns/{town.campaign.pk}/work-cut/"


@pytest.fixture
def cut(town: Town) -> CutRun:
    """A published cut with two doors that no campaign works."""
    cut = world.published_cut(town.company)
    world.place(cut, 1, 2)
    return cut


def test_a_manager_lets_a_campaign_work_a_cut(town: Town, as_member: SignIn, cut: CutRun) -> None:
    """200 with the campaign as it is now, and how many prospects are new."""
    client = as_member(town.company.max)
    before = client.get(f"/api/v1/campaigns/{town.campaign.pk}/").json()
    answer = client.post(url(town), {"cut": cut.pk})
    assert answer.status_code == 200
    campaign = {**before, "cut": cut.pk, "cut_at": "2026-06-10T18:00:00Z"}
    assert answer.json() == {"campaign": campaign, "new_prospects": 2}
    assert Prospect.objects.filter(campaign=town.campaign).count() == 8


def test_a_replay_changes_nothing(town: Town, as_member: SignIn, cut: CutRun) -> None:
    """The same campaign, and no prospect is new."""
    client = as_member(town.company.max)
    first, second = (client.post(url(town), {"cut": cut.pk}) for _ in range(2))
    assert second.json() == {**first.json(), "new_prospects": 0}
    assert Prospect.objects.count() == 8


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid")),
        ({"cut": None}, (400, "invalid")),
        ({"cut": "first"}, (400, "invalid")),
        ({"cut": [1]}, (400, "invalid")),
        ({"cut": 10**30}, (400, "invalid")),
        ({"cut": -(10**30)}, (404, "not_found")),
        ({"cut": 10**9}, (404, "not_found")),
    ],
)
def test_bad_input_is_refused(
    town: Town, as_member: SignIn, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    """400 for what is no id, 404 for one that nothing has; the campaign keeps its cut."""
    assert problem(as_member(town.company.ada).post(url(town), body)) == expected
    assert Campaign.objects.get().cut == town.cut


@pytest.mark.parametrize("status", [CutStatus.PROPOSED, CutStatus.SUPERSEDED])
def test_only_a_published_cut_is_worked(town: Town, as_member: SignIn, status: str) -> None:
    """409, and the campaign keeps its cut."""
    cut = world.published_cut(town.company, status)
    answer = as_member(town.company.ada).post(url(town), {"cut": cut.pk})
    assert problem(answer) == (409, "cut.not_published")
    assert Campaign.objects.get().cut == town.cut


def test_who_may_not(town: Town, moonlight: Company, as_member: SignIn, cut: CutRun) -> None:
    """A rep: 403. Another company's campaign or cut: 404. Nobody: 401."""
    theirs = world.published_cut(moonlight)
    for actor, body, expected in (
        (town.company.rosa, {"cut": cut.pk}, (403, "not_allowed")),
        (moonlight.olga, {"cut": theirs.pk}, (404, "not_found")),
        (town.company.ada, {"cut": theirs.pk}, (404, "not_found")),
    ):
        assert problem(as_member(actor).post(url(town), body)) == expected
    assert problem(as_member(None).post(url(town), {"cut": cut.pk}))[0] == 401
    assert Campaign.objects.get().cut == town.cut
    assert Prospect.objects.count() == 6


def test_it_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Fifty doors in one statement."""
    cut = world.published_cut(town.company)
    world.place(cut, 1, 50)
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 9):
        assert client.post(url(town), {"cut": cut.pk}).json()["new_prospects"] == 50
