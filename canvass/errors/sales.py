"""What can go wrong with sales."""

from __future__ import annotations

from common.errors import DomainError


class SaleIdReused(DomainError):
    """An id names one sale for ever, whoever made it."""

    code = "sale.id_reused"
    status = 409
    title = "This id was used for a different sale. Make a new id for a new sale."


class SaleDoorNotFound(DomainError):
    """The campaign or door does not exist here, or the door was not in an assigned territory."""

    code = "sale.door_not_found"
    status = 404
    title = "There is no such door in this campaign, or it was not yours on the day of the sale."


class SaleVisitNotFound(DomainError):
    """A sale comes from an own visit to the same door in the same campaign, sent before."""

    code = "sale.visit_not_found"
    status = 404
    title = "You have recorded no such visit to this door. Send the visit first."


class SaleProductNotFound(DomainError):
    """A line names a product of the sale's campaign; `product` is the one that is not."""

    code = "sale.product_not_found"
    status = 404
    title = "The campaign does not sell this product."


class SaleInvalid(DomainError):
    """A sale has a line at least, no negative money, and none beyond all measure; see `field`."""

    code = "sale.invalid"
    status = 422
    title = "The sale makes no sense; see `field`."


class SaleDoesNotAddUp(DomainError):
    """Lines, total, trade-in, deposit and balance disagree; `field` is wrong, `expected` right."""

    code = "sale.does_not_add_up"
    status = 422
    title = "The sale does not add up; `field` should be `expected`."


class SaleHoldsCardNumber(DomainError):
    """Card numbers are kept nowhere; `field` holds something that looks like one."""

    code = "sale.card_number"
    status = 422
    title = "This looks like a card number, which must not be kept. Use the terminal's reference."


class SaleReceiptGap(DomainError):
    """Receipt numbers have no gaps; `expected` is the number that is next."""

    code = "sale.receipt_number_gap"
    status = 409
    title = "This is not the next receipt number; see `expected`, or leave the number out."


class SaleEventIdReused(DomainError):
    """An id names one event for ever, whoever made it."""

    code = "sale_event.id_reused"
    status = 409
    title = "This id was used for a different event. Make a new id for a new event."


class SaleEventInvalid(DomainError):
    """Payments have an amount, and only corrections correct something; see `field`."""

    code = "sale_event.invalid"
    status = 422
    title = "The event makes no sense; see `field`."


class SaleEventTooEarly(DomainError):
    """Nothing becomes of a sale before it is made."""

    code = "sale_event.before_sale"
    status = 422
    title = "The event lies before the sale. Give a later time."


class SaleOverpaid(DomainError):
    """Nobody pays more than is owed; `owed_minor` says how much that is."""

    code = "sale.overpaid"
    status = 409
    title = "This is more than is owed; see `owed_minor`."


class SaleAlreadyDelivered(DomainError):
    """Goods are delivered once."""

    code = "sale.already_delivered"
    status = 409
    title = "The sale has been delivered before. Correct that event if it did not happen."


class SaleAlreadyCancelled(DomainError):
    """A sale is cancelled once."""

    code = "sale.already_cancelled"
    status = 409
    title = "The sale has been cancelled before."


class SaleIsCancelled(DomainError):
    """Nothing is paid or delivered once a sale is cancelled."""

    code = "sale.is_cancelled"
    status = 409
    title = "The sale was cancelled before that. Nothing is paid or delivered any more."


class SaleCancellationTooLate(DomainError):
    """The buyer's right has ended, or there was none; `cancel_until` says when it ended."""

    code = "sale.cancellation_too_late"
    status = 409
    title = "The time to cancel is over. A manager may cancel all the same, with `goodwill`."


class SaleNotCancelled(DomainError):
    """Only a cancelled sale is refunded, and it stays cancelled while refunds stand."""

    code = "sale.not_cancelled"
    status = 409
    title = "Only a cancelled sale has refunds. Cancel it first, or correct the refund first."


class SaleRefundTooMuch(DomainError):
    """Nobody gets back more than was paid; `to_refund_minor` says what is left to refund."""

    code = "sale.refund_too_much"
    status = 409
    title = "This is more than there is to refund; see `to_refund_minor`."


class SaleEventToCorrectNotFound(DomainError):
    """A correction names an event of the same sale; reps correct their own only."""

    code = "sale_event.corrects_not_found"
    status = 404
    title = "The sale has no such event that you may correct. The booking itself stays."


class SaleEventAlreadyCorrected(DomainError):
    """An event is corrected once."""

    code = "sale_event.already_corrected"
    status = 409
    title = "The event has been corrected before."


class SaleNothingToDeliver(DomainError):
    """What is delivered or cancelled is not handed to somebody else for delivery."""

    code = "sale.nothing_to_deliver"
    status = 409
    title = "There is nothing to deliver any more."


class SaleDelivererLeft(DomainError):
    """Who has left delivers nothing."""

    code = "sale.deliverer_left"
    status = 422
    title = "The member has left. Choose somebody who serves."
