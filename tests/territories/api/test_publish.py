"""POST /api/v1/cut-runs/{id}/publish/."""

from typing import Any

import pytest

from territories.cuts import publish_cut
from territories.models import CutRun, CutStatus
from tests.calls import SignIn, problem
from tests.cast import NOON, Company
from tests.territories.town import LAT, LON, done_cut, published_cut, settle


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A cut that is done and not yet published."""
    settle(sunrise.organisation)
    return done_cut(sunrise)


def url(cut: CutRun) -> str:
    return f"/api/v1/cut-runs/{cut.pk}/publish/"


def test_a_manager_publishes_a_cut(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """200 with the published cut."""
    answer = as_member(sunrise.max).post(url(cut))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["id"], body["status"], body["supersedes"]) == (cut.pk, "published", None)
    assert body["published_at"] is not None


def test_the_old_cut_is_superseded(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """Naming it retires it in the same call."""
    old = published_cut(sunrise)
    answer = as_member(sunrise.max).post(url(cut), {"supersedes": old.pk})
    assert answer.json()["supersedes"] == old.pk
    old.refresh_from_db()
    assert old.status == CutStatus.SUPERSEDED


def test_publishing_again_is_refused(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """A replay learns with a 409 that it is done."""
    client = as_member(sunrise.max)
    client.post(url(cut))
    assert problem(client.post(url(cut))) == (409, "cut.not_proposed")


def test_a_cut_that_failed_is_not_published(sunrise: Company, as_member: SignIn) -> None:
    """409, with what to do."""
    assert problem(as_member(sunrise.max).post(url(done_cut(sunrise)))) == (409, "cut.not_done")


@pytest.mark.parametrize(
    ("supersedes", "expected"),
    [("old", (400, "invalid")), (None, (400, "invalid")), (10**9, (404, "not_found"))],
)
def test_a_bad_predecessor_is_refused(
    sunrise: Company, as_member: SignIn, cut: CutRun, supersedes: Any, expected: tuple[int, str]
) -> None:
    """Not an id: 400. No such cut: 404. The cut stays a proposal."""
    answer = as_member(sunrise.max).post(url(cut), {"supersedes": supersedes})
    assert problem(answer) == expected
    cut.refresh_from_db()
    assert cut.status == CutStatus.PROPOSED


def test_a_predecessor_that_is_not_in_use_is_refused(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """A proposal cannot be superseded."""
    answer = as_member(sunrise.max).post(url(cut), {"supersedes": done_cut(sunrise).pk})
    assert problem(answer) == (409, "cut.not_published")


def test_another_companys_cut_is_no_predecessor(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Its id is as unknown as any other."""
    settle(moonlight.organisation)
    theirs = published_cut(moonlight)
    answer = as_member(sunrise.max).post(url(cut), {"supersedes": theirs.pk})
    assert problem(answer) == (404, "not_found")


def test_who_may_not_publish(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """A rep: 403. Another company: 404. Nobody: 401. The cut stays a proposal."""
    assert problem(as_member(sunrise.rosa).post(url(cut))) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(url(cut))) == (404, "not_found")
    assert as_member(None).post(url(cut)).status_code == 401
    cut.refresh_from_db()
    assert cut.status == CutStatus.PROPOSED


def test_a_narrower_cut_would_leave_prospects_without_a_territory(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Street B is in the old cut and not in the new one: 409 that counts, unless it is said."""
    publish_cut(actor=sunrise.ada, cut=cut, now=NOON)
    narrow = done_cut(sunrise, bbox=(LON - 1, LAT - 0.001, LON + 1, LAT + 0.001))
    client = as_member(sunrise.max)
    refused = client.post(url(narrow), {"supersedes": cut.pk})
    assert problem(refused) == (409, "cut.incomplete")
    assert (refused.json()["doors"], refused.json()["superseded"]) == (0, 10)
    cut.refresh_from_db()
    assert cut.status == "published"
    said = client.post(url(narrow), {"supersedes": cut.pk, "leave_out": True})
    assert said.json()["status"] == "published"
