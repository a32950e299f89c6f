"""Link quality (联网质量) over a period: each device, its owner or maintainer, and the trend; three questions.

Completeness is periods received / due, the effective transmission rate received/due × valid/due (standards of data
transfer, as for CEMS). Due are all periods between a device's registration and now, outages and maintenance included.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.conf import settings
from django.db.models import Sum

from lantian.airquality.cems import Counts, transmission_rate
from lantian.apps.accounts.models import in_reading_language
from lantian.apps.telemetry.models import LinkHour
from lantian.apps.telemetry.models.devices import DeviceQuerySet
from lantian.apps.telemetry.models.links import hour_of, slot_s
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.rounding import half_even
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import LinkRule, PointKind

SUMMED = (
    "frames", "bad", "repaired", "periods", "valid", "late", "delays", "delay_s", "offsets", "offset_s",
)  # fmt: skip
HOUR = timedelta(hours=1)
Failing = Literal["offline", "completeness", "transmission", "clock", "bad"]

FAILINGS: Mapping[Failing, Text] = {
    "offline": Text("离线", "off-line"),
    "completeness": Text("数据不完整", "incomplete"),
    "transmission": Text("传输有效率低", "low transmission rate"),
    "clock": Text("时钟偏差大", "clock off"),
    "bad": Text("错误报文多", "many bad frames"),
}


@dataclass(frozen=True)
class Quality:
    """Sums over hours (see LinkHour), and how many periods were due: none for vehicles, which report when driven."""

    due: int = 0
    frames: int = 0
    bad: int = 0
    repaired: int = 0
    periods: int = 0
    valid: int = 0
    late: int = 0
    delays: int = 0
    delay_s: float = 0.0
    offsets: int = 0
    offset_s: float = 0.0
    faults: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Quality") -> "Quality":
        sums = {name: getattr(self, name) + getattr(other, name) for name in ("due", *SUMMED)}
        faults = Counter(self.faults)
        faults.update(other.faults)
        return Quality(**sums, faults=dict(faults.most_common()))

    @property
    def received(self) -> int:
        """Periods received of those due: a period that has not ended yet may be there already."""
        return min(self.periods, self.due)

    @property
    def completeness(self) -> Decimal | None:
        """Periods received of those due [%], one decimal."""
        return _percent(self.received, self.due)

    @property
    def valid_share(self) -> Decimal | None:
        """Valid periods of those received [%]."""
        return _percent(min(self.valid, self.periods), self.periods)

    @property
    def transmission(self) -> Decimal | None:
        """The effective transmission rate (数据传输有效率) [%]."""
        rate = transmission_rate(Counts(self.received, self.due), Counts(min(self.valid, self.due), self.due))
        return None if rate is None else half_even(rate, 1)

    @property
    def late_share(self) -> Decimal | None:
        """Periods that came late, of those received [%]."""
        return _percent(self.late, self.periods)

    @property
    def bad_share(self) -> Decimal | None:
        """Frames that could not be used, of all [%]."""
        return _percent(self.bad, self.frames)

    @property
    def mean_delay_s(self) -> float | None:
        """Mean time from the end of a period to its receipt [s]."""
        return self.delay_s / self.delays if self.delays else None

    @property
    def mean_offset_s(self) -> float | None:
        """Mean of device clock minus ours [s]."""
        return self.offset_s / self.offsets if self.offsets else None


def _percent(part: int, whole: int) -> Decimal | None:
    return half_even(Fraction(part * 100, whole), 1) if whole else None


@dataclass(frozen=True)
class LinkRow:
    """A device on the board. offset_s: of its newest frame; failing: the limits of the pack that it does not keep."""

    device: str
    name: str
    kind: str
    point: str
    area: str
    owner: str
    maintainer: str
    last_frame_at: datetime | None
    offset_s: float | None
    online: bool
    quality: Quality
    failing: tuple[Failing, ...]


@dataclass(frozen=True)
class LinkGroup:
    """Devices of one owner or maintainer (empty where none is named): how many, how many are on-line, their quality."""

    key: str
    devices: int
    online: int
    failing: int
    quality: Quality


@dataclass(frozen=True)
class LinkBoard:
    """The devices asked for, by id, over ``[start, end)``."""

    start: datetime
    end: datetime
    now: datetime
    rule: LinkRule
    rows: tuple[LinkRow, ...]

    @property
    def total(self) -> LinkGroup:
        """All devices together."""
        return _group("", self.rows)

    def by_owner(self) -> list[LinkGroup]:
        """Return the board by owner, most failing devices first."""
        return self._grouped(lambda row: row.owner)

    def by_maintainer(self) -> list[LinkGroup]:
        """Return the board by maintainer (运维单位), most failing devices first."""
        return self._grouped(lambda row: row.maintainer)

    def by_kind(self) -> list[LinkGroup]:
        """Return the board by kind of device, most failing devices first."""
        return self._grouped(lambda row: row.kind)

    def _grouped(self, key: Callable[[LinkRow], str]) -> list[LinkGroup]:
        members: dict[str, list[LinkRow]] = defaultdict(list)
        for row in self.rows:
            members[key(row)].append(row)
        groups = [_group(name, rows) for name, rows in members.items()]
        return sorted(groups, key=lambda group: (-group.failing, not group.key, group.key))


def _group(key: str, rows: Sequence[LinkRow]) -> LinkGroup:
    faults: Counter[str] = Counter()
    for row in rows:
        faults.update(row.quality.faults)
    sums = {name: sum(getattr(row.quality, name) for row in rows) for name in SUMMED}
    sums["periods"] = sum(row.quality.received if row.quality.due else row.quality.periods for row in rows)
    quality = Quality(due=sum(row.quality.due for row in rows), **sums, faults=dict(faults.most_common()))
    return LinkGroup(key, len(rows), sum(row.online for row in rows), sum(bool(row.failing) for row in rows), quality)


def link_board(devices: DeviceQuerySet, *, start: datetime, end: datetime, now: datetime) -> LinkBoard:
    """Return the link quality of active devices in ``[start, end)``; start is taken back to its hour, end to now."""
    span = _Span(hour_of(start), min(end, now))
    rule = load_pack(settings.PACK).get(LinkRule, "link", day_of(now))
    kinds, sums, faults = _kinds(), _sums(devices, span, "device"), _faults(devices, span)
    rows = []
    for row in _devices(devices):
        kind = kinds.get(row["kind"])
        due = 0 if kind is None or kind.mobile else _due(row, span)
        quality = Quality(due=due, **sums.get(row["pk"], {}), faults=faults.get(row["pk"], {}))
        last = row["link__last_frame_at"]
        online = kind is not None and last is not None and now - last <= timedelta(seconds=kind.offline_after_s)
        rows.append(_row(row, quality, rule, online=online))
    return LinkBoard(span.start, span.end, now, rule, tuple(rows))


@dataclass(frozen=True)
class _Span:
    start: datetime
    end: datetime


_COLUMNS = (
    "pk", "name_zh", "name_en", "kind", "point_id", "point__area_code", "owner_id", "maintainer_id", "interval_s",
    "registered_at", "link__last_frame_at", "link__clock_offset_s",
)  # fmt: skip


def _devices(devices: DeviceQuerySet) -> list[dict[str, Any]]:
    return list(devices.active().order_by("pk").values(*_COLUMNS))


def _hours(devices: DeviceQuerySet, span: _Span) -> Any:
    chosen = devices.active().order_by().values("pk")
    hours = LinkHour.objects.between(span.start, span.end).order_by()
    return hours.filter(device__in=chosen) if devices.query.where else hours.filter(device__active=True)


def _sums(devices: DeviceQuerySet, span: _Span, by: str) -> dict[Any, dict[str, Any]]:
    rows = _hours(devices, span).values_list(by).annotate(*(Sum(name) for name in SUMMED))
    return {row[0]: dict(zip(SUMMED, row[1:], strict=True)) for row in rows}


def _faults(devices: DeviceQuerySet, span: _Span) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for device, faults in _hours(devices, span).exclude(faults={}).values_list("device", "faults"):
        found[device].update(faults)
    return {device: dict(counted.most_common()) for device, counted in found.items()}


def _kinds() -> Mapping[str, PointKind]:
    return {kind.id: kind for kind in load_pack(settings.PACK).all(PointKind)}


def _due(row: Mapping[str, Any], span: _Span) -> int:
    """Return how many periods have ended since the device was registered."""
    length = span.end - max(span.start, row["registered_at"])
    return max(0, int(length.total_seconds()) // slot_s(row["interval_s"]))


def _row(row: Mapping[str, Any], quality: Quality, rule: LinkRule, *, online: bool) -> LinkRow:
    offset_s = row["link__clock_offset_s"]
    return LinkRow(
        device=row["pk"],
        name=in_reading_language(row["name_zh"], row["name_en"]),
        kind=row["kind"],
        point=row["point_id"] or "",
        area=row["point__area_code"] or "",
        owner=row["owner_id"] or "",
        maintainer=row["maintainer_id"] or "",
        last_frame_at=row["link__last_frame_at"],
        offset_s=offset_s,
        online=online,
        quality=quality,
        failing=tuple(_failing(quality, offset_s, rule, online=online)),
    )


def _failing(quality: Quality, offset_s: float | None, rule: LinkRule, *, online: bool) -> Iterable[Failing]:
    """Return the limits that a device does not keep, on exact counts; where nothing was due none is broken."""
    q, due = quality, quality.due
    found: Mapping[Failing, bool] = {
        "offline": not online,
        "completeness": 100 * q.received < rule.completeness_percent * due,
        "transmission": 100 * q.received * min(q.valid, due) < rule.transmission_percent * due * due,
        "clock": offset_s is not None and abs(offset_s) > rule.clock_offset_s,
        "bad": 100 * q.bad > rule.bad_percent * q.frames,
    }
    return (name for name, fails in found.items() if fails)


# -- trend -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrendStep:
    """All devices together in an hour or a Beijing day that starts so."""

    start: datetime
    quality: Quality


def link_trend(
    devices: DeviceQuerySet, *, start: datetime, end: datetime, now: datetime, by: Literal["hour", "day"] = "hour"
) -> list[TrendStep]:
    """Return how the quality of active devices went, a step an hour or a Beijing day, by two questions."""
    span = _Span(hour_of(start), min(end, now))
    sums, due = _sums(devices, span, "hour"), _due_in(devices, span)
    steps: dict[datetime, Quality] = {}
    hour = span.start
    while hour < span.end:
        key = hour if by == "hour" else beijing_day(day_of(hour))
        quality = Quality(due=due(_Span(hour, min(hour + HOUR, span.end))), **sums.get(hour, {}))
        steps[key] = steps.get(key, Quality()) + quality
        hour += HOUR
    return [TrendStep(start, quality) for start, quality in steps.items()]


def _due_in(devices: DeviceQuerySet, span: _Span) -> Callable[[_Span], int]:
    """Return what counts the periods due of all devices: those of old standing by interval, newer ones one by one."""
    still = {name for name, kind in _kinds().items() if not kind.mobile}
    rows = [row for row in _devices(devices) if row["kind"] in still]
    newer = [row for row in rows if row["registered_at"] > span.start]
    lengths = Counter(slot_s(row["interval_s"]) for row in rows if row["registered_at"] <= span.start)

    def due(part: _Span) -> int:
        seconds = int((part.end - part.start).total_seconds())
        return sum(count * (seconds // length) for length, count in lengths.items()) + sum(_due(r, part) for r in newer)

    return due
