"""Visits are never changed or deleted, whichever way the code takes."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction

from canvass.models import Campaign, Visit
from tests.canvass import world
from tests.canvass.world import Town, record

Write = Callable[[Visit], object]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda visit: visit.save(), id="save"),
        pytest.param(lambda visit: visit.save(update_fields=["note"]), id="save fields"),
        pytest.param(lambda visit: visit.save(force_update=True), id="save by force"),
        pytest.param(lambda visit: visit.save(force_insert=False), id="save without insert"),
        pytest.param(lambda visit: visit.delete(), id="delete"),
        pytest.param(lambda visit: Visit.objects.update(note="x"), id="update all"),
        pytest.param(lambda visit: Visit.objects.filter(pk=visit.pk).update(note="x"), id="update"),
        pytest.param(lambda visit: Visit.objects.all().delete(), id="delete all"),
        pytest.param(lambda visit: Visit.objects.bulk_update([visit], ["note"]), id="bulk update"),
        pytest.param(
            lambda visit: Visit.objects.bulk_create(
                [visit], update_conflicts=True, unique_fields=["id"], update_fields=["note"]
            ),
            id="bulk create over",
        ),
        pytest.param(
            lambda visit: Visit.objects.bulk_create([visit], None, False, True, ["note"], ["id"]),
            id="bulk create over by position",
        ),
        pytest.param(
            lambda visit: Visit.objects.update_or_create(pk=visit.pk, defaults={"note": "x"}),
            id="update or create",
        ),
        pytest.param(lambda visit: visit.campaign.visits.update(note="x"), id="related update"),
        pytest.param(lambda visit: visit.campaign.visits.all().delete(), id="related delete"),
        pytest.param(
            lambda visit: Campaign.objects.exclude(pk=visit.campaign_id).get().visits.add(visit),
            id="related add",
        ),
        pytest.param(lambda visit: visit.campaign.delete(), id="delete campaign"),
        pytest.param(lambda visit: visit.door.delete(), id="delete door"),
        pytest.param(lambda visit: visit.outcome.delete(), id="delete outcome"),
        pytest.param(lambda visit: visit.member.delete(), id="delete member"),
        pytest.param(lambda visit: visit.organisation.delete(), id="delete organisation"),
    ],
)
def test_a_visit_is_never_changed_or_deleted(town: Town, write: Write) -> None:
    """Whatever way the code takes: it raises, and the row is as it was."""
    world.make_campaign(town.company, name="Winter")
    visit = record(town.company.rosa, town.visit(town.north[0], note="as it was"))
    before = Visit.objects.values().get()
    visit.note = "changed"
    refusals = (TypeError, ValueError, IntegrityError, models.ProtectedError)
    with pytest.raises(refusals), transaction.atomic():
        write(visit)
    assert Visit.objects.values().get() == before
