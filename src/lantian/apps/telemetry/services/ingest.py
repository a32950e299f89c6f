"""What the record store keeps of a stretch of the spool (入库跟进): newest values, links, hourly link quality.

One transaction a stretch, with the cursor in it: a stretch that comes again, or overlaps, counts once. Every kind of
row is read once and written once, however many frames there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import transaction

from lantian.apps.telemetry.models import Channel, Device, IngestCursor, Latest, Link, LinkHour
from lantian.apps.telemetry.models.links import HOUR_S, hour_of, slot_s
from lantian.gateway.ingested import Ingested, Seen
from lantian.kernel.instants import day_of
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import LinkRule

HOUR = timedelta(hours=1)
OLDEST_YEAR = 2001
"""Of HJ/T 212's first edition: a time of data before it is a clock without battery, and says nothing."""


def ingest_cursor(spool: str) -> int:
    """Return the number of the last frame of a spool that the record store has followed; 0 before the first."""
    return IngestCursor.objects.filter(pk=spool).values_list("seq", flat=True).first() or 0


@transaction.atomic
def ingest(batch: Ingested) -> int:
    """Follow a stretch of the spool; returns how many of its frames were new."""
    IngestCursor.objects.bulk_create([IngestCursor(spool=batch.spool)], ignore_conflicts=True)
    cursor = IngestCursor.objects.select_for_update().get(pk=batch.spool)
    if batch.last <= cursor.seq:
        return 0
    fresh = _after(batch, cursor.seq)
    known = Device.objects.in_bulk({seen.received.device for seen in fresh.seen})
    seen = [one for one in fresh.seen if one.received.device in known]
    late_s = _late_s(fresh.known_at)
    _keep_latest(fresh.readings, fresh.known_at)
    _keep_links(seen, fresh)
    _keep_hours(seen, known, late_s)
    cursor.seq = batch.last
    cursor.save(update_fields=["seq"])
    return len(fresh.seen)


def _late_s(at: datetime) -> int:
    return load_pack(settings.PACK).get(LinkRule, "link", day_of(at)).late_s


def _after(batch: Ingested, seq: int) -> Ingested:
    """Return the part of a stretch that lies after a frame."""
    if batch.first > seq:
        return batch
    readings, positions, engine = (
        table.filter(pc.greater(table.column("frame"), seq))
        for table in (batch.readings, batch.positions, batch.engine)
    )
    seen = [one for one in batch.seen if one.received.seq > seq]
    return replace(batch, first=seq + 1, seen=seen, readings=readings, positions=positions, engine=engine)


# -- newest values -------------------------------------------------------------------------------------------------

_TEXTS = {"flag": 4, "verdict": 20, "reason": 30}
_CHANNEL = ("device_id", "code", "pk", "point_id", "factor", "latest__start", "latest__received_at")
_LATEST = ("value", "start", "period_s", "flag", "verdict", "reason", "frame")


def _keep_latest(readings: pa.Table, at: datetime) -> None:
    """Bring the newest value of each channel up to date.

    A value counts from the start of its period, yet not from later than its receipt: a device whose clock runs ahead
    does not hide what it sends when the clock is right again.
    """
    newest = _newest_of(readings, at)
    channels = Channel.objects.filter(device__in={device for device, _ in newest}).order_by().values_list(*_CHANNEL)
    rows = []
    for device, code, channel, point, factor, start, received_at in channels.iterator():
        found = newest.get((device, code))
        if found and (start is None or _rank(found["start"], at) >= _rank(start, received_at)):
            named = Latest(channel_id=channel, point_id=point, factor=factor, received_at=at)
            rows.append(_filled(named, found))
    names = ["point", "factor", *_LATEST, "received_at"]
    Latest.objects.bulk_create(rows, update_conflicts=True, unique_fields=["channel"], update_fields=names)


def _rank(start: datetime, received_at: datetime) -> tuple[datetime, datetime]:
    return min(start, received_at), received_at


def _newest_of(readings: pa.Table, at: datetime) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return the newest reading by device and code; of equals the last to arrive."""
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in readings.select(["device", "code", *_LATEST]).to_pylist():
        key = row["device"], row["code"]
        if key not in newest or min(row["start"], at) >= min(newest[key]["start"], at):
            newest[key] = row
    return newest


def _filled(latest: Latest, row: Mapping[str, Any]) -> Latest:
    for name in ("value", "start", "period_s", "frame"):
        setattr(latest, name, row[name])
    for name, length in _TEXTS.items():
        setattr(latest, name, (row[name] or "").replace("\0", "")[:length])
    return latest


# -- links ---------------------------------------------------------------------------------------------------------


def _keep_links(seen: Sequence[Seen], batch: Ingested) -> None:
    """Bring each device's link up to date."""
    links = Link.objects.in_bulk({one.received.device for one in seen})
    for one in seen:
        received = one.received
        link = links.setdefault(received.device, Link(device_id=received.device, first_frame_at=received.received_at))
        _advance(link, one)
    _locate(links, batch)
    names = [field.name for field in Link._meta.concrete_fields if not field.primary_key]
    Link.objects.bulk_create(links.values(), update_conflicts=True, unique_fields=["device"], update_fields=names)


