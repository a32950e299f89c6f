"""Latest values and the last day of a point or device, ready for a template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lantian.apps.telemetry.models import Channel
from lantian.apps.telemetry.network import FLAG_WORDS, REASON_WORDS, VERDICT_WORDS, factor_name, words_of
from lantian.apps.telemetry.readings.spark import Box, spark_path
from lantian.apps.ui import formats
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.lake import Lake

HOUR = timedelta(hours=1)
DAY_HOURS = 24
CARD_BOX = Box(272, 56)


@dataclass(frozen=True)
class NowRow:
    """One channel now: name, value with unit and period, age, flag and verdict in words; a value may be missing."""

    channel: Channel
    name: str
    text: str
    unit: str
    period: Text
    start: datetime | None
    age: timedelta | None
    flag: Text
    verdict: Text
    reason: Text
    counts: bool
    frame: int | None


def period_words(seconds: int) -> Text:
    """Return the length of a period in words.

    >>> period_words(60).zh, period_words(3600).en, period_words(0).zh
    ('1 分钟', '1 h', '瞬时')
    """
    if seconds == 0:
        return Text("瞬时", "moment")
    for length, zh, en in ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds % length == 0:
            return Text(f"{seconds // length} {zh}", f"{seconds // length} {en}")
    return Text(f"{seconds} 秒", f"{seconds} s")


def now_rows(channels: Sequence[Channel], now: datetime) -> list[NowRow]:
    """Return the channels with their latest values; ``latest`` is to be selected with them."""
    return [_now_row(channel, now) for channel in channels]


def _now_row(channel: Channel, now: datetime) -> NowRow:
    latest = getattr(channel, "latest", None)
    empty = Text("", "")
    if latest is None:
        return NowRow(
            channel, _name(channel), formats.MISSING, channel.unit, empty, None, None, empty, empty, empty, False, None
        )  # fmt: skip
    counts = latest.verdict != "invalid"
    return NowRow(
        channel=channel,
        name=_name(channel),
        text=formats.number(latest.value, channel.decimals),
        unit=channel.unit,
        period=period_words(latest.period_s),
        start=latest.start,
        age=now - latest.received_at,
        flag=words_of(FLAG_WORDS, latest.flag),
        verdict=words_of(VERDICT_WORDS, latest.verdict),
        reason=words_of(REASON_WORDS, latest.reason),
        counts=counts,
        frame=latest.frame,
    )


def _name(channel: Channel) -> str:
    from_pack = factor_name(channel.factor)
    return channel.name or from_pack.zh


@dataclass(frozen=True)
class LastDay:
    """The last 24 whole hours of one factor: hourly means, oldest first; None where there is none."""

    factor: str
    unit: str
    values: tuple[float | None, ...]
    first: datetime
    last: datetime

    @property
    def path(self) -> str:
        """The line as an SVG path in the card's drawing."""
        return spark_path(self.values, CARD_BOX)

    @property
    def known(self) -> list[float]:
        """The hours that have a mean."""
        return [value for value in self.values if value is not None]

    @property
    def summary(self) -> Text:
        """The curve in words."""
        low, high = min(self.known, default=0), max(self.known, default=0)
        missing = len(self.values) - len(self.known)
        return Text(
            f"近 24 小时，最低 {low:.0f}，最高 {high:.0f}，缺 {missing} 小时",
            f"last 24 h: lowest {low:.0f}, highest {high:.0f}, {counted(missing, 'hour')} missing",
        )


def last_day(lake: Lake, point: str, channel: Channel | None, now: datetime) -> LastDay | None:
    """Return the last 24 hours of a point's channel from the lake."""
    if channel is None:
        return None
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - DAY_HOURS * HOUR
    found = hours_of(lake, point, [channel.factor], start, end)
    values = tuple(found.get((channel.factor, start + at * HOUR)) for at in range(DAY_HOURS))
    return LastDay(channel.factor, channel.unit, values, start, end)


def hours_of(
    lake: Lake, point: str, factors: Sequence[str], start: datetime, end: datetime
) -> Mapping[tuple[str, datetime], float | None]:
    """Return valid hourly means by factor and start of the hour (UTC)."""
    table = lake.hourly(start=start, end=end, points=[point], factors=list(factors))
    rows: list[dict[str, Any]] = table.select(["factor", "start", "value", "valid"]).to_pylist()
    return {(row["factor"], row["start"].astimezone(UTC)): row["value"] if row["valid"] else None for row in rows}
