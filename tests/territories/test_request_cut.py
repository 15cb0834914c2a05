"""Asking for a cut."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from common.runs import RunState
from territories.cut_criteria import MAX_TERRITORIES, Boundaries, CutCriteria
from territories.cuts import request_cut
from territories.errors import CutCriteriaInvalid
from territories.models import CutRun, CutStatus, DoorUse
from tests.cast import NOON, Company
from tests.territories.town import done_cut, settle


def ask(company: Company, name: str = "Spring", **wish: Any) -> CutRun:
    criteria = CutCriteria(**(wish or {"territories": 2}))
    return request_cut(actor=company.max, name=name, criteria=criteria, now=NOON)


def test_a_cut_is_queued_and_a_worker_is_woken_on_commit(
    sunrise: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The run is queued for its organisation, as a proposal, and one message waits to be sent."""
    with django_capture_on_commit_callbacks() as messages:
        cut = ask(sunrise, territories=3, cities=("Hill",))
    assert len(messages) == 1
    assert (cut.state, cut.status, cut.name) == (RunState.QUEUED, CutStatus.PROPOSED, "Spring")
    assert (cut.organisation, cut.requested_by, cut.created_at) == (
        sunrise.organisation,
        sunrise.max,
        NOON,
    )
    cut.refresh_from_db()
    assert CutCriteria.from_json(cut.criteria) == CutCriteria(territories=3, cities=("Hill",))


def test_the_same_wish_is_the_same_run_while_it_is_under_way(sunrise: Company) -> None:
    """A repeated request queues nothing new; another name or size does."""
    first = ask(sunrise)
    assert ask(sunrise).pk == first.pk
    assert ask(sunrise, name="Autumn").pk != first.pk
    assert ask(sunrise, territories=4).pk != first.pk


def test_the_same_wish_is_a_new_run_once_the_first_has_ended(sunrise: Company) -> None:
    """After doors have changed, the same criteria may be cut again."""
    settle(sunrise.organisation)
    first = done_cut(sunrise)
    assert done_cut(sunrise).pk != first.pk


def test_the_same_wish_of_another_organisation_is_another_run(
    sunrise: Company, moonlight: Company
) -> None:
    """Runs are never shared between organisations."""
    other = request_cut(
        actor=moonlight.olga, name="Spring", criteria=CutCriteria(territories=2), now=NOON
    )
    assert ask(sunrise).pk != other.pk


def far_line(*numbers: float) -> dict[str, Any]:
    """A line from 0, 0 through positions made of these numbers, two by two."""
    pairs = [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    return {"type": "LineString", "coordinates": [[0, 0], *pairs]}


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("territories", {}),
        ("territories", {"territories": 2, "target_minutes": 60.0}),
        ("territories", {"territories": 0}),
        ("territories", {"territories": MAX_TERRITORIES + 1}),
        ("target_minutes", {"target_minutes": 0.5}),
        ("target_minutes", {"target_minutes": float("nan")}),
        ("target_minutes", {"target_minutes": float("inf")}),
        ("locked", {"territories": 2, "locked": (1,)}),
        ("locked", {"territories": 1, "keep": 1, "locked": (1, 2)}),
        ("least_minutes", {"territories": 2, "least_minutes": 0.5}),
        ("least_minutes", {"territories": 2, "least_minutes": 90, "most_minutes": 60}),
        ("most_minutes", {"territories": 2, "most_minutes": float("nan")}),
        ("target_minutes", {"target_minutes": 60, "most_minutes": 50}),
        ("boundaries", {"territories": 2, "boundaries": Boundaries("wards", "street")}),
        ("seed", {"territories": 2, "seed": -1}),
        ("door_s", {"territories": 2, "door_s": 0}),
        ("door_s", {"territories": 2, "door_s": 7201}),
        ("uses", {"territories": 2, "uses": ("home", "castle")}),
        ("barriers", {"territories": 2, "barriers": {"type": "Point", "coordinates": [25, 60]}}),
        ("barriers", {"territories": 2, "barriers": {"type": "LineString"}}),
        ("barriers", {"territories": 2, "barriers": {"features": []}}),
        ("barriers", {"territories": 2, "barriers": {"type": "FeatureCollection"}}),
        ("barriers", {"territories": 2, "barriers": far_line(500_000, 6_700_000)}),
        ("barriers", {"territories": 2, "barriers": far_line(*range(40_000))}),
        ("bbox", {"territories": 2, "bbox": (25.0, 60.0, 24.0, 61.0)}),
        ("bbox", {"territories": 2, "bbox": (24.0, 61.0, 25.0, 60.0)}),
        ("bbox", {"territories": 2, "bbox": (24.0, 60.0, 25.0, 91.0)}),
        ("bbox", {"territories": 2, "bbox": (24.0, 60.0, 25.0, float("nan"))}),
    ],
)
def test_nonsense_is_refused_and_its_field_named(field: str, wish: dict[str, Any]) -> None:
    """Criteria that contradict themselves or are out of range never become a run."""
    with pytest.raises(CutCriteriaInvalid) as error:
        CutCriteria(**wish)
    assert error.value.details == {"field": field}


@given(
    st.builds(
        CutCriteria,
        bbox=st.none() | st.just((24.5, 60.0, 25.25, 60.5)),
        uses=st.lists(st.sampled_from(DoorUse.values)).map(tuple),
        cities=st.lists(st.text()).map(tuple),
        territories=st.none(),
        target_minutes=st.floats(1, 10_000),
        door_s=st.integers(1, 7200),
        keep=st.none() | st.integers(1),
        barriers=st.booleans() | st.just({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
        boundaries=st.none() | st.builds(Boundaries, st.text(), st.sampled_from(["", "city"])),
        seed=st.integers(0, 9),
    )
)
def test_criteria_survive_their_row(criteria: CutCriteria) -> None:
    """Written as JSON and read back, criteria are the same."""
    assert CutCriteria.from_json(json.loads(json.dumps(criteria.to_json()))) == criteria
