"""The periodic work of canvass."""

from celery import shared_task
from django.utils import timezone

from canvass.untouched import offer_back_untouched


@shared_task(name="canvass.offer_back_untouched")
def offer_back_untouched_territories() -> int:
    """Offer untouched territories back; see `canvass.untouched.offer_back_untouched`."""
    return offer_back_untouched(timezone.now())
