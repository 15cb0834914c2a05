"""Where background work comes from, for the audit trail: the task or the command, by its name."""

from __future__ import annotations

from typing import Any

from celery import Task

from common.origin import Origin, coming_from


class NamedTask(Task):  # type: ignore[type-arg]  # generic to mypy only
    """A task that names itself in every entry of the audit trail that it writes."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Carry out the task; what a run has written is told if the run does not tell it itself."""
        from config.origin import watched  # noqa: PLC0415  # no models before the apps are ready
        from config.run_ends import tell_end  # noqa: PLC0415  # as above

        with coming_from(Origin(self.request.id or "", device=f"task {self.name}")):
            with watched() as writes:
                answer = super().__call__(*args, **kwargs)
            if writes.untold:
                tell_end(self.name, args)
        return answer
