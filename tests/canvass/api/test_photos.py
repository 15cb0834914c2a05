"""/api/v1/visits/{id}/photos/: announced, sent in parts, kept without their position."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from pytest_django import DjangoCaptureOnCommitCallbacks as OnCommit

from accounts.models import AuditEntry
from canvass.errors.photos import PhotoOffsetWrong
from canvass.householders import erase_householder
from canvass.keeping import change_settings, remove_what_is_too_old
from canvass.models import Photo, PhotoPart, Visit
from canvass.photos import NewPhoto, announce_photo, receive_part
from tests.at_once import at_once, errors_in
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.pictures import SECRETS, digest, taken
from tests.canvass.world import NOW, Town, record, sunrise_town
from tests.cast import Company, sunrise

DAY = timedelta(days=1)
PHOTO = taken()


def visited(town: Town, *photos: bytes) -> Visit:
    """A visit of Rosa's that names these photos."""
    return record(
        town.company.rosa, town.visit(town.north[0], photos=tuple(digest(each) for each in photos))
    )


def url(visit: Visit, content: bytes = PHOTO) -> str:
    return f"/api/v1/visits/{visit.pk}/photos/{digest(content)}/"


def announce(client: Any, visit: Visit, content: bytes = PHOTO, kind: str = "image/jpeg") -> Any:
    return client.put(url(visit, content), {"size": len(content), "content_type": kind})


def send(client: Any, visit: Visit, start: int, data: bytes, content: bytes = PHOTO) -> Any:
    return client.generic(
        "PATCH",
        url(visit, content),
        data,
        "application/offset+octet-stream",
        HTTP_UPLOAD_OFFSET=str(start),
    )


def upload(client: Any, visit: Visit, content: bytes = PHOTO, kind: str = "image/jpeg") -> Any:
    """Announce and send a photo at one go; the last answer."""
    assert announce(client, visit, content, kind).status_code == 201
    return send(client, visit, 0, content, content)


def shown(client: Any, visit: Visit, content: bytes = PHOTO) -> bytes:
    answer = client.get(f"{url(visit, content)}file/")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_a_photo_goes_on_after_a_break(town: Town, as_member: SignIn) -> None:
    """Announced twice is announced once; the server says where to go on; the last part ends it."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO)
    first, again = announce(client, visit), announce(client, visit)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["received"] == 0
    half = len(PHOTO) // 2
    assert send(client, visit, 0, PHOTO[:half]).json()["received"] == half
    repeated = send(client, visit, 0, PHOTO[:half])
    assert problem(repeated) == (409, "photo.offset_wrong")
    assert repeated.json()["offset"] == client.get(url(visit)).json()["received"] == half
    assert problem(client.get(f"{url(visit)}file/")) == (404, "not_found")
    done = send(client, visit, half, PHOTO[half:]).json()
    assert (done["received"], done["sha256"]) == (len(PHOTO), digest(PHOTO))
    assert done["finished_at"] is not None
    assert not PhotoPart.objects.exists()
    assert announce(client, visit).json() == done
    assert client.get(f"/api/v1/visits/{visit.pk}/photos/").json() == [done]
    told = AuditEntry.objects.get(action="photo.stored")
    assert (told.member, told.kind) == (town.company.rosa, "canvass.Photo")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_says_nothing_of_where(town: Town, as_member: SignIn, kind: str) -> None:
    """Neither position nor camera nor comment; yet it stands upright, and has its own digest."""
    content = taken(kind)
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
    client, visit = as_member(town.company.rosa), visited(town, content)
    done = upload(client, visit, content, f"image/{kind.lower()}").json()
    kept = shown(client, visit, content)
    assert done["file_sha256"] == hashlib.sha256(kept).hexdigest() != digest(content)
    picture = Image.open(BytesIO(kept))
    assert not picture.getexif()
    assert not any(secret in kept for secret in SECRETS)
    assert (picture.format, picture.size) == (kind, (32, 64))
    pixels: Any = picture.convert("RGB")
    top, bottom = (pixels.getpixel((16, row)) for row in (4, 60))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_it_is_served_as_a_file_and_nothing_else(town: Town, as_member: SignIn) -> None:
    """To be saved, not guessed at, not run; whatever form the client asks for."""
    client: Any = as_member(town.company.rosa)
    visit = visited(town, PHOTO)
    upload(client, visit)
    answer = client.get(f"{url(visit)}file/", HTTP_ACCEPT="image/*")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    b"".join(answer.streaming_content)


def test_who_sees_the_visit_sees_the_photo(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """For all others, and for whoever would add one to another's visit, it is not there."""
    visit = visited(town, PHOTO)
    upload(as_member(town.company.rosa), visit)
    ours = town.company
    addresses = (f"/api/v1/visits/{visit.pk}/photos/", url(visit), f"{url(visit)}file/")
    for member in (ours.rosa, ours.max, ours.ada):
        answers: list[Any] = [as_member(member).get(each) for each in addresses]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        b"".join(answers[-1].streaming_content)
    for member in (ours.rui, ours.mona, ours.sam, moonlight.olga, moonlight.otto):
        for each in addresses:
            assert problem(as_member(member).get(each)) == (404, "not_found"), member
    for each in addresses:
        assert problem(as_member(None).get(each))[0] == 401
    other = visited(town, b"another")
    for member in (ours.max, ours.ada, ours.rui, moonlight.otto):
        assert problem(announce(as_member(member), other, b"another")) == (404, "not_found")
        assert problem(send(as_member(member), visit, 0, b"x"))[0] == 404


