"""Pictures as phones take them, for the tests: with a position, a turned camera and a comment."""

from __future__ import annotations

import hashlib
from io import BytesIO

from PIL import ExifTags, Image

SECRETS = (b"GPSLatitude", b"ACME Phone", b"Here lives Miller")


def taken(kind: str = "JPEG", size: tuple[int, int] = (64, 32)) -> bytes:
    """A picture, red on the left and blue on the right, taken on its side in Yonkers."""
    width, height = size
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "ACME Phone"
    exif[ExifTags.Base.Orientation] = 6  # upright when turned a quarter clockwise
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (40.0, 56.0, 24.0),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: (73.0, 51.0, 0.0),
        }
    )
    out = BytesIO()
    more = {"comment": "Here lives Miller"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
