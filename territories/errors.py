"""What can go wrong with territories, cuts and assignments."""

from __future__ import annotations

from typing import ClassVar

from common.errors import DomainError


class CutCriteriaInvalid(DomainError):
    """The wish for a cut contradicts itself or is out of range; `field` says where."""

    code = "cut.criteria_invalid"
    status = 422
    title = "The criteria of the cut cannot be used."


class CutHasNoDoors(DomainError):
    """No door meets the criteria."""

    code = "cut.no_doors"
    status = 422
    title = "No door meets the criteria. Import doors there, or widen the criteria."


class CutTooFine(DomainError):
    """More territories are asked for than there are buildings to deal out."""

    code = "cut.too_fine"
    status = 422
    title = "There are fewer buildings than territories. Ask for fewer or larger territories."


class CutImpossible(DomainError):
    """The doors cannot be dealt out within what is locked and the limits; `field` says why."""

    code = "cut.impossible"
    status = 422
    title = "No cut of these doors keeps to the criteria. Loosen the limits, or lock less."


class CutNotDone(DomainError):
    """A cut that is still being computed, or failed, cannot be published."""

    code = "cut.not_done"
    status = 409
    title = "The cut is not done. Wait until it is; if it has failed, ask for a new one."


class CutNotProposed(DomainError):
    """A cut is published once and never changes again."""

    code = "cut.not_proposed"
    status = 409
    title = "The cut has been published before. Ask for a new cut to change it."


class CutNotPublished(DomainError):
    """Only the territories of a published cut are worked, and only such a cut is superseded."""

    code = "cut.not_published"
    status = 409
    title = "The cut is not published, or another has superseded it. Use a published cut."


class CutIncomplete(DomainError):
    """Doors that should be are in no territory of the cut.

    `doors` counts those that meet its criteria, `superseded`, if there are any, those of
    the cut that it supersedes.
    """

    code = "cut.incomplete"
    status = 409
    title = (
        "Doors that the cut is meant for, or that the superseded cut has, are in none of its "
        "territories. Cut anew, or publish with `leave_out`."
    )


class CutEditInvalid(DomainError):
    """A change by hand names what is not there, or lacks what its kind needs; `field` says what."""

    code = "cut.edit_invalid"
    status = 422
    title = "The change cannot be made like this."


class CutEditMovesNothing(DomainError):
    """No door would change its territory."""

    code = "cut.edit_moves_nothing"
    status = 422
    title = "No door would move: there is none there, or all are in that territory already."


class CutAllAssigned(DomainError):
    """Every territory of the cut is assigned from that day on."""

    code = "cut.all_assigned"
    status = 409
    title = "Every territory of the cut is assigned already. End assignments to give them anew."


class TerritoryTaken(DomainError):
    """Somebody works the territory on some of the days; `assignments` are those you may see."""

    code = "territory.taken"
    status = 409
    title = (
        "The territory is assigned on some of these days. End that assignment, choose other "
        "days, or share the territory on purpose."
    )


class AssignmentDatesInvalid(DomainError):
    """An assignment lasts at least a day."""

    code = "assignment.dates_invalid"
    status = 422
    title = "The assignment ends before it starts: `ends_on` is the first day after it."


class AssignmentStateWrong(DomainError):
    """An assignment goes from offered to accepted, active, and then over; `state` is its own."""

    code = "assignment.wrong_state"
    status = 409
    title = "The assignment's state does not allow this: it is over, or not yet accepted."


class DealInvalid(DomainError):
    """The rules of a deal contradict each other, or name what is not dealt; `field` says which."""

    code = "deal.invalid"
    status = 422
    title = "The territories cannot be dealt by these rules."


class DealNotDone(DomainError):
    """A proposal that is still being found, or failed."""

    code = "deal.not_done"
    status = 409
    title = "The proposal is not done. Wait until it is; if it has failed, ask for a new one."


class DealApplied(DomainError):
    """Assignments came of the proposal already."""

    code = "deal.applied"
    status = 409
    title = "The proposal has been applied. Change the assignments instead."


class MemberLeft(DomainError):
    """Somebody who has left works no territory; `members` names them."""

    code = "assignment.member_left"
    status = 422
    title = "The member has left. Choose somebody who serves."


class MemberWithoutHome(DomainError):
    """Who lives nearest is unknown; `members` names those without a home position."""

    code = "assignment.member_without_home"
    status = 422
    title = "Some members have no home position. Set one for each, or leave them out."


class NobodyToAssign(DomainError):
    """An empty list of members."""

    code = "assignment.no_members"
    status = 422
    title = "Name at least one member to assign the territories to."


class ImportHasNoRejects(DomainError):
    """No row of the import was rejected, or it has not got that far."""

    code = "import.no_rejects"
    status = 404
    title = "The import has no rejects file: no row has been rejected."


class StreetMapDamaged(DomainError):
    """The uploaded file is no OpenStreetMap extract, or breaks off."""

    code = "street_map.damaged"
    status = 422
    title = "The file is not a whole OpenStreetMap extract; fetch it again."


class StreetMapWithoutWays(DomainError):
    """The extract holds no way that a person may walk."""

    code = "street_map.no_ways"
    status = 422
    title = "The extract holds no way that a person may walk; use one with streets."


class StreetMapNotDone(DomainError):
    """A map that is still being built, or failed, is not in use and cannot be taken out of it."""

    code = "street_map.not_done"
    status = 409
    title = "The street map is not done, so there is nothing to retire."


class StreetMapLost(DomainError):
    """What was built of a map is not on disk any more, or cannot be read by this version."""

    code = "street_map.lost"
    status = 409
    remedy: ClassVar[str] = "Upload its extract again: that builds its next version."
    title = "The street map's file cannot be read. " + remedy


class StreetMapInterrupted(DomainError):
    """Whoever had started to build the map stopped it."""

    code = "street_map.interrupted"
    status = 409
    title = "The import of the streets was interrupted and changed nothing; start it again."


class StreetServerUnavailable(DomainError):
    """A street server is out of reach, too slow or broken; `server` says which kind."""

    code = "street_server.unavailable"
    status = 503
    title = "The street server does not answer. Try again later."


class StreetServerRefused(DomainError):
    """A street server answers, but will not say how long the ways are; `server` says which kind."""

    code = "street_server.refused"
    status = 503
    title = "The street server refuses the question. Its settings or its data do not fit."