def test_what_no_visit_names_is_not_taken(town: Town, as_member: SignIn) -> None:
    """The visit comes first, and says which photos it has."""
    client, visit = as_member(town.company.rosa), visited(town, b"another")
    assert problem(announce(client, visit)) == (404, "not_found")
    for bad in ("x", "A" * 64):
        address = f"/api/v1/visits/{visit.pk}/photos/{bad}/"
        body = {"size": 1, "content_type": "image/png"}
        assert problem(client.put(address, body)) == (404, "not_found")
    assert not Photo.objects.exists()


def test_bad_announcements(town: Town, as_member: SignIn, settings: Any) -> None:
    """Sizes and types that are none, too much, and another size than before."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO)
    good = {"size": len(PHOTO), "content_type": "image/jpeg"}
    for wrong in ({"size": 0}, {"size": "x"}, {"content_type": "image/heic"}, {"size": None}):
        assert problem(client.put(url(visit), {**good, **wrong})) == (400, "invalid")
    settings.PHOTO_MAX_BYTES = 5_000
    assert problem(client.put(url(visit), {**good, "size": 5_001})) == (413, "photo.too_large")
    assert announce(client, visit).status_code == 201
    assert problem(client.put(url(visit), {**good, "size": 99})) == (409, "photo.differs")


def test_bad_parts(town: Town, as_member: SignIn, settings: Any) -> None:
    """Without a place, beyond the end, too many at once, with no bytes in them."""
    client: Any = as_member(town.company.rosa)
    visit = visited(town, PHOTO)
    announce(client, visit)
    for offset in ("", "x", "-1"):
        answer = client.generic(
            "PATCH", url(visit), b"x", "application/offset+octet-stream", HTTP_UPLOAD_OFFSET=offset
        )
        assert problem(answer) == (400, "invalid")
    assert problem(send(client, visit, 5, b"x")) == (409, "photo.offset_wrong")
    assert problem(send(client, visit, 0, PHOTO + b"x")) == (413, "photo.too_large")
    settings.PHOTO_MAX_PART_BYTES = 10
    assert problem(send(client, visit, 0, PHOTO[:11])) == (413, "photo.too_large")
    assert client.patch(url(visit), {}, HTTP_UPLOAD_OFFSET="0").json()["received"] == 0
    assert send(client, visit, 0, PHOTO[:10]).json()["received"] == 10


def test_other_bytes_than_named_are_dropped(town: Town, as_member: SignIn) -> None:
    """After the last one; sent anew, the right ones are taken."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO)
    announce(client, visit)
    send(client, visit, 0, PHOTO[:50])
    assert problem(send(client, visit, 50, bytes(len(PHOTO) - 50))) == (422, "photo.hash_wrong")
    assert client.get(url(visit)).json()["received"] == 0
    assert not PhotoPart.objects.exists()
    assert send(client, visit, 0, PHOTO).json()["finished_at"]


