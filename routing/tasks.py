"""The background work of routing; each task takes the id of a run and may come twice."""

from celery import shared_task

from common.worker import carry_out
from routing import planning
from routing.models import PlanRun


@shared_task(name=PlanRun.task_name)
def plan_shift(run_id: int) -> None:
    """Plan a shift; see `routing.planning.plan_shift`."""
    carry_out(PlanRun, run_id, planning.plan_shift)
