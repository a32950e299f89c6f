"""Taking complaints in (受理登记): one way for the public's page, the hotlines' systems and sheets, and the desk."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.complaints.models import Complaint, ComplaintCounter
from lantian.apps.complaints.redaction import redacted
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.apps.complaints.services.photos import keep_photos
from lantian.apps.complaints.services.reporters import Identity, keep_reporter
from lantian.apps.complaints.services.state import note
from lantian.apps.complaints.services.suggesting import suggest
from lantian.apps.complaints.services.telling import tell_new
from lantian.apps.ledger.places import Ground, WrongPlace, read_position
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import phone as read_phone
from lantian.kernel.identifiers import plain
from lantian.kernel.instants import BEIJING, day_of

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits of a receipt code: none that looks like another."""
GROUPS, LENGTH = 4, 4
LONGEST = 2000
"""Letters of a complaint's text."""
_AHEAD = timedelta(minutes=10)
NOBODY = Identity()


@dataclass(frozen=True)
class NewComplaint:
    """A complaint as it came. place: in words; position in degrees of ``datum``. happened_at: None when not told."""

    channel: str
    text: str
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None
    datum: str = "wgs84"
    street: str = ""
    topic: str = ""
    happened_at: datetime | None = None
    received_at: datetime | None = None
    order_number: str = ""
    name: str = ""
    phone: str = ""
    wants_reward: bool = False
    photos: Sequence[bytes] = ()
    synthetic: bool = False


@dataclass(frozen=True)
class Taken:
    """A complaint that was taken in; fresh: it was not known before."""

    complaint: Complaint
    fresh: bool


def receipt_code() -> str:
    """Return a code that nobody guesses: 79 bits, written in groups so that it can be copied by hand."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))


def known_order(channel: str, order_number: str) -> Complaint | None:
    """Return the complaint of a hotline's order, if it was taken in already."""
    return Complaint.objects.filter(channel=channel, order_number=order_number).first() if order_number else None


def take_in(new: NewComplaint, *, by: Any, at: datetime, ground: Ground | None = None) -> Taken:
    """Take a complaint in, once for each order of a hotline; raises ComplaintError naming the field that is wrong."""
    order = plain(new.order_number)[:60]
    known = known_order(new.channel, order)
    if known:
        return Taken(known, fresh=False)
    complaint, who = checked(new, at=at, ground=ground)
    try:
        with transaction.atomic():
            _number(complaint, at)
            complaint.save()
            keep_photos(complaint, new.photos)
            keep_reporter(complaint, who, at=at)
            detail = {"channel": complaint.channel, "topic": complaint.topic, "order": order}
            note(complaint, "received", by=by, at=at, detail=detail)
            suggest(complaint)
            tell_new(complaint)
    except IntegrityError:
        known = known_order(new.channel, order)
        if known is None:
            raise
        return Taken(known, fresh=False)
    return Taken(complaint, fresh=True)


def checked(new: NewComplaint, *, at: datetime, ground: Ground | None = None) -> tuple[Complaint, Identity]:
    """Return the complaint as it would be stored, and who reported; raises ComplaintError naming the field."""
    day = day_of(at)
    channel = rules().channels(day).get(new.channel)
    if channel is None:
        raise ComplaintError(Text(f"没有渠道“{new.channel}”。", f"There is no channel {new.channel!r}."), "channel")
    if channel.order_number and not plain(new.order_number):
        raise ComplaintError(Text("请填写工单号。", "Write the order's number."), "order_number")
    text, place = new.text.strip()[:LONGEST], new.place.strip()[:200]
    if not text:
        raise ComplaintError(Text("请写明投诉内容。", "Say what you complain of."), "text")
    received, happened = _moments(new, at)
    topic = _topic(new, text, day)
    who = _identity(new, text, place)
    spot, area = _where(new, place, ground or Ground.load())
    complaint = Complaint(
        channel=new.channel, order_number=plain(new.order_number)[:60], topic=topic, text=redacted(text),
        place=redacted(place), area_code=area, longitude=spot[0] if spot else None, latitude=spot[1] if spot else None,
        happened_at=happened, received_at=received, named=bool(who.name and who.phone),
        wants_reward=new.wants_reward, synthetic=new.synthetic,
    )  # fmt: skip
    set_times(complaint, rules().topics(day)[topic].time)
    return complaint, who