def packed(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"GIF89a no picture", "image/jpeg", "photo.unreadable"),
        (taken("PNG"), "image/jpeg", "photo.unreadable"),
        (PHOTO[:-200], "image/jpeg", "photo.unreadable"),
        (b"<svg onload='alert(1)'/>", "image/png", "photo.unreadable"),
        (packed(10_000, 5_001), "image/png", "photo.too_many_pixels"),
        (packed(20_000, 20_000), "image/png", "photo.too_many_pixels"),
    ],
)
def test_what_is_no_picture_is_refused(
    town: Town, as_member: SignIn, content: bytes, kind: str, code: str
) -> None:
    """By its content, whatever it is called; and a small file that unpacks to a huge one."""
    client, visit = as_member(town.company.rosa), visited(town, content)
    assert problem(upload(client, visit, content, kind)) == (422, code)
    photo = Photo.objects.get()
    assert (photo.received, photo.file.name, photo.finished_at) == (0, "", None)


def test_an_erasure_takes_the_photos_along(
    town: Town,
    as_member: SignIn,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    """The file is gone, too; and the phone that sends one again is told that there is none."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO, b"half")
    upload(client, visit)
    announce(client, visit, b"half")
    name = str(Photo.objects.get(sha256=digest(PHOTO)).file.name)
    assert storages["photos"].exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        made, _ = erase_householder(actor=town.company.ada, door=town.north[0], now=NOW)
    assert made.erased == {"visits": 1, "photos": 2}
    assert not storages["photos"].exists(name)
    assert not Photo.objects.exists()
    assert problem(send(client, visit, 0, b"half", b"half")) == (404, "not_found")
    assert problem(announce(client, visit)) == (404, "not_found")


def test_halves_and_what_is_too_old_are_removed(
    town: Town,
    as_member: SignIn,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    """A week without a byte ends a half one; a whole one goes with the notes of its visit."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO, b"half")
    upload(client, visit)
    announce(client, visit, b"half")
    send(client, visit, 0, b"ha", b"half")
    began = Photo.objects.get(sha256=digest(b"half")).touched_at
    name = str(Photo.objects.get(sha256=digest(PHOTO)).file.name)
    assert remove_what_is_too_old(began + 7 * DAY) == {}
    assert remove_what_is_too_old(began + 8 * DAY) == {"half_photos": 1}
    assert not PhotoPart.objects.exists()
    change_settings(actor=town.company.ada, changes={"note_days": 400}, now=NOW)
    assert remove_what_is_too_old(NOW + 400 * DAY) == {}
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_what_is_too_old(NOW + 401 * DAY) == {"visits": 1, "photos": 1}
    assert not storages["photos"].exists(name)


def test_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many photos and parts there are."""
    contents = [taken(size=(64, 32 + 2 * number)) for number in range(3)]
    client, visit = as_member(town.company.rosa), visited(town, *contents)
    for content in contents[:2]:
        upload(client, visit, content)
    announce(client, visit, contents[2])
    for start in range(0, 100, 10):
        send(client, visit, start, contents[2][start : start + 10], contents[2])
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert len(client.get(f"/api/v1/visits/{visit.pk}/photos/").json()) == 3
    with django_assert_max_num_queries(SIGNED_IN + 1):
        shown(client, visit, contents[0])
    with django_assert_max_num_queries(SIGNED_IN + 11):
        done = send(client, visit, 100, contents[2][100:], contents[2])
    assert done.json()["finished_at"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once")
def test_the_same_part_twice_at_once_is_taken_once() -> None:
    """Both announce, both send the whole: one is stored, the other told where it stands."""
    town = sunrise_town(sunrise())
    rosa, visit = town.company.rosa, visited(town, PHOTO)
    new = NewPhoto(visit, digest(PHOTO), len(PHOTO), "image/jpeg")

    def announced() -> Photo:
        return announce_photo(actor=rosa, new=new, now=NOW)[0]

    first, second = at_once(announced, announced)
    assert first == second
    assert isinstance(first, Photo)
    photo = first

    def sent() -> Photo:
        return receive_part(actor=rosa, photo=photo, start=0, data=PHOTO, now=NOW)

    assert errors_in(at_once(sent, sent)) == [PhotoOffsetWrong]
    assert Photo.objects.get().finished_at == NOW
    assert AuditEntry.objects.filter(action="photo.stored").count() == 1
