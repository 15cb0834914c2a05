"""Publishing a cut, and superseding one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import NotFound
from common.runs import RunState
from territories.cut_criteria import CutCriteria
from territories.cuts import publish_cut, request_cut
from territories.errors import CutNotDone, CutNotProposed, CutNotPublished
from territories.models import CutRun, CutStatus
from tests.cast import NOON, Company
from tests.territories.town import done_cut, give, published_cut, settle, territory

LATER = NOON + timedelta(hours=1)


def test_a_done_proposal_is_published(sunrise: Company) -> None:
    """The cut carries its status and the time, in the row and in the object that was passed."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise)
    assert publish_cut(actor=sunrise.max, cut=cut, now=LATER) is cut
    assert (cut.status, cut.published_at, cut.supersedes) == (CutStatus.PUBLISHED, LATER, None)
    assert CutRun.objects.get(pk=cut.pk).status == CutStatus.PUBLISHED


def test_a_published_cut_is_not_published_again(sunrise: Company) -> None:
    """The second call is refused, and the first time of publishing stands."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise)
    with pytest.raises(CutNotProposed):
        publish_cut(actor=sunrise.max, cut=cut, now=LATER)
    assert CutRun.objects.get(pk=cut.pk).published_at == NOON


def test_a_cut_that_is_under_way_is_not_published(sunrise: Company) -> None:
    """A queued cut has no territories yet."""
    wish = CutCriteria(territories=2)
    cut = request_cut(actor=sunrise.max, name="Spring", criteria=wish, now=NOON)
    with pytest.raises(CutNotDone):
        publish_cut(actor=sunrise.max, cut=cut, now=LATER)


def test_a_failed_cut_is_not_published(sunrise: Company) -> None:
    """There is nothing to publish where no door was found."""
    cut = done_cut(sunrise)
    assert cut.state == RunState.FAILED
    with pytest.raises(CutNotDone):
        publish_cut(actor=sunrise.max, cut=cut, now=LATER)


def test_the_database_refuses_a_published_cut_that_is_not_done(sunrise: Company) -> None:
    """Whatever code writes it, the row cannot say both."""
    cut = done_cut(sunrise)
    with pytest.raises(IntegrityError), transaction.atomic():
        CutRun.objects.filter(pk=cut.pk).update(status=CutStatus.PUBLISHED)


def test_a_new_cut_supersedes_the_old_one(sunrise: Company) -> None:
    """In one step the new one is published and the old one retired, with its assignments ended."""
    settle(sunrise.organisation)
    old, new = published_cut(sunrise), done_cut(sunrise, territories=3)
    kept = give(sunrise, territory(old), sunrise.rosa)
    publish_cut(actor=sunrise.max, cut=new, supersedes=old, now=LATER)
    old.refresh_from_db()
    kept.refresh_from_db()
    assert (old.status, old.published_at) == (CutStatus.SUPERSEDED, NOON)
    assert (new.status, new.supersedes) == (CutStatus.PUBLISHED, old)
    assert kept.ended_at == LATER


def test_the_assignments_of_other_cuts_go_on(sunrise: Company) -> None:
    """Superseding one cut leaves the territories of another alone."""
    settle(sunrise.organisation)
    old, other, new = published_cut(sunrise), published_cut(sunrise), done_cut(sunrise)
    kept = give(sunrise, territory(other), sunrise.rosa)
    publish_cut(actor=sunrise.max, cut=new, supersedes=old, now=LATER)
    kept.refresh_from_db()
    assert kept.ended_at is None


def test_a_proposal_cannot_be_superseded_and_nothing_is_half_done(sunrise: Company) -> None:
    """Naming a cut that was never published leaves both as they were."""
    settle(sunrise.organisation)
    old, new = done_cut(sunrise), done_cut(sunrise)
    with pytest.raises(CutNotPublished):
        publish_cut(actor=sunrise.max, cut=new, supersedes=old, now=LATER)
    statuses = set(CutRun.objects.values_list("status", flat=True))
    assert statuses == {CutStatus.PROPOSED}


def test_a_cut_is_superseded_once(sunrise: Company) -> None:
    """Of two cuts that want to supersede the same one, the second is refused."""
    settle(sunrise.organisation)
    old, first, second = published_cut(sunrise), done_cut(sunrise), done_cut(sunrise)
    publish_cut(actor=sunrise.max, cut=first, supersedes=old, now=LATER)
    with pytest.raises(CutNotPublished):
        publish_cut(actor=sunrise.max, cut=second, supersedes=old, now=LATER)
    assert CutRun.objects.get(pk=second.pk).status == CutStatus.PROPOSED


def test_a_cut_does_not_supersede_itself(sunrise: Company) -> None:
    """A proposal is not in use, so not even by itself can it be superseded."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise)
    with pytest.raises(CutNotPublished):
        publish_cut(actor=sunrise.max, cut=cut, supersedes=cut, now=LATER)


def test_others_find_no_cut_to_publish(sunrise: Company, moonlight: Company) -> None:
    """For another company's admin and for a rep, the cut does not exist."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise)
    for stranger in (moonlight.olga, sunrise.rosa):
        with pytest.raises(NotFound):
            publish_cut(actor=stranger, cut=cut, now=LATER)


def test_others_cuts_are_not_superseded(sunrise: Company, moonlight: Company) -> None:
    """A cut of one company never retires another company's."""
    settle(sunrise.organisation)
    settle(moonlight.organisation)
    theirs = published_cut(moonlight)
    with pytest.raises(NotFound):
        publish_cut(actor=sunrise.ada, cut=done_cut(sunrise), supersedes=theirs, now=LATER)
    theirs.refresh_from_db()
    assert theirs.status == CutStatus.PUBLISHED
