"""A shift in the words of the engine."""

from __future__ import annotations

from math import ceil, floor

from canvass.models import Shift
from routing.candidates import CandidateStop
from routing.engine import Break, Problem, Stop, Walker
from routing.errors import ShiftTooShort, WayHomeTooLong
from routing.outings import END, FIRST_STOP, START, Outing, prepared, service_s


def shift_problem(shift: Shift) -> Problem:
    """What the engine is asked for a shift. Raises ShiftTooShort and WayHomeTooLong."""
    return problem_of(prepared(shift))


def problem_of(outing: Outing) -> Problem:
    """The outing as the engine sees it: seconds from the start of the shift.

    Raises ShiftTooShort and WayHomeTooLong.
    """
    walker = walker_of(outing)
    stops = [engine_stop(outing, at, stop) for at, stop in enumerate(outing.stops)]
    return Problem(stops, [walker], outing.ways.seconds, outing.hours.edges)


def walker_of(outing: Outing) -> Walker:
    """The member, with the pause and the longest walking. Raises ShiftTooShort, WayHomeTooLong."""
    shift, way_home = outing.shift, int(outing.ways.seconds[START, END])
    if way_home + shift.pause_s > outing.length_s:
        raise ShiftTooShort(walk_s=way_home, pause_s=shift.pause_s, shift_s=outing.length_s)
    if shift.most_walk_s is not None and way_home > shift.most_walk_s:
        raise WayHomeTooLong(walk_s=way_home, most_walk_s=shift.most_walk_s)
    return Walker(
        id=0,
        start=START,
        end=END,
        shift=(0, outing.length_s),
        most_walk_s=shift.most_walk_s,
        breaks=breaks_of(outing),
    )


def breaks_of(outing: Outing) -> tuple[Break, ...]:
    """The pause, if there is one."""
    shift = outing.shift
    if shift.pause_from is None or shift.pause_to is None:
        return ()
    begin, end = (
        int((at - shift.starts_at).total_seconds()) for at in (shift.pause_from, shift.pause_to)
    )
    return (Break(shift.pause_s, (begin, min(end, outing.length_s - shift.pause_s))),)


def engine_stop(outing: Outing, at: int, stop: CandidateStop) -> Stop:
    """A candidate as a stop of the problem.

    Who has agreed is at home, whatever the hour.
    """
    is_agreed = stop.due_at is not None
    value: int | tuple[int, ...] = stop.value
    if not is_agreed and outing.hours.edges:
        value = outing.hours.values(stop.value)
    return Stop(
        id=at,
        place=at + FIRST_STOP,
        value=value,
        service_s=service_s(outing.shift, stop),
        windows=windows_of(outing.shift, stop),
        required=stop.required,
    )


def windows_of(shift: Shift, stop: CandidateStop) -> tuple[tuple[int, int], ...]:
    """The windows in which a stop's first knock may be, so early that the last is in time too."""
    before_last_s = (len(stop.doors) - 1) * shift.campaign.door_s
    spans = [
        (ceil((begin - shift.starts_at).total_seconds()), (end - shift.starts_at).total_seconds())
        for begin, end in stop.times
    ]
    windows = ((opens, floor(ends) - before_last_s) for opens, ends in spans)
    return tuple((opens, closes) for opens, closes in windows if opens <= closes)
