"""What is kept of a picture: the picture, upright, and nothing of where or how it was taken."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from canvass.errors.photos import PhotoTooManyPixels, PhotoUnreadable

MOST_PIXELS = 50_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
QUALITY = 90


def cleaned(content: bytes, content_type: str) -> bytes:
    """The picture, of the same type, turned upright, without metadata but its colour profile.

    It is decoded and encoded anew, so that nothing else of the file stays: no position, no camera,
    no thumbnail, nothing behind its end. An animation keeps its first picture. Raises
    PhotoUnreadable for what is no picture of that type, and PhotoTooManyPixels, which is known
    before anything is unpacked.
    """
    kind = FORMATS[content_type]
    try:
        with Image.open(BytesIO(content), formats=[kind]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise PhotoTooManyPixels(most=MOST_PIXELS)
            profile = found.info.get("icc_profile")
            upright = ImageOps.exif_transpose(found)
            return encoded(upright, kind, profile)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoTooManyPixels(most=MOST_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise PhotoUnreadable from None


def encoded(picture: Image.Image, kind: str, profile: bytes | None) -> bytes:
    """The bytes of pixels and colour profile alone."""
    if kind == "JPEG" and picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    picture.info = {}
    out = BytesIO()
    quality = {} if kind == "PNG" else {"quality": QUALITY}
    picture.save(out, kind, icc_profile=profile, **quality)
    return out.getvalue()
