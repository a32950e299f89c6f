"""A muck truck's terminal that speaks JT/T 808-2013: it registers, says where it is, fills in blind areas."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from lantian.gateway.simulators.district import Member
from lantian.gateway.simulators.instruments import is_silent
from lantian.gateway.simulators.stage import Counts, Moment, Stage
from lantian.gateway.simulators.traffic import mileage
from lantian.protocols.jt808.fields import Status
from lantian.protocols.jt808.frames import Frame, FrameReader, Header, write_frame
from lantian.protocols.jt808.messages import (
    Answer,
    Authentication,
    Batch,
    Item,
    Location,
    MessageId,
    Registration,
    RegistrationAnswer,
    Result,
    read_content,
)
from lantian.protocols.jt808.writing import (
    write_authentication,
    write_batch,
    write_location,
    write_registration,
    write_terminal_answer,
)

DRIVING_S, PARKED_S, HEARTBEAT_S = 30, 300, 60
_BATCH = 20
"""Positions in one batch: with 36 bytes each they stay below the longest body."""
_MOST_MISSED = 60
_BACK_FILL = 1
_MILEAGE = 0x01
_PATIENCE_S = 10.0
_ATTEMPTS = 3
_ANSWERS = frozenset({MessageId.PLATFORM_ANSWER, MessageId.REGISTER_ANSWER, MessageId.TIME_ANSWER})


class Jt808Terminal:
    """One truck; it is always connected and says where it is, often while it drives."""

    def __init__(self, member: Member, stage: Stage) -> None:
        self.member = member
        self.stage = stage
        self.counts = Counts()
        self._code = ""
        self._serial = -1
        self._is_authenticated = False
        self._reader = FrameReader()
        self._waiting: dict[int, tuple[bytes, float, int]] = {}
        self._missed: list[Location] = []
        self._located_at: float | None = None
        self._beat_at = 0.0

    def wants_link(self, moment: Moment) -> bool:
        """A terminal without power has no link, and stores nothing."""
        silent = is_silent(self.stage.of(self.member), self.member, moment.now)
        if silent:
            self._located_at = None
        return not silent

    def connected(self, moment: Moment) -> list[bytes]:
        """Show the code, or register to get one."""
        self._reader = FrameReader()
        self._is_authenticated = False
        self._keep_missed(moment.now)
        return [self._authentication(moment)] if self._code else [self._registration(moment)]

    def leaving(self, _moment: Moment) -> list[bytes]:
        """Say nothing: the power is gone."""
        return []

    def next_at(self, moment: Moment) -> float:
        """Return when the next position or heartbeat is due, or an answer is missed."""
        if self._waiting:
            return moment.now + 1
        if not self._is_authenticated:
            return moment.now + 5
        located = self._located_at if self._located_at is not None else moment.now
        return min(located + self._interval_s(moment.now), self._beat_at + HEARTBEAT_S)

    def due(self, moment: Moment) -> list[bytes]:
        """Return the position, what nobody answered, and what a lost link has kept back."""
        frames = self._again(moment)
        if not self._is_authenticated:
            return frames
        if self._missed:
            batch, self._missed = self._missed[:_BATCH], self._missed[_BATCH:]
            frames.append(self._said(MessageId.BATCH, write_batch(Batch(_BACK_FILL, len(batch), tuple(batch))), moment))
        if self._located_at is None or moment.now - self._located_at >= self._interval_s(moment.now) - 0.5:
            self._located_at = moment.now
            frames.append(self._said(MessageId.LOCATION, write_location(self._location(moment.now)), moment))
        if moment.now - self._beat_at >= HEARTBEAT_S - 0.5:
            self._beat_at = moment.now
            frames.append(self._said(MessageId.HEARTBEAT, b"", moment))
        return frames

    def received(self, data: bytes, moment: Moment) -> list[bytes]:
        """Take in answers and commands."""
        self._reader.receive_data(data)
        said: list[bytes] = []
        while (frame := self._reader.next_event()) is not None:
            if frame.is_intact and frame.header:
                said += self._heard(frame, frame.header, moment)
        return said

    def _heard(self, frame: Frame, header: Header, moment: Moment) -> list[bytes]:
        content = read_content(frame)
        if isinstance(content, RegistrationAnswer):
            self._answered(content.serial)
            self._code = content.code
            return [self._authentication(moment)] if content.code else []
        if isinstance(content, Answer):
            self._answered(content.serial)
            if content.message_id == MessageId.AUTHENTICATE:
                return self._authenticated(content.result, moment)
            return []
        if header.message_id in _ANSWERS:
            return []
        return self._obeyed(header, moment)

    def _authenticated(self, result: int, moment: Moment) -> list[bytes]:
        """Begin to report; a code that is refused is forgotten."""
        self._is_authenticated = result == Result.OK
        if not self._is_authenticated:
            self._code = ""
            return []
        return self.due(moment)

    def _obeyed(self, header: Header, moment: Moment) -> list[bytes]:
        """Answer a position query with the position (0201), anything else with a general answer."""
        self.counts.commands += 1
        if header.message_id == MessageId.LOCATION_QUERY:
            body = header.serial.to_bytes(2, "big") + write_location(self._location(moment.now))
            return [write_frame(self._header(MessageId.LOCATION_ANSWER), body)]
        self._serial = (self._serial + 1) & 0xFFFF
        return [write_terminal_answer(header, self._serial, Result.UNSUPPORTED)]

    def _interval_s(self, now: float) -> int:
        trip = self.stage.traffic.trip(self.member, now, self.stage.of(self.member))
        return DRIVING_S if trip is not None and trip.runs(now) else PARKED_S

    def _location(self, now: float) -> Location:
        faults = self.stage.of(self.member)
        trip = self.stage.traffic.trip(self.member, now, faults)
        longitude, latitude = self.stage.traffic.place(self.member, now, faults)
        is_driving = trip is not None and trip.runs(now)
        speed, direction = 0.0, 0
        items: tuple[Item, ...] = ()
        if trip is not None:
            row = trip.row(now)
            speed = float(trip.speed_kmh(np.array([row]))[0]) if is_driving else 0.0
            direction = trip.direction(row)
            tenths = int(10 * mileage(self.member, trip, np.array([row]))[0])
            items = (Item(_MILEAGE, tenths.to_bytes(4, "big")),)
        return Location(
            alarm=0,
            status=Status.FIX | Status.BEIDOU | (Status.ACC if is_driving else 0),
            latitude=Decimal(f"{latitude:.6f}"),
            longitude=Decimal(f"{longitude:.6f}"),
            altitude_m=40,
            speed_kmh=Decimal(f"{speed:.1f}"),
            direction=direction,
            time=datetime.fromtimestamp(int(now), UTC),
            items=items,
        )

    # what is said and awaited -------------------------------------------------------------------------------------

    def _registration(self, moment: Moment) -> bytes:
        plate = self.member.plate
        terminal = f"{self.member.number:07d}"
        body = write_registration(Registration(11, 105, "LTSIM", "LT-808-SIM", terminal, 2, plate, 2013))
        return self._said(MessageId.REGISTER, body, moment)

    def _authentication(self, moment: Moment) -> bytes:
        return self._said(MessageId.AUTHENTICATE, write_authentication(Authentication(self._code)), moment)

    def _header(self, message_id: MessageId) -> Header:
        self._serial = (self._serial + 1) & 0xFFFF
        return Header(message_id, self.member.key, self._serial)

    def _said(self, message_id: MessageId, body: bytes, moment: Moment) -> bytes:
        frame = write_frame(self._header(message_id), body)
        self._waiting[self._serial] = (frame, moment.wall + _PATIENCE_S, 1)
        self.counts.sent += 1
        return frame

    def _answered(self, serial: int) -> None:
        if self._waiting.pop(serial, None):
            self.counts.acknowledged += 1

    def _again(self, moment: Moment) -> list[bytes]:
        """Return what nobody answered in time; after the last attempt it is given up."""
        frames = []
        for serial, (frame, due, attempts) in list(self._waiting.items()):
            if moment.wall < due:
                continue
            if attempts >= _ATTEMPTS:
                del self._waiting[serial]
                self.counts.lost += 1
            else:
                self._waiting[serial] = (frame, moment.wall + _PATIENCE_S, attempts + 1)
                self.counts.resent += 1
                frames.append(frame)
        return frames

    def _keep_missed(self, now: float) -> None:
        """Keep the positions since the last one with an answer for a batch (盲区补报), then begin anew."""
        waiting = FrameReader()
        waiting.receive_data(b"".join(frame for frame, _, _ in self._waiting.values()))
        while (frame := waiting.next_event()) is not None:
            content = read_content(frame)
            if isinstance(content, Location):
                self._missed.append(content)
        if self._located_at is not None:
            step = self._interval_s(now)
            times = np.arange(self._located_at + step, now - step, step)[-_MOST_MISSED:]
            self._missed += [self._location(float(at)) for at in times]
        self._waiting.clear()
        self._located_at = None
