"""The background work of territories; each task takes the id of a run and may come twice."""

from celery import shared_task

from common.worker import carry_out
from territories.cuts import cut_doors
from territories.models import CutRun


@shared_task(name=CutRun.task_name)
def cut_territories(run_id: int) -> None:
    """Compute a cut; see `territories.cuts.cut_doors`."""
    carry_out(CutRun, run_id, cut_doors)
