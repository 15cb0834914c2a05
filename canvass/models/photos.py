"""Photos of visits: what a phone has sent of them so far, and the files they became."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q

from canvass.models.visits import Visit
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class PhotoType(models.TextChoices):
    """What a photo may be."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


def photo_storage() -> Storage:
    """Where the files are kept, as the settings say."""
    return storages["photos"]


class PhotoQuerySet(ScopedQuerySet["Photo"]):
    """Photos; who sees the visit sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of the subtree's visits."""
        return self.filter(visit__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """Those of the rep's own visits."""
        return self.filter(visit__member=member.pk)


class Photo(ScopedModel):
    """A photo that a visit names by the SHA-256 of what the phone has: it is the key for ever.

    `received` of `size` bytes have come, as PhotoPart rows, until `finished_at`. The `file` that is
    kept says nothing of where it was taken, and so has a digest of its own, `file_sha256`.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photo_rows")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=10, choices=PhotoType)
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=photo_storage, upload_to="photos/%Y/%m/", blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "sha256"], name="photo_once_per_visit"),
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="photo_received_no_more_than_all"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, file="", file_sha256="")
                | Q(finished_at__isnull=False, received=F("size")) & ~Q(file="", file_sha256=""),
                name="photo_finished_with_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "touched_at"],
                condition=Q(finished_at=None),
                name="photo_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class PhotoPart(ScopedModel):
    """Some bytes of a photo that has not come whole yet."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="parts")
    start = models.PositiveIntegerField()
    data = models.BinaryField()

    objects = ScopedQuerySet["PhotoPart"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "start"], name="photo_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} from {self.start}"
