"""Photos of visits over HTTP: announced, sent in parts, shown to who sees the visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import member_of
from canvass.api.serializers import photos as serializers
from canvass.errors import photos as errors
from canvass.models import Visit
from canvass.models.photos import Photo
from canvass.photos import NewPhoto, announce_photo, picture_of, receive_part
from common.errors import NotFound
from common.problems import problems

PART = "application/offset+octet-stream"
OFFSET = OpenApiParameter(
    "Upload-Offset",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    required=True,
    description="Where the bytes begin: as many as have been received.",
)
SAFE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class PartParser(BaseParser):
    """Bytes as they are, up to PHOTO_MAX_PART_BYTES of them."""

    media_type = PART

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The bytes. Raises PhotoTooLarge."""
        most: int = settings.PHOTO_MAX_PART_BYTES
        data: bytes = stream.read(most + 1)
        if len(data) > most:
            raise errors.PhotoTooLarge(most=most)
        return data


class AnyAnswer(BaseContentNegotiation):
    """What is shown has one form, whatever the client accepts: a picture, or a problem as JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """None of the requests has a body."""
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """The only one."""
        return renderers[0], renderers[0].media_type


def seen_visit(request: Request, pk: Any) -> Visit:
    """The visit, if the acting member may see it."""
    return get_object_or_404(Visit.objects.for_member(member_of(request)), pk=pk)


def seen_photo(request: Request, pk: Any, sha256: str) -> Photo:
    """The photo, if the acting member may see its visit."""
    rows = Photo.objects.for_member(member_of(request)).select_related("visit")
    return get_object_or_404(rows, visit=pk, sha256=sha256)


class VisitPhotosView(APIView):
    """The photos of a visit."""

    @extend_schema(
        operation_id="visits_photos_list",
        responses={200: serializers.PhotoOut(many=True), **problems(NotFound)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        """Those that have been announced, by their digests; a visit names twenty at most."""
        visit = seen_visit(request, pk)
        rows = Photo.objects.filter(visit=visit).order_by("sha256")
        return Response(serializers.PhotoOut(rows, many=True).data)


class VisitPhotoView(APIView):
    """One photo of a visit, by the SHA-256 of what the phone has."""

    parser_classes = [*APIView.parser_classes, PartParser]

    @extend_schema(responses={200: serializers.PhotoOut, **problems(NotFound)})
    def get(self, request: Request, pk: Any, sha256: str) -> Response:
        """How much of it has come: where to go on."""
        return Response(serializers.PhotoOut(seen_photo(request, pk, sha256)).data)

    @extend_schema(
        request=serializers.PhotoIn,
        responses={
            201: serializers.PhotoOut,
            200: serializers.PhotoOut,
            **problems(NotFound, errors.PhotoTooLarge, errors.PhotoDiffers),
        },
    )
    def put(self, request: Request, pk: Any, sha256: str) -> Response:
        """Announce a photo that one's own visit names: 201 the first time, 200 again."""
        body = serializers.PhotoIn(data=request.data)
        body.is_valid(raise_exception=True)
        new = NewPhoto(seen_visit(request, pk), sha256, **body.validated_data)
        photo, is_new = announce_photo(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.PhotoOut(photo).data, status=201 if is_new else 200)

    @extend_schema(
        parameters=[OFFSET],
        request={PART: OpenApiTypes.BINARY},
        responses={
            200: serializers.PhotoOut,
            **problems(
                NotFound,
                errors.PhotoOffsetWrong,
                errors.PhotoTooLarge,
                errors.PhotoHashWrong,
                errors.PhotoUnreadable,
                errors.PhotoTooManyPixels,
                errors.PhotoStoreAway,
            ),
        },
    )
    def patch(self, request: Request, pk: Any, sha256: str) -> Response:
        """Send its next bytes, which begin at Upload-Offset; after a break, GET says where."""
        header = serializers.PartHeader(data={"offset": request.headers.get("Upload-Offset")})
        header.is_valid(raise_exception=True)
        data = request.data if isinstance(request.data, bytes) else b""
        photo = receive_part(
            actor=member_of(request),
            photo=seen_photo(request, pk, sha256),
            start=header.validated_data["offset"],
            data=data,
            now=timezone.now(),
        )
        return Response(serializers.PhotoOut(photo).data)


class PhotoFileView(APIView):
    """The picture itself."""

    content_negotiation_class = AnyAnswer

    @extend_schema(
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            **problems(NotFound, errors.PhotoStoreAway),
        }
    )
    def get(self, request: Request, pk: Any, sha256: str) -> FileResponse:
        """The picture, upright and without its position; 404 until it has come whole."""
        photo = seen_photo(request, pk, sha256)
        if photo.finished_at is None:
            raise NotFound
        return FileResponse(
            picture_of(photo),
            as_attachment=True,
            filename=str(photo.file.name).rpartition("/")[2],
            content_type=photo.content_type,
            headers=SAFE_HEADERS,
        )
