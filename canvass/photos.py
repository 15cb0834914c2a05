"""Photos of visits: announced, sent in parts that go on after a break, kept without a position."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member
from canvass.errors.photos import (
    PhotoDiffers,
    PhotoHashWrong,
    PhotoOffsetWrong,
    PhotoStoreAway,
    PhotoTooLarge,
)
from canvass.models import Visit
from canvass.models.photos import Photo, PhotoPart, PhotoQuerySet, photo_storage
from canvass.pictures import cleaned
from common.errors import DomainError, NotFound

log = logging.getLogger(__name__)

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True)
class NewPhoto:
    """A photo that is to come: of which visit, by the SHA-256 that the visit names it by."""

    visit: Visit
    sha256: str
    size: int
    content_type: str


def announce_photo(*, actor: Member, new: NewPhoto, now: datetime) -> tuple[Photo, bool]:
    """Say how large a photo is and of which type; returns it and whether it is new.

    The same again returns it as it is now, so that a phone learns where to go on. Raises NotFound
    unless the visit is the actor's own and names the photo, PhotoTooLarge and PhotoDiffers.
    """
    refuse_unnamed(actor, new.visit, new.sha256)
    if new.size > settings.PHOTO_MAX_BYTES:
        raise PhotoTooLarge(most=settings.PHOTO_MAX_BYTES)
    told = {"size": new.size, "content_type": new.content_type}
    photo, is_new = Photo.objects.get_or_create(
        visit=new.visit,
        sha256=new.sha256,
        defaults={
            **told,
            "organisation_id": actor.organisation_id,
            "created_at": now,
            "touched_at": now,
        },
    )
    if (photo.size, photo.content_type) != (new.size, new.content_type):
        raise PhotoDiffers(size=photo.size, content_type=photo.content_type)
    return photo, is_new


def refuse_unnamed(actor: Member, visit: Visit, sha256: str) -> None:
    """Raise NotFound unless the visit is the actor's own, and names such a photo (still)."""
    own = Visit.objects.filter(pk=visit.pk, member=actor).values_list("photos", flat=True).first()
    if own is None or sha256 not in own:
        raise NotFound


def receive_part(*, actor: Member, photo: Photo, start: int, data: bytes, now: datetime) -> Photo:
    """Keep the bytes from `start` on; the last ones make the file. Returns the photo as it is now.

    What is left of a photo that is refused in the end are its size and type: it may be sent anew.
    Raises NotFound, PhotoOffsetWrong, PhotoTooLarge, PhotoHashWrong, PhotoUnreadable,
    PhotoTooManyPixels, and PhotoStoreAway, after which the last part is to be sent again.
    """
    try:
        with transaction.atomic():
            return add_part(actor, photo, start, data, now)
    except Refused as refused:
        start_anew(photo)
        raise refused.error from None


class Refused(Exception):
    """All bytes have come, and are not what was announced."""

    def __init__(self, error: DomainError) -> None:
        self.error = error


def add_part(actor: Member, photo: Photo, start: int, data: bytes, now: datetime) -> Photo:
    """As `receive_part`, under the photo's lock; raises Refused for a whole that is no good."""
    held = Photo.objects.select_for_update(no_key=True).filter(pk=photo.pk).first()
    if held is None:
        raise NotFound
    refuse_unnamed(actor, held.visit, held.sha256)
    if held.received != start:
        raise PhotoOffsetWrong(offset=held.received)
    if start + len(data) > held.size:
        raise PhotoTooLarge(most=held.size)
    if not data:
        return held
    ours = {"organisation_id": held.organisation_id, "photo": held}
    PhotoPart.objects.create(**ours, start=start, data=data)
    held.received, held.touched_at = start + len(data), now
    if held.received == held.size:
        finish(actor, held, now)
    held.save()
    return held


def finish(actor: Member, photo: Photo, now: datetime) -> None:
    """Make the file of a photo whose last bytes have come. Raises Refused and PhotoStoreAway."""
    parts = photo.parts.order_by("start").values_list("data", flat=True)
    content = b"".join(bytes(part) for part in parts)
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        raise Refused(PhotoHashWrong())
    try:
        kept = cleaned(content, photo.content_type)
    except DomainError as error:
        raise Refused(error) from None
    photo.file_sha256, photo.finished_at = hashlib.sha256(kept).hexdigest(), now
    name = f"{photo.file_sha256}.{ENDINGS[photo.content_type]}"
    with stored():
        photo.file.save(name, ContentFile(kept), save=False)
    photo.parts.all().delete()
    told = {"visit": photo.visit_id, "sha256": photo.sha256, "size": len(kept)}
    note(actor, "photo.stored", Change(photo, None, told), now=now)


@contextmanager
def stored() -> Iterator[None]:
    """Raise PhotoStoreAway, and log why, where the disk or the bucket fails."""
    try:
        yield
    except OSError as error:
        log.error("Photos can be neither kept nor shown: %s", error)  # noqa: TRY400  # says it all
        raise PhotoStoreAway from None


def picture_of(photo: Photo) -> File[bytes]:
    """The file of a photo that has come whole, open. Raises PhotoStoreAway."""
    with stored():
        return photo.file.open("rb")


def start_anew(photo: Photo) -> None:
    """Drop the bytes that have come."""
    with transaction.atomic():
        held = Photo.objects.select_for_update(no_key=True).filter(pk=photo.pk, finished_at=None)
        if held.first():
            PhotoPart.objects.filter(photo=photo.pk).delete()
            held.update(received=0)


def remove_photos(rows: PhotoQuerySet) -> int:
    """Remove photos, whole and half, with their files once the transaction is over; how many.

    A file that cannot be deleted then is named in the log.
    """
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for photo in found:
        if photo.file.name:
            transaction.on_commit(partial(delete_file, photo.file.name))
    return delete(found)


def delete_file(name: str) -> None:
    """Delete the file of a photo that is gone, or say in the log which one is left."""
    try:
        photo_storage().delete(name)
    except OSError as error:
        log.error("Delete %s by hand, its photo was removed: %s", name, error)  # noqa: TRY400


def delete(photos: Iterable[Photo]) -> int:
    """Delete rows with their parts; how many photos there were."""
    ids = [photo.pk for photo in photos]
    PhotoPart.objects.filter(photo__in=ids).delete()
    return Photo.objects.filter(pk__in=ids).delete()[0]
