"""What can go wrong with positions, erasures and how long what is kept."""

from __future__ import annotations

from common.errors import DomainError


class BreadcrumbShiftNotOpen(DomainError):
    """Where somebody is, is nobody's business outside of work."""

    code = "breadcrumb.shift_not_open"
    status = 409
    title = "The shift was not open then, or paused. Positions are kept while somebody works."


class BreadcrumbInFuture(DomainError):
    """A position is where somebody was."""

    code = "breadcrumb.in_future"
    status = 422
    title = "The position lies in the future. Set the phone's clock."


class BreadcrumbTooOld(DomainError):
    """Positions are kept for some days only."""

    code = "breadcrumb.too_old"
    status = 422
    title = "The position is older than positions are kept."


class BreadcrumbImprecise(DomainError):
    """What may be far off says nothing about the way; `most_m` is the limit."""

    code = "breadcrumb.imprecise"
    status = 422
    title = "The position may be too far off to say where somebody walked."


class ErasureSaleOpen(DomainError):
    """Who is to get goods or money is known by name until then; `receipts` names the sales."""

    code = "erasure.sale_open"
    status = 409
    title = "A sale there is not settled. Deliver, collect or refund first."
