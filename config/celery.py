"""The Celery application; its settings are the CELERY_ ones of config/settings.py."""

import os

from celery import Celery
from celery.signals import worker_init

from config.named_tasks import NamedTask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("canvass", task_cls=NamedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def warm_up(**_: object) -> None:
    """Compile the searches before the worker's processes are forked: they inherit it."""
    from routing.engine import warm  # noqa: PLC0415  # no other process needs the compiler
    from territories import cutting  # noqa: PLC0415  # as above

    warm()
    cutting.warm()