def _advance(link: Link, seen: Seen) -> None:
    received = seen.received
    if link.last_frame_at is None or received.received_at >= link.last_frame_at:
        link.last_frame_at = received.received_at
    link.peer, link.last_frame = received.peer[:60], received.seq
    if seen.sent_at is not None:
        link.clock_offset_s = (seen.sent_at - received.received_at).total_seconds()
    at = _data_time(seen)
    if at is not None:
        link.last_data = _later(link.last_data, at, received.received_at)


def _data_time(seen: Seen) -> datetime | None:
    """Return the time for which a frame's data stand, if it can be one."""
    at = seen.data_time
    return at if seen.kind == "data" and at is not None and at.year >= OLDEST_YEAR else None


def _later(known: datetime | None, found: datetime, received_at: datetime) -> datetime:
    """Return the later of two times of data; one that lies ahead of its receipt is kept only until the next comes."""
    return found if known is None or known > received_at else max(known, found)


def _locate(links: Mapping[str, Link], batch: Ingested) -> None:
    """Put vehicles where they were last, whatever order their positions came in."""
    names = ["device", "start", "longitude", "latitude", "speed_kmh"]
    for row in pa.concat_tables([batch.positions.select(names), batch.engine.select(names)]).to_pylist():
        link = links.get(row["device"])
        if link is not None and row["longitude"] is not None and row["latitude"] is not None:
            located_at = _later(link.located_at, row["start"], batch.known_at)
            if located_at == row["start"]:
                link.located_at, link.speed_kmh = located_at, row["speed_kmh"]
                link.longitude, link.latitude = row["longitude"], row["latitude"]


# -- hours of link quality -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A period that arrived: the bit of its place in the hour, how long after its end, whether it has a valid value."""

    slot: int
    delay_s: float
    valid: bool


def _keep_hours(seen: Sequence[Seen], devices: Mapping[str, Device], late_s: int) -> None:
    """Add frames to the hours of their receipt, and periods to the hours in which they lie."""
    received: dict[tuple[str, datetime], list[Seen]] = defaultdict(list)
    arrived: dict[tuple[str, datetime], list[_Arrival]] = defaultdict(list)
    for one in seen:
        received[one.received.device, hour_of(one.received.received_at)].append(one)
        period = _period(one, devices[one.received.device].interval_s)
        if period:
            arrived[one.received.device, period[0]].append(period[1])
    rows = _hours([*received, *arrived])
    for key, frames in received.items():
        _count_frames(rows[key], frames)
    for key, periods in arrived.items():
        _count_periods(rows[key], periods, late_s)
    names = [field.name for field in LinkHour._meta.concrete_fields if field.name not in ("id", "device", "hour")]
    LinkHour.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["device", "hour"], update_fields=names
    )


def _hours(keys: Iterable[tuple[str, datetime]]) -> dict[tuple[str, datetime], LinkHour]:
    """Return the stored rows of devices and hours, and new ones where there are none, in order."""
    wanted = sorted(set(keys))
    stored = LinkHour.objects.filter(device__in={device for device, _ in wanted}, hour__in={hour for _, hour in wanted})
    known = {(row.device_id, row.hour): row for row in stored}
    return {key: known.get(key) or LinkHour(device_id=key[0], hour=key[1]) for key in wanted}


def _period(seen: Seen, interval_s: int) -> tuple[datetime, _Arrival] | None:
    """Return the hour and the arrival of a frame's period; None for what is no regular report.

    An hour's or a day's statistics say nothing about the minutes, so they do not count where minutes are due; nor does
    a period that lies more than an hour ahead.
    """
    at, received_at = _data_time(seen), seen.received.received_at
    if at is None or at >= received_at + HOUR:
        return None
    if seen.period_s >= HOUR_S > slot_s(interval_s):
        return None
    hour = hour_of(at)
    slot = 1 << int((at - hour).total_seconds() // slot_s(interval_s))
    delay_s = (received_at - at).total_seconds() - seen.period_s
    return hour, _Arrival(slot, delay_s, seen.valid > 0)


def _count_frames(row: LinkHour, frames: Sequence[Seen]) -> None:
    row.frames += len(frames)
    row.bad += sum(one.kind == "bad" for one in frames)
    row.repaired += sum(bool(one.repaired) for one in frames)
    faults = Counter(row.faults)
    for one in frames:
        faults.update({*one.received.verdict, *one.repaired})
    row.faults = dict(sorted(faults.items()))
    offsets = [(one.sent_at - one.received.received_at).total_seconds() for one in frames if one.sent_at is not None]
    row.offsets += len(offsets)
    row.offset_s += sum(offsets)


def _count_periods(row: LinkHour, arrivals: Sequence[_Arrival], late_s: int) -> None:
    for one in arrivals:
        if not row.seen_slots & one.slot:
            row.seen_slots |= one.slot
            row.late += one.delay_s > late_s
            row.delays += 1
            row.delay_s += one.delay_s
    row.valid_slots |= reduce(or_, (one.slot for one in arrivals if one.valid), 0)
    row.periods, row.valid = row.seen_slots.bit_count(), row.valid_slots.bit_count()
