"""Photos as evidence: place and time are read from the photo or the browser, checked, kept and shown; wrong files are
refused in words."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags, Image

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, Evidence
from lantian.apps.cases.services import attach_file
from lantian.apps.cases.services.exif import claim_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.workflow.photos import Claim
from tests.cases.conftest import START, photo

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SITE = (116.5, 39.9)


def taken(said: str, *, offset: str = "", place: tuple[float, float] | None = SITE, side: str = "N") -> bytes:
    """A JPEG whose EXIF says when and where it was taken."""
    picture, content = Image.new("RGB", (32, 20), (90, 120, 140)), io.BytesIO()
    exif = picture.getexif()
    made = exif.get_ifd(ExifTags.IFD.Exif)
    made[ExifTags.Base.DateTimeOriginal] = said
    if offset:
        made[ExifTags.Base.OffsetTimeOriginal] = offset
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = side, "E"
        gps[ExifTags.GPS.GPSLatitude] = (int(place[1]), (place[1] % 1) * 60, 0.0)
        gps[ExifTags.GPS.GPSLongitude] = (int(place[0]), (place[0] % 1) * 60, 0.0)
    picture.save(content, "JPEG", exif=exif)
    return content.getvalue()


@pytest.fixture
def case(opened: Callable[..., Case], site: Source) -> Case:
    site.longitude, site.latitude = SITE
    site.save()
    return opened()


def checked(kept: Evidence) -> tuple[str, int | None, str, int | None]:
    found: dict[str, Any] = kept.detail["checked"]
    return found["place"], found["metres"], found["time"], found["minutes"]


def test_a_photo_of_the_site_taken_while_the_step_is_open_agrees(case: Case, officer: Person) -> None:
    kept = attach_file(case, 1, Sent("东门.jpg", taken("2019:05:06 22:00:00")), by=officer, at=START + HOUR)
    assert checked(kept) == ("agrees", 0, "agrees", 0)
    assert kept.detail["said"][0]["by"] == "exif"


def test_an_old_photo_from_elsewhere_differs_by_so_many_metres_and_minutes(case: Case, officer: Person) -> None:
    content = taken("2019:05:05 12:10:00", offset="+00:00", place=(116.5, 39.91))
    kept = attach_file(case, 1, Sent("旧照.jpg", content), by=officer, at=START + HOUR)
    assert checked(kept) == ("differs", 1112, "differs", -1500)  # 0.01° of latitude; 25 hours before


def test_the_browser_speaks_for_a_photo_that_says_nothing(case: Case, officer: Person) -> None:
    said = Claim("browser", START + HOUR, 116.5, 39.901, 20.0)
    kept = attach_file(case, 1, Sent("东门.jpg", photo()), said=said, by=officer, at=START + HOUR)
    assert checked(kept) == ("agrees", 111, "agrees", 0)
    kept = attach_file(case, 1, Sent("西门.jpg", photo(9)), by=officer, at=START + HOUR)
    assert checked(kept) == ("unknown", None, "unknown", None)


@pytest.mark.parametrize(
    ("content", "claim"),
    [
        (taken("2019:05:06 22:00:00", place=None), Claim("exif", datetime(2019, 5, 6, 14, tzinfo=UTC))),
        (taken("0000:00:00 00:00:00", side="S"), Claim("exif", None, 116.5, -39.9)),
        (taken("yesterday", place=None), None),
        (photo(), None),
        (b"not a picture", None),
    ],
)
def test_what_a_photo_says_is_read_and_nonsense_is_nothing(content: bytes, claim: Claim | None) -> None:
    found = claim_of(content)
    if claim is None or found is None:
        assert found is claim
        return
    assert (found.at, found.by) == (claim.at, claim.by)
    assert found.longitude == pytest.approx(claim.longitude)
    assert found.latitude == pytest.approx(claim.latitude)


def send(web: Client, case: Case, file: SimpleUploadedFile, **more: object) -> str:
    answer = web.post(f"/cases/{case.slug}/evidence/", {"thread": 1, "file": file, **more}, follow=True)
    return str(answer.content.decode())


def test_the_page_shows_whether_a_photo_agrees(opened: Callable[..., Case], site: Source, officer: Person) -> None:
    site.longitude, site.latitude = SITE
    site.save()
    case, web = opened(at=datetime.now(UTC) - HOUR), Client()
    web.force_login(officer)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    place = {"taken_ms": now_ms, "longitude": 116.5, "latitude": 39.95, "accuracy_m": 12}
    page = send(web, case, SimpleUploadedFile("东门.jpg", photo(), "image/jpeg"), **place)
    assert "不符" in page
    assert "相距 5560 米" in page
    assert "吻合" in page


def test_a_photo_of_30_mb_and_a_wrong_picture_are_refused_in_words(case: Case, officer: Person) -> None:
    web = Client()
    web.force_login(officer)
    large = SimpleUploadedFile("大.jpg", photo() + bytes(30 * 2**20), "image/jpeg")
    assert "证据文件不得大于 20 MB" in send(web, case, large)
    fake = SimpleUploadedFile("木马.jpg", b"MZ\x90\x00 not a picture", "image/jpeg")
    assert "不是完好的 PDF、JPEG、PNG 或 WebP" in send(web, case, fake)
    torn = SimpleUploadedFile("断.jpg", photo()[:300], "image/jpeg")
    assert "不是完好的" in send(web, case, torn)
    assert not Evidence.objects.filter(case=case).exists()
