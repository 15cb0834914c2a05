"""What phones do about doors without visiting them: how it is carried out."""

from __future__ import annotations

from canvass.api.serializers.contacts import contact_data
from canvass.contacts import NewDetails, listed_numbers, write_contact
from canvass.found_doors import NewDoor, record_found_door
from canvass.models import OpStatus, Prospect
from canvass.sync.ops import Batch, Done


def carry_out_contact(batch: Batch, new: NewDetails) -> Done:
    """Write contact details; where others were faster, the server's copy goes with the answer."""
    written = write_contact(actor=batch.actor, new=new, now=batch.now)
    contact, late = written.contact, sorted(review.field for review in written.reviews)
    told = {"versions": contact.versions, "conflicts": late}
    if not late:
        return Done(told)
    listed = listed_numbers(contact.organisation_id, [contact.phone], batch.now)
    shown = {"server": contact_data(contact, listed)}
    return Done(told, status=OpStatus.CONFLICT, shown=shown)


def carry_out_found_door(batch: Batch, new: NewDoor) -> Done:
    """Record a found door; says which it is, and whether somebody may knock there."""
    found, is_new = record_found_door(actor=batch.actor, new=new, now=batch.now)
    here = Prospect.objects.filter(campaign=found.campaign_id, door=found.door_id)
    prospect = here.with_forbidden(batch.now).get()
    told = {
        "door": found.door_id,
        "prospect": prospect.pk,
        "territory": found.territory_id,
        "known": found.known,
        "forbidden": bool(vars(prospect)["forbidden_now"]),
    }
    return Done(told, is_new)
