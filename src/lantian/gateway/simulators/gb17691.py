"""A heavy diesel's terminal (车载终端) that speaks GB 17691 Annex Q: login, ten seconds a report, logout."""

from datetime import UTC, datetime

from lantian.gateway.simulators.district import Member
from lantian.gateway.simulators.instruments import is_silent
from lantian.gateway.simulators.stage import Counts, Moment, Stage
from lantian.gateway.simulators.traffic import Trip, engine
from lantian.kernel.instants import BEIJING
from lantian.protocols.gb17691.frames import Envelope, write_frame
from lantian.protocols.gb17691.messages import (
    Command,
    Layout,
    Location,
    stream_block,
    write_login,
    write_logout,
    write_report,
)

PACKET_S = 10
_LATE_PACKETS = 60
_PARKED_S = 20
"""How often a parked vehicle looks whether it drives."""


class Gb17691Terminal:
    """One vehicle; it is connected while its engine runs."""

    def __init__(self, member: Member, stage: Stage) -> None:
        self.member = member
        self.stage = stage
        self.counts = Counts()
        self.layout = Layout.SERIAL_PER_BLOCK if member.number % 2 else Layout.SERIAL_ONCE
        self._sent_until: int | None = None
        self._trip_start = -1
        self._day, self._logins, self._reports = "", 0, 0

    def wants_link(self, moment: Moment) -> bool:
        """A terminal is on while the engine runs, unless it is pulled out."""
        trip = self._trip(moment.now)
        is_on = trip is not None and trip.runs(moment.now)
        return is_on and not is_silent(self.stage.of(self.member), self.member, moment.now)

    def connected(self, moment: Moment) -> list[bytes]:
        """Log in with the day's next serial and the card number."""
        day = f"{datetime.fromtimestamp(moment.now, BEIJING):%Y%m%d}"
        self._logins = self._logins + 1 if day == self._day else 1
        self._day, self._reports = day, 0
        unit = write_login(_instant(moment.now), self._logins, f"8986{self.member.number:016d}")
        return [self._frame(Command.LOGIN, unit)]

    def leaving(self, moment: Moment) -> list[bytes]:
        """Log out with the serial of the login, unless the terminal was pulled out."""
        if is_silent(self.stage.of(self.member), self.member, moment.now):
            self._sent_until = None
            return []
        return [self._frame(Command.LOGOUT, write_logout(_instant(moment.now), self._logins))]

    def received(self, _data: bytes, _moment: Moment) -> list[bytes]:
        """Annex Q has no answers for the terminal."""
        return []

    def next_at(self, moment: Moment) -> float:
        """Return the end of the running packet, or when to look again."""
        trip = self._trip(moment.now)
        if trip is None or not trip.runs(moment.now):
            return moment.now + _PARKED_S
        until = self._sent_until if self._sent_until is not None else int(moment.now)
        return min(float(until + PACKET_S), float(trip.end))

    def due(self, moment: Moment) -> list[bytes]:
        """Return the packets that are whole: the newest as a report, those of a lost link as supplements."""
        trip = self._trip(moment.now)
        if trip is None:
            return []
        if trip.start != self._trip_start or self._sent_until is None:
            self._trip_start = trip.start
            self._sent_until = max(trip.start, int(moment.now) - PACKET_S)
        end = int(min(moment.now, trip.end))
        first = max(self._sent_until, end - _LATE_PACKETS * PACKET_S)
        starts = list(range(first, end - PACKET_S + 1, PACKET_S))
        frames = [self._report(trip, start, is_late=start + 2 * PACKET_S <= end) for start in starts]
        if starts:
            self._sent_until = starts[-1] + PACKET_S
        return frames

    def _trip(self, now: float) -> Trip | None:
        return self.stage.traffic.trip(self.member, now, self.stage.of(self.member))

    def _report(self, trip: Trip, start: int, *, is_late: bool) -> bytes:
        rows = engine(self.member, trip, start, PACKET_S, self.stage.of(self.member))
        self._reports = self._reports % 65_535 + 1
        place = Location(is_fixed=True, is_south=False, is_west=False)
        blocks = [stream_block(row, place, self._serial(index)) for index, row in enumerate(rows)]
        unit = write_report(_instant(start), self._reports, blocks, self.layout)
        return self._frame(Command.SUPPLEMENT if is_late else Command.REPORT, unit)

    def _serial(self, index: int) -> int | None:
        return index + 1 if self.layout is Layout.SERIAL_PER_BLOCK else None

    def _frame(self, command: Command, unit: bytes) -> bytes:
        self.counts.sent += 1
        return write_frame(Envelope(command, self.member.key), unit)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
