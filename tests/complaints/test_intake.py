"""Taking complaints in: what is kept and what is not, the street, the times, once for each order."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lantian.apps.accounts.models import Area
from lantian.apps.audit.models import Entry
from lantian.apps.complaints.models import Complaint, ComplaintEvent, HistoryError, Reporter, Suggestion
from lantian.apps.complaints.redaction import HIDDEN, redacted
from lantian.apps.complaints.services import ComplaintError, NewComplaint, intake, take_in
from lantian.apps.complaints.services.intake import receipt_code
from lantian.apps.complaints.services.photos import clean, keep_photos, photo_content
from lantian.apps.ledger.places import Ground
from lantian.apps.ledger.services.attachments import AttachmentError, Sent
from tests.complaints.conftest import AT, SECRET_NAME, SECRET_PHONE, SPOT, jpeg

HOUR = timedelta(hours=1)


def test_a_complaint_gets_a_number_a_code_its_street_and_its_times(made: Callable[..., Complaint]) -> None:
    first, second = made(), made("楼下餐馆油烟")
    assert (first.number, second.number) == ("TS2026-000001", "TS2026-000002")
    assert first.area_code == Ground.load().area_of(*SPOT) != ""
    assert (first.topic, second.topic, first.time_class) == ("dust", "fume", "general")
    assert first.accept_due_at == AT + 24 * HOUR  # hotline standard: 24 h to dispatch
    assert first.due_at.isoformat() == "2026-11-27T16:00:00+00:00"  # the end of the seventh day, in Beijing
    assert first.happened_at == first.received_at == AT
    assert first.events.get().kind == "received"


def test_burning_is_an_emergency_to_be_taken_up_in_one_hour_and_answered_in_two(made: Callable[..., Complaint]) -> None:
    complaint = made("有人在路边焚烧垃圾")
    assert (complaint.accept_due_at, complaint.due_at) == (AT + HOUR, AT + 2 * HOUR)
    assert complaint.warn_at == AT + timedelta(minutes=96)  # 80 % of two hours


def test_without_a_position_the_street_is_found_by_its_name(made: Callable[..., Complaint]) -> None:
    street = Area.objects.of_kind("street").order_by("code")[3]
    short = street.name_zh.removesuffix("街道").removesuffix("地区").removesuffix("乡")
    none = {"longitude": None, "latitude": None}
    assert made(place=f"{short}某小区", **none).area_code == street.code
    assert made(place="某处", street=street.name_zh, **none).area_code == street.code
    assert made(place="某处", **none).area_code == ""


def test_who_reported_stands_nowhere_but_in_the_sealed_record(made: Callable[..., Complaint], district: Path) -> None:
    complaint = made(f"工地扬尘，请回电{SECRET_PHONE}", name=SECRET_NAME, phone=SECRET_PHONE, wants_reward=True)
    assert complaint.text == f"工地扬尘，请回电{HIDDEN}"
    assert complaint.named
    rows = [Complaint.objects.values(), ComplaintEvent.objects.values(), Entry.objects.values(),
            Reporter.objects.values()]  # fmt: skip
    for stored in rows:
        for row in stored:
            whole = " ".join(str(bytes(one) if isinstance(one, memoryview) else one) for one in row.values())
            assert SECRET_NAME not in whole
            assert SECRET_PHONE not in whole


def test_an_anonymous_complaint_has_no_reporter(made: Callable[..., Complaint]) -> None:
    complaint = made()
    assert not complaint.named
    assert not Reporter.objects.filter(complaint=complaint).exists()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("手机 138 0010 2207", f"手机 {HIDDEN}"),
        ("+86-13800102207", HIDDEN),
        ("身份证11010519491231002X", f"身份证{HIDDEN}"),
        ("a.b@example.cn", HIDDEN),
        ("PM10 为 412，工单 20261120001", "PM10 为 412，工单 20261120001"),
        ("车牌 京A12345，3 号楼 1602", "车牌 京A12345，3 号楼 1602"),
    ],
)
def test_numbers_that_tell_who_wrote_are_blotted_out_and_others_stay(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "  "}, "text"),
        ({"channel": "fax"}, "channel"),
        ({"channel": "12345"}, "order_number"),
        ({"topic": "noise"}, "topic"),
        ({"phone": "12"}, "phone"),
        ({"street": "无此街道", "longitude": None}, "street"),
        ({"longitude": 39.9, "latitude": 116.5}, "position"),
        ({"longitude": 121.5, "latitude": 31.2}, "position"),
        ({"datum": "mars"}, "position"),
        ({"happened_at": AT + HOUR}, "happened_at"),
        ({"received_at": AT + HOUR}, "received_at"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    made: Callable[..., Complaint], given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ComplaintError) as caught:
        made(**given)
    assert caught.value.field == field
    assert Complaint.objects.count() == 0


def test_a_wrong_telephone_is_not_repeated_in_the_message(made: Callable[..., Complaint]) -> None:
    with pytest.raises(ComplaintError) as caught:
        made(phone="1380010220")
    assert "138" not in str(caught.value.text)


def test_an_order_is_taken_once(made: Callable[..., Complaint]) -> None:
    order: dict[str, Any] = {"channel": "12345", "order_number": "BJ-1"}
    first = made(**order)
    again = take_in(NewComplaint(text="另一段话", **order), by=None, at=AT + HOUR)
    assert (again.complaint.pk, again.fresh) == (first.pk, False)
    made(channel="12369", order_number="BJ-1")
    assert Complaint.objects.count() == 2


def test_receipt_codes_are_long_and_never_the_same() -> None:
    codes = {receipt_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code.replace("-", "")) == 16 for code in codes)  # 31 letters: 79 bits


def test_a_photo_loses_where_and_with_what_it_was_taken(made: Callable[..., Complaint]) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Telephone X"
    sent = jpeg(exif=exif.tobytes())
    assert b"Telephone X" in sent
    kept = keep_photos(made(), [clean(Sent("现场.jpg", sent))])[0]
    content = photo_content(kept)
    assert b"Telephone X" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize("content", [b"", b"<html>", b"%PDF-1.4 x %%EOF", jpeg()[:40]])
def test_what_is_no_photo_is_refused_by_its_content(content: bytes) -> None:
    with pytest.raises((AttachmentError, ComplaintError)):
        clean(Sent("照片.jpg", content))


def test_a_photo_that_was_changed_is_not_shown(made: Callable[..., Complaint], district: Path) -> None:
    kept = keep_photos(made(), [clean(Sent("1.jpg", jpeg()))])[0]
    (district / kept.path).write_bytes(b"x")
    with pytest.raises(ComplaintError):
        photo_content(kept)


def test_alike_complaints_are_suggested_with_reasons_and_others_are_not(made: Callable[..., Complaint]) -> None:
    first = made()
    other = made("工地夜里施工，扬尘大", at=AT + 5 * HOUR, longitude=SPOT[0] + 0.001)
    made("夜间工地施工扬尘很大", at=AT + 24 * 8 * HOUR)
    made("夜间工地施工扬尘很大", at=AT + 6 * HOUR, longitude=SPOT[0] + 0.02)
    found = Suggestion.objects.get()
    assert (found.complaint, found.earlier, found.state) == (other, first, "open")
    assert found.metres == pytest.approx(85, abs=2)  # 0.001° of longitude at 39.9° north
    assert found.hours == 5


def test_the_history_is_only_added_to(made: Callable[..., Complaint]) -> None:
    event = made().events.get()
    with pytest.raises(HistoryError):
        event.save()
    with pytest.raises(HistoryError):
        event.delete()
    assert Entry.objects.get(verb="complaint.received").hash == event.hash


def test_an_order_that_comes_twice_at_the_same_moment_is_taken_once_and_no_number_is_lost(
    made: Callable[..., Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: dict[str, Any] = {"channel": "12345", "order_number": "BJ-1"}
    first = made(**order)
    answers = [None, first]  # the other one's order is not there yet when it is looked for
    monkeypatch.setattr(intake, "known_order", lambda *_: answers.pop(0))
    again = take_in(NewComplaint(text="夜间工地施工扬尘很大", **order), by=None, at=AT)
    monkeypatch.undo()
    assert (again.complaint.pk, again.fresh) == (first.pk, False)
    assert made().number == "TS2026-000002"
