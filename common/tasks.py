"""The periodic sweep of background runs."""

from celery import shared_task

from common.worker import sweep


@shared_task(name="common.sweep")
def sweep_runs() -> int:
    """Send lost runs again; see `common.worker.sweep`."""
    return sweep()
