"""What a photo says of itself (EXIF): when it was taken and where; nothing where it does not, or says nonsense."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from lantian.kernel.instants import BEIJING
from lantian.workflow.photos import Claim

_MADE = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)
_OFFSET = ExifTags.Base.OffsetTimeOriginal


def claim_of(content: bytes) -> Claim | None:
    """Return what a picture's EXIF says; None for a picture without. A time without offset is Beijing's."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
            made, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError):
        return None
    at, position = _time(made), _position(place)
    if at is None and position is None:
        return None
    return Claim("exif", at, *(position or (None, None)))


def _time(made: Mapping[int, Any]) -> datetime | None:
    said = next((str(made[tag]) for tag in _MADE if made.get(tag)), "").strip("\0 ")
    offset = str(made.get(_OFFSET, "")).strip("\0 ")
    try:
        naive = datetime.strptime(said, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # its zone is told apart, or is Beijing's
        zone = datetime.strptime(offset, "%z").tzinfo if offset else BEIJING
    except ValueError:
        return None
    return naive.replace(tzinfo=zone)


def _position(place: Mapping[int, Any]) -> tuple[float, float] | None:
    """Longitude and latitude [°]."""
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef), "S")
    longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return longitude, latitude


def _degrees(parts: Sequence[Any] | None, side: Any, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(one) for one in parts or ())
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    return -found if str(side).strip("\0 ").upper() == negative else found
