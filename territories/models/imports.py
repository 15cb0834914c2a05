"""Files that doors come from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common.runs import Run, RunQuerySet


class ImportFormat(models.TextChoices):
    """The kinds of file that doors come from."""

    OSM = "osm", "OpenStreetMap"
    CSV = "csv", "CSV"
    GEOJSON = "geojson", "GeoJSON"


class UploadRun(Run):
    """A run that begins with an uploaded file."""

    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(max_length=255)

    class Meta:
        abstract = True


class FileRun(UploadRun):
    """The import of one uploaded file, of a series of files that `dataset` names."""

    dataset = models.CharField(max_length=40)
    options = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class AddressRun(FileRun):
    """The import of a file of addresses; `rejects` names every row that nothing came of."""

    format = models.CharField(max_length=7, choices=ImportFormat)
    rejects = models.FileField(upload_to="rejects/%Y/%m/", blank=True)

    class Meta:
        abstract = True


class ImportRunQuerySet(RunQuerySet["ImportRun"]):
    """Imports; managers and admins see all of their organisation's."""


class ImportRun(AddressRun):
    """Doors brought in from one file. `result` counts them."""

    task_name: ClassVar[str] = "territories.import_doors"

    objects: ClassVar = ImportRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file_name}"
