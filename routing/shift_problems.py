"""A shift in the words of the engine."""

from __future__ import annotations

from canvass.models import Shift
from routing.candidates import CALLBACK_TOLERANCE_S, CandidateStop
from routing.engine import Problem, Stop, Walker
from routing.errors import ShiftTooShort
from routing.outings import END, FIRST_STOP, START, Outing, prepared, service_s


def shift_problem(shift: Shift) -> Problem:
    """What the engine is asked for a shift. Raises ShiftTooShort."""
    return problem_of(prepared(shift))


def problem_of(outing: Outing) -> Problem:
    """The outing as the engine sees it: seconds from the start of the shift."""
    way_home = int(outing.ways.seconds[START, END])
    if way_home > outing.length_s:
        raise ShiftTooShort(walk_s=way_home, shift_s=outing.length_s)
    stops = [engine_stop(outing, at, stop) for at, stop in enumerate(outing.stops)]
    walker = Walker(id=0, start=START, end=END, shift=(0, outing.length_s))
    return Problem(stops, [walker], outing.ways.seconds, outing.hours.edges)


def engine_stop(outing: Outing, at: int, stop: CandidateStop) -> Stop:
    """A candidate as a stop of the problem; an agreed time is a window around it.

    It closes so early that the last door's knock is within the tolerance too. Who has agreed is at
    home, whatever the hour.
    """
    windows: tuple[tuple[int, int], ...] = ()
    value: int | tuple[int, ...] = stop.value
    if stop.due_at is None and outing.hours.edges:
        value = outing.hours.values(stop.value)
    elif stop.due_at is not None:
        due_s = int((stop.due_at - outing.shift.starts_at).total_seconds())
        before_last_s = (len(stop.doors) - 1) * outing.shift.campaign.door_s
        closes = due_s + CALLBACK_TOLERANCE_S - before_last_s
        windows = ((max(0, due_s - CALLBACK_TOLERANCE_S), closes),)
    return Stop(
        id=at,
        place=at + FIRST_STOP,
        value=value,
        service_s=service_s(outing.shift, stop),
        windows=windows,
        required=stop.required,
    )
