"""The background work of canvass."""

from random import SystemRandom

from celery import shared_task
from django.utils import timezone

from canvass.alarms import TASK as SEND_ALARM
from canvass.alarms import send_alarm, send_waiting_alarms
from canvass.callback_reminders import remind_of_callbacks
from canvass.do_not_knock_doors import cover_all_again
from canvass.flags import flag_contact_rates
from canvass.hooks.outbox import TASK as SEND_HOOK
from canvass.hooks.outbox import send_hooks
from canvass.hooks.sending import send_hook
from canvass.jurisdictions import warn_of_permits
from canvass.keeping import remove_what_is_too_old
from canvass.law_flags import flag_unlawful_visits
from canvass.models import DoNotCallRun, DoNotKnockRun, RebuildRun
from canvass.number_files import import_numbers
from canvass.rebuilding import carry_out_rebuild
from canvass.registries import import_registry
from canvass.shift_events import close_idle_shifts
from canvass.untouched import offer_back_untouched
from common.worker import carry_out


@shared_task(name="canvass.offer_back_untouched")
def offer_back_untouched_territories() -> int:
    """Offer untouched territories back; see `canvass.untouched.offer_back_untouched`."""
    return offer_back_untouched(timezone.now())


@shared_task(name="canvass.flag_contact_rates")
def flag_odd_contact_rates() -> int:
    """Flag contact rates far from the others'; see `canvass.flags.flag_contact_rates`."""
    return flag_contact_rates(timezone.now())


@shared_task(name="canvass.flag_unlawful_visits")
def flag_visits_against_the_law() -> int:
    """Flag visits that the law did not permit; see `canvass.law_flags`."""
    return flag_unlawful_visits(timezone.now())


@shared_task(name=RebuildRun.task_name)
def rebuild_prospects_of(run_id: int) -> None:
    """Compute a campaign's prospects anew; see `canvass.rebuilding.rebuild_prospects`."""
    carry_out(RebuildRun, run_id, carry_out_rebuild)


@shared_task(name="canvass.cover_do_not_knock")
def cover_do_not_knock() -> int:
    """Find anew the doors under do-not-knock; see `canvass.do_not_knock_doors`."""
    return cover_all_again(timezone.now())


@shared_task(name=DoNotKnockRun.task_name)
def import_registry_of(run_id: int) -> None:
    """Import a do-not-knock registry; see `canvass.registries.import_registry`."""
    carry_out(DoNotKnockRun, run_id, import_registry)


@shared_task(name=DoNotCallRun.task_name)
def import_numbers_of(run_id: int) -> None:
    """Import a do-not-call registry; see `canvass.number_files.import_numbers`."""
    carry_out(DoNotCallRun, run_id, import_numbers)


@shared_task(name="canvass.close_idle_shifts")
def close_idle() -> int:
    """Close shifts in which nothing stirs; see `canvass.shift_events.close_idle_shifts`."""
    return close_idle_shifts(timezone.now())


@shared_task(name=SEND_ALARM)
def send_alarm_of(alarm_id: str) -> bool:
    """E-mail a call for help; see `canvass.alarms.send_alarm`."""
    return send_alarm(alarm_id, timezone.now())


@shared_task(name="canvass.send_alarms")
def send_alarms() -> int:
    """E-mail the calls for help that wait; see `canvass.alarms.send_waiting_alarms`."""
    return send_waiting_alarms(timezone.now())


@shared_task(name=SEND_HOOK)
def send_hook_of(hook_id: int) -> int:
    """Send one hook what is due; see `canvass.hooks.sending.send_hook`."""
    return send_hook(hook_id, timezone.now, SystemRandom().random)


@shared_task(name="canvass.send_hooks")
def send_hooks_of_all() -> int:
    """Empty the outbox of the hooks, and wake workers; see `canvass.hooks.outbox`."""
    return send_hooks(timezone.now())


@shared_task(name="canvass.remove_what_is_too_old")
def remove_too_old() -> dict[str, int]:
    """Remove what is no longer kept; see `canvass.keeping.remove_what_is_too_old`."""
    return remove_what_is_too_old(timezone.now())


@shared_task(name="canvass.warn_of_permits")
def warn_of_ending_permits() -> int:
    """E-mail of permits that end soon; see `canvass.jurisdictions.warn_of_permits`."""
    return warn_of_permits(timezone.now())


@shared_task(name="canvass.remind_of_callbacks")
def remind_of_near_callbacks() -> int:
    """E-mail of agreed times that are near; see `canvass.callback_reminders`."""
    return remind_of_callbacks(timezone.now())
