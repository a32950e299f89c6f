"""JT/T 808 messages to positions (JT/T 808, 0x0200, 0x0201, 0x0704): fixes only, WGS-84."""

from collections.abc import Sequence
from datetime import timedelta

from lantian.gateway.decoding.rows import Decoded, Row
from lantian.gateway.ingested import FrameKind, Seen
from lantian.gateway.received import Received
from lantian.gateway.registry import Device
from lantian.protocols.jt808.fields import Status
from lantian.protocols.jt808.frames import FrameReader
from lantian.protocols.jt808.messages import Batch, Location, LocationAnswer, MessageId, read_content

_DATA = frozenset({MessageId.LOCATION, MessageId.LOCATION_ANSWER, MessageId.BATCH, MessageId.PASS_THROUGH})
_AHEAD = timedelta(hours=1)


def decode(received: Received, device: Device) -> Decoded:
    """Return what a frame of a vehicle says; a damaged one is ``bad``."""
    reader = FrameReader()
    reader.receive_data(received.raw)
    frame = reader.next_event()
    if frame is None or frame.header is None or not frame.is_intact:
        return Decoded(Seen(received, "bad"))
    code = f"0x{frame.header.message_id:04X}"
    if frame.header.message_id not in _DATA:
        kind: FrameKind = "answer" if frame.header.message_id == MessageId.TERMINAL_ANSWER else "session"
        return Decoded(Seen(received, kind, code))
    locations = _locations(read_content(frame))
    rows = [row for location in locations for row in _row(received, device, location)]
    times = [location.time for location in locations if location.time is not None]
    newest = max(times, default=None)
    return Decoded(Seen(received, "data", code, None, newest, 0, len(locations), len(rows)), positions=rows)


def _locations(content: object) -> Sequence[Location]:
    if isinstance(content, Location):
        return (content,)
    if isinstance(content, LocationAnswer):
        return (content.location,)
    return content.locations if isinstance(content, Batch) else ()


def _row(received: Received, device: Device, location: Location) -> Sequence[Row]:
    """Return the row of a location that is a fix in the open at a possible time, else none."""
    is_usable = location.is_fixed and not location.status & Status.ENCRYPTED
    if not is_usable or location.time is None or location.time > received.received_at + _AHEAD:
        return ()
    mileage = location.mileage_km
    return (
        (
            device.id,
            int(location.time.timestamp()) * 1_000_000,
            float(location.longitude),
            float(location.latitude),
            float(location.altitude_m),
            float(location.speed_kmh),
            location.direction,
            location.status,
            location.alarm,
            None if mileage is None else float(mileage),
            received.seq,
        ),
    )
