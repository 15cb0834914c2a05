"""Photos of visits in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from canvass.models.photos import Photo, PhotoType


class PhotoIn(serializers.Serializer[Any]):
    """A photo that is to come."""

    size = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="In bytes.")
    content_type = serializers.ChoiceField(choices=PhotoType.choices)


class PartHeader(serializers.Serializer[Any]):
    """Where the bytes of a part begin."""

    offset = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class PhotoOut(serializers.ModelSerializer[Photo]):
    """A photo: how many of its bytes have come, and since when it is whole."""

    class Meta:
        model = Photo
        fields = (
            "visit",
            "sha256",
            "content_type",
            "size",
            "received",
            "created_at",
            "finished_at",
            "file_sha256",
        )
