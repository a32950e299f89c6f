"""As of when (时点): the moment that a page shows, live or looked back upon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lantian.apps.ui.days import FIRST_YEAR, LAST_YEAR
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import BEIJING


class WrongInstant(LantianError):
    """The address asks for a moment that cannot be read."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(
            Text(
                f"地址中的 {name}={found} 不是时点，应写作 2020-11-23T10:00（北京时间）。",
                f"{name}={found} in the address is no instant; write 2020-11-23T10:00 (Beijing time).",
            )
        )


@dataclass(frozen=True)
class AsOf:
    """The moment a page shows (时点).

    instant: UTC; the end of the last hour shown. Live: the end of the last hour with data that has ended.
    known_at: None, or the moment (UTC) by which data had to be known; later corrections are then unseen.
    live: 实时; otherwise 回看 (replay), in which no action is offered.
    now: the clock of this request (UTC); the only clock a page reads.
    """

    instant: datetime
    known_at: datetime | None
    live: bool
    now: datetime

    @property
    def age(self) -> timedelta:
        """How old the newest hour shown is."""
        return self.now - self.instant

    @property
    def known_by(self) -> datetime:
        """The moment of which nothing later is known: now, or the one looked back upon; no later than ``known_at``.

        >>> one, two, now = (datetime(2020, 11, day, tzinfo=UTC) for day in (1, 2, 3))
        >>> [AsOf(one, known, live, now).known_by.day for known, live in ((None, True), (two, True), (two, False))]
        [3, 2, 1]
        """
        moment = self.now if self.live else self.instant
        return min(moment, self.known_at or moment)

    @property
    def beijing(self) -> datetime:
        """Return the instant on the wall clock of Beijing."""
        return self.instant.astimezone(BEIJING)

    @property
    def query(self) -> str:
        """Return the query string that keeps this moment when following a link; empty when live.

        >>> moment = datetime(2020, 11, 23, 2, tzinfo=UTC)
        >>> AsOf(moment, None, False, moment).query
        '?at=2020-11-23T10:00'
        """
        if self.live:
            return ""
        known = "" if self.known_at is None else f"&known={self.known_at.astimezone(BEIJING):%Y-%m-%dT%H:%M}"
        return f"?at={self.beijing:%Y-%m-%dT%H:00}{known}"


def read_instant(name: str, value: str) -> datetime:
    """Read a Beijing wall-clock moment of an address; raises WrongInstant.

    >>> read_instant("at", "2020-11-23T10:00").isoformat()
    '2020-11-23T02:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise WrongInstant(name, value) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise WrongInstant(name, value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)


def whole_hour(moment: datetime) -> datetime:
    """Return the hour in which a moment lies.

    >>> whole_hour(datetime(2020, 11, 23, 2, 24, tzinfo=UTC)).isoformat()
    '2020-11-23T02:00:00+00:00'
    """
    return moment.replace(minute=0, second=0, microsecond=0)


def _nothing_known() -> datetime | None:
    return None


# Hook: the end (UTC) of the last hour with data, or None. Telemetry fills it through project/wiring.py.
last_hour_with_data: list[Callable[[], datetime | None]] = [_nothing_known]


def as_of(at: str | None, known: str | None, now: datetime) -> AsOf:
    """Return the moment that an address asks for; without ``at`` it is live. Raises WrongInstant."""
    known_at = read_instant("known", known) if known else None
    if at:
        return AsOf(whole_hour(read_instant("at", at)), known_at, live=False, now=now)
    begun = whole_hour(now)  # the running hour has no mean yet, and a device whose clock is ahead cannot end one
    return AsOf(min(last_hour_with_data[-1]() or begun, begun), known_at, live=True, now=now)
