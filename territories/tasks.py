"""The background work of territories; each task takes the id of a run and may come twice."""

from celery import shared_task

from common.worker import carry_out
from territories.cuts import cut_doors
from territories.imports import import_doors
from territories.models import CutRun, ImportRun


@shared_task(name=CutRun.task_name)
def cut_territories(run_id: int) -> None:
    """Compute a cut; see `territories.cuts.cut_doors`."""
    carry_out(CutRun, run_id, cut_doors)


@shared_task(name=ImportRun.task_name)
def import_doors_of(run_id: int) -> None:
    """Import a file of doors; see `territories.imports.import_doors`."""
    carry_out(ImportRun, run_id, import_doors)