def set_times(complaint: Complaint, time_class: str) -> None:
    """Give a complaint the periods of a class, from the moment at which it came."""
    start, day = complaint.received_at, day_of(complaint.received_at)
    times = rules().times(time_class, day)
    complaint.time_class = time_class
    complaint.accept_due_at, complaint.due_at = rules().due(start, times.accept), rules().due(start, times.reply)
    complaint.warn_at = start + (complaint.due_at - start) * rules().rule(day).warn_percent / 100


def _number(complaint: Complaint, at: datetime) -> None:
    """Take the next number; the counter's row is locked until the complaint is stored, so that none is lost."""
    year = at.astimezone(BEIJING).year
    ComplaintCounter.objects.get_or_create(year=year)
    counter = ComplaintCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    complaint.year, complaint.serial = year, counter.last
    complaint.number, complaint.code = f"TS{year}-{counter.last:06}", receipt_code()


def _moments(new: NewComplaint, at: datetime) -> tuple[datetime, datetime]:
    """When it came and when it happened; neither lies ahead."""
    received = new.received_at or at
    happened = new.happened_at or received
    for field, moment in (("received_at", received), ("happened_at", happened)):
        if moment > at + _AHEAD:
            raise ComplaintError(Text("时间在将来。", "The time lies ahead."), field)
    return received, happened


def _topic(new: NewComplaint, text: str, day: Any) -> str:
    if not new.topic:
        return rules().topic_of(text, day).id
    if new.topic not in rules().topics(day):
        raise ComplaintError(Text(f"没有类别“{new.topic}”。", f"There is no topic {new.topic!r}."), "topic")
    return new.topic


def _identity(new: NewComplaint, text: str, place: str) -> Identity:
    """Who reported; their own words are kept with them where these tell who they are."""
    number = plain(new.phone)
    if number:
        try:
            number = read_phone(number)
        except LantianError:
            raise ComplaintError(Text("电话号码不对。", "That is no telephone number."), "phone") from None
    telling = redacted(text) != text or redacted(place) != place
    return Identity(new.name.strip()[:60], number, f"{text}\n{place}".strip() if telling else "")


def _where(new: NewComplaint, place: str, ground: Ground) -> tuple[tuple[float, float] | None, str]:
    """Return the position and the street: by position, else by its code or name, else by a name in the place."""
    if new.longitude is None or new.latitude is None:
        return None, _street(new.street, place)
    try:
        found = read_position(new.longitude, new.latitude, new.datum, ground)
    except (WrongPlace, KeyError) as error:
        text = error.text if isinstance(error, WrongPlace) else Text("不明的坐标系。", "An unknown datum.")
        raise ComplaintError(text, "position") from error
    return (found.longitude, found.latitude), found.area or _street(new.street, place)


def _street(named: str, place: str) -> str:
    streets = list(Area.objects.of_kind(AreaKind.STREET))
    exact = next((one.code for one in streets if named in (one.code, one.name_zh, one.name_en)), "") if named else ""
    if named and not exact:
        raise ComplaintError(Text(f"没有街乡“{named}”。", f"There is no street {named!r}."), "street")
    named_there = [one for one in streets if _short(one.name_zh) in place]
    longest = max(named_there, key=lambda one: len(one.name_zh), default=None)
    return exact or (longest.code if longest else "")


def _short(name: str) -> str:
    for ending in ("街道", "地区", "乡", "镇"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
