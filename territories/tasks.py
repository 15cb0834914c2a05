"""The background work of territories; each task takes the id of a run and may come twice."""

from celery import shared_task
from django.utils import timezone

from common.worker import carry_out
from territories.assignment_states import turn_by_the_clock
from territories.cuts import cut_doors
from territories.deals import deal_territories
from territories.imports import import_doors
from territories.locating import locate_doors
from territories.models import (
    CutRun,
    DealRun,
    ImportRun,
    LocateRun,
    NeighborhoodRun,
    SnapRun,
    StreetMap,
)
from territories.neighborhoods import import_neighborhoods
from territories.snapping import snap_doors
from territories.street_maps import import_streets


@shared_task(name=CutRun.task_name)
def cut_territories(run_id: int) -> None:
    """Compute a cut; see `territories.cuts.cut_doors`."""
    carry_out(CutRun, run_id, cut_doors)


@shared_task(name=ImportRun.task_name)
def import_doors_of(run_id: int) -> None:
    """Import a file of doors; see `territories.imports.import_doors`."""
    carry_out(ImportRun, run_id, import_doors)


@shared_task(name=NeighborhoodRun.task_name)
def import_neighborhoods_of(run_id: int) -> None:
    """Import a file of boundaries; see `territories.neighborhoods.import_neighborhoods`."""
    carry_out(NeighborhoodRun, run_id, import_neighborhoods)


@shared_task(name=LocateRun.task_name)
def locate_all_doors(run_id: int) -> None:
    """Find every door's neighborhood; see `territories.locating.locate_doors`."""
    carry_out(LocateRun, run_id, locate_doors)


@shared_task(name=StreetMap.task_name)
def import_streets_of(run_id: int) -> None:
    """Build a street map; see `territories.street_maps.import_streets`."""
    carry_out(StreetMap, run_id, import_streets)


@shared_task(name=SnapRun.task_name)
def snap_doors_of(run_id: int) -> None:
    """Snap an organisation's doors; see `territories.snapping.snap_doors`."""
    carry_out(SnapRun, run_id, snap_doors)


@shared_task(name="territories.turn_assignments")
def turn_assignments() -> int:
    """Start and finish assignments; see `territories.assignment_states.turn_by_the_clock`."""
    return turn_by_the_clock(timezone.now())


@shared_task(name="territories.deal")
def deal_territories_of(run_id: int) -> None:
    """Find who gets which territory; see `territories.deals.deal_territories`."""
    carry_out(DealRun, run_id, deal_territories)
