"""Who brings sold goods: the deliveries of a shift, and handing them over to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.errors.sales import SaleDelivererLeft, SaleNothingToDeliver
from canvass.models.sales import Sale, SaleQuerySet
from canvass.models.shifts import Shift
from canvass.sales import owners_of
from canvass.sync.feed import mark
from common.errors import NotAllowed, NotFound
from territories.models import Assignment, TerritoryDoor


def deliveries(shift: Shift) -> SaleQuerySet:
    """The sales whose goods the shift's member is to bring by its day; those without a day, too."""
    due = Q(delivery_due_on=None) | Q(delivery_due_on__lte=shift.day)
    rows = Sale.objects.undelivered().filter(due, campaign=shift.campaign_id)
    return rows.filter(deliverer=shift.member_id).order_by("delivery_due_on", "pk")


def undelivered_there(assignment: Assignment) -> SaleQuerySet:
    """What the member of an assignment is still to bring to the doors of its territory."""
    placed = TerritoryDoor.objects.filter(territory=assignment.territory_id)
    rows = Sale.objects.undelivered().filter(
        campaign__cut=assignment.territory.cut_id,
        deliverer=assignment.member_id,
        door__in=placed.values("door"),
    )
    return rows.order_by("delivery_due_on", "pk")


def hand_over_delivery(*, actor: Member, sale: Sale, to: Member, now: datetime) -> Sale:
    """Let somebody else bring a sale's goods; whose sale it is stays. Again changes nothing.

    Raises NotAllowed for a rep, NotFound for a sale or member that the actor may not see,
    SaleNothingToDeliver and SaleDelivererLeft.
    """
    if actor.role == Role.REP:
        raise NotAllowed
    receiver = Member.objects.for_member(actor).filter(pk=to.pk).first()
    if receiver is None:
        raise NotFound
    if receiver.left_on is not None:
        raise SaleDelivererLeft
    with transaction.atomic():
        rows = Sale.objects.for_member(actor).filter(pk=sale.pk)
        found = rows.select_for_update(of=("self",), no_key=True).first()
        if found is None:
            raise NotFound
        if found.delivered_at or found.cancelled_at:
            raise SaleNothingToDeliver
        hand_over(actor, [found], receiver, now)
    return found


def hand_over(actor: Member, sales: Iterable[Sale], to: Member, now: datetime) -> None:
    """Write who brings these sales from now on, and in the audit trail who did before."""
    moved = [sale for sale in sales if sale.deliverer_id != to.pk]
    changes = [
        Change(sale, {"deliverer": sale.deliverer_id}, {"deliverer": to.pk}) for sale in moved
    ]
    note(actor, "sale.handed_over", *changes, now=now)
    Sale.objects.filter(pk__in=[sale.pk for sale in moved]).update(deliverer=to)
    before = {own for sale in moved for own in owners_of(sale)}
    for sale in moved:
        sale.deliverer = to
    mark(own=before.union(*map(owners_of, moved)))
