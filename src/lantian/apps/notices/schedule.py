"""When a message goes out (何时发送): quiet hours, digests, the wait before the next try. Pure: the clock is given."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from lantian.kernel.instants import BEIJING
from lantian.policy.records_notice import NoticeRuleRecord

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Quiet:
    """Hours of rest, Beijing time, such as 22:00 to 07:00; none where both are the same."""

    begin: time
    end: time

    def until(self, at: datetime) -> datetime | None:
        """Return when the rest that holds at a moment ends, or None outside of it."""
        local = at.astimezone(BEIJING)
        clock = local.timetz().replace(tzinfo=None)
        over_night = self.begin > self.end
        inside = (clock >= self.begin or clock < self.end) if over_night else self.begin <= clock < self.end
        if not inside:
            return None
        ends = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        ends = ends if clock < self.end else ends + _DAY
        return ends.astimezone(at.tzinfo)


@dataclass(frozen=True)
class Turn:
    """When a message goes out, and whether it waits to be merged with others."""

    at: datetime
    digest: bool = False


def turn(at: datetime, *, urgent: bool, quiet: Quiet, digest: str, digest_at: time) -> Turn:
    """Return when a message of a moment goes out. digest: each, hourly or daily. An urgent one goes at once."""
    if urgent:
        return Turn(at)
    wanted, merged = _digest_end(at, digest, digest_at), digest != "each"
    return Turn(quiet.until(wanted) or wanted, merged)


def _digest_end(at: datetime, digest: str, digest_at: time) -> datetime:
    """When the digest of a moment goes out: the next full hour, or the next time of the day."""
    local = at.astimezone(BEIJING)
    if digest == "hourly":
        return local.replace(minute=0, second=0, microsecond=0).astimezone(at.tzinfo) + _HOUR
    if digest == "daily":
        wanted = local.replace(hour=digest_at.hour, minute=digest_at.minute, second=0, microsecond=0)
        return (wanted if wanted > local else wanted + _DAY).astimezone(at.tzinfo)
    return at


def wait(rule: NoticeRuleRecord, tries: int, spread: float) -> timedelta:
    """Return how long to wait after a number of failed tries. spread: from −1 to 1, where in the jitter it lies."""
    plain = min(rule.first_wait_s * rule.wait_factor ** (tries - 1), rule.longest_wait_s)
    return timedelta(seconds=plain * (1 + spread * rule.jitter_percent / 100))
