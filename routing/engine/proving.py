"""CP-SAT at work while the clock is watched."""

from __future__ import annotations

from threading import Thread
from typing import Any, Final

from routing.engine.clock import Clock

LOOK_S: Final = 0.01  # between two looks at whether the search is cancelled


def solved(solver: Any, model: Any, clock: Clock) -> Any:
    """The status that CP-SAT ends with; once the clock is cancelled, with the best it has by then.

    It works in a thread of its own, since Ctrl-C reaches only a main thread that runs Python.
    Left to itself it would take Ctrl-C for its own, and whoever called would go on.
    """
    solver.parameters.catch_sigint_signal = False
    found: list[Any] = []
    worker = Thread(target=lambda: found.append(solver.solve(model)), daemon=True)
    worker.start()
    while worker.is_alive():
        if clock.cancelled():
            solver.stop_search()
        clock.tick()
        worker.join(LOOK_S)
    return found[0]
