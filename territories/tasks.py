"""The background work of territories; each task takes the id of a run and may come twice."""

from celery import shared_task

from common.worker import carry_out
from territories.cuts import cut_doors
from territories.imports import import_doors
from territories.locating import locate_doors
from territories.models import CutRun, ImportRun, LocateRun, NeighborhoodRun
from territories.neighborhoods import import_neighborhoods


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
