"""The link board (联网质量看板): quality per device, owner and maintainer over some hours, with trend and headline."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import get_language

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.models import LinkHour
from lantian.apps.telemetry.network import Standing, kind_name, kinds
from lantian.apps.telemetry.pages.devices import DeviceRow, device_rows
from lantian.apps.telemetry.pages.live_map import Reader
from lantian.apps.telemetry.pages.values import HOUR, LinkDay, due_periods
from lantian.apps.telemetry.readings.spark import spark_path
from lantian.kernel.errors import Text
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import LinkRule

SPANS = {"24": 24, "168": 168, "720": 720}
"""Hours that the board may look back."""
TREND_POINTS = 24
GROUPS = (
    ("device", Text("按设备", "By device")),
    ("owner", Text("按责任单位", "By owner")),
    ("maintainer", Text("按运维单位", "By maintainer")),
    ("kind", Text("按类别", "By kind")),
)
LIMITED = 500
"""Rows that a page shows; the workbook has them all."""


@dataclass(frozen=True)
class BoardQuery:
    """What the address asks: grouping, span in hours, filters, order."""

    group: str = "device"
    span: str = "24"
    kind: str = ""
    state: str = ""
    text: str = ""
    maintainer: str = ""
    sort: str = "completeness"

    @property
    def hours(self) -> int:
        """The span in hours."""
        return SPANS.get(self.span, 24)


@dataclass(frozen=True)
class Quality:
    """Link quality of a device or a group: how many devices are on-line of all, sums, trend by equal steps."""

    id: str
    name: str
    note: Text
    devices: int
    online: int
    seen: int
    day: LinkDay
    trend: tuple[float | None, ...]
    state: Standing | None = None
    silence: timedelta | None = None
    poor: frozenset[str] = frozenset()

    @property
    def spark(self) -> str:
        """The trend as an SVG path."""
        return spark_path(self.trend, top=1.0)


@dataclass(frozen=True)
class Board:
    """What the page shows; ``whole`` sums everything that the filters leave."""

    query: BoardQuery
    rows: Sequence[Quality]
    found: int
    whole: Quality
    rule: LinkRule | None
    start: datetime
    end: datetime
    kinds: Sequence[tuple[str, Text]]
    maintainers: Sequence[str]


Sums = Mapping[str, int | float]
NAMES = ("frames", "bad", "periods", "valid", "late", "delays", "delay_s", "offsets", "offset_s")


@dataclass(frozen=True)
class Gathered:
    """Link quality of every device that a query leaves, before grouping."""

    start: datetime
    end: datetime
    lines: Sequence[Quality]
    rows: Sequence[DeviceRow]
    maintainers: Sequence[str]

    @property
    def whole(self) -> Quality:
        """Everything together."""
        return _merged("", "", Text("", ""), self.lines)

    def by(self, group: str) -> list[Quality]:
        """Return the lines by device, owner, maintainer or kind, judged by the pack's limits."""
        rule = link_rule()
        found = list(self.lines) if group == "device" else _grouped(self.lines, self.rows, group)
        return [replace(row, poor=_poor(row.day, rule)) for row in found]


def gather(reader: Reader, query: BoardQuery, now: datetime) -> Gathered:
    """Return what the board stands on; five queries whatever the number of devices."""
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - query.hours * HOUR
    names = {one.pk: one.name for one in Organisation.objects.all()}
    devices = [row for row in device_rows(reader, names, now) if row.active]
    kept = [row for row in devices if _fits(row, query)]
    sums, trends = _sums(reader, start, end), _trends(reader, start, end, query.hours)
    frame = Frame(start, end, query.hours)
    lines = [_line(row, sums.get(row.pk, {}), trends.get(row.pk, {}), frame) for row in kept]
    return Gathered(start, end, lines, kept, sorted({row.maintainer for row in devices if row.maintainer}))


def board(reader: Reader, query: BoardQuery, now: datetime) -> Board:
    """Return the board in the order asked for."""
    found = gather(reader, query, now)
    rows = _sorted(found.by(query.group), query.sort)
    return Board(
        query=query,
        rows=rows,
        found=len(rows),
        whole=found.whole,
        rule=link_rule(),
        start=found.start,
        end=found.end,
        kinds=[(kind.id, Text(kind.zh, kind.en)) for kind in kinds().values()],
        maintainers=found.maintainers,
    )


def link_rule() -> LinkRule | None:
    """Return the pack's limits of link quality."""
    return next(iter(load_pack(settings.PACK).all(LinkRule)), None)


def _fits(row: DeviceRow, query: BoardQuery) -> bool:
    text = query.text.lower()
    asked = ((query.kind, row.kind), (query.state, row.state), (query.maintainer, row.maintainer))
    return (not text or text in row.name.lower() or text in row.pk) and all(not a or a == has for a, has in asked)


def _sums(reader: Reader, start: datetime, end: datetime) -> dict[str, Sums]:
    rows = LinkHour.objects.visible_to(reader).between(start, end).values("device_id").order_by()
    sums = rows.annotate(**{f"sum_{name}": Sum(name) for name in NAMES})
    found = sums.values_list("device_id", *(f"sum_{name}" for name in NAMES))
    return {row[0]: dict(zip(NAMES, row[1:], strict=True)) for row in found}


def _trends(reader: Reader, start: datetime, end: datetime, hours: int) -> dict[str, dict[int, int]]:
    """Return received periods by device and step."""
    step = max(hours // TREND_POINTS, 1) * HOUR
    found: dict[str, dict[int, int]] = {}
    rows = LinkHour.objects.visible_to(reader).between(start, end).values_list("device_id", "hour", "periods")
    for device, hour, periods in rows.iterator(chunk_size=20_000):
        held = found.setdefault(device, {})
        place = int((hour - start) / step)
        held[place] = held.get(place, 0) + periods
    return found


@dataclass(frozen=True)
class Frame:
    """The time that a board looks at."""

    start: datetime
    end: datetime
    hours: int


def _line(row: DeviceRow, sums: Sums, trend: Mapping[int, int], frame: Frame) -> Quality:
    begun = max(frame.start, row.first_seen) if row.first_seen else frame.end
    due = due_periods(row.kind, row.interval_s, begun, frame.end)
    steps = min(TREND_POINTS, frame.hours)
    per_step = max(frame.hours // TREND_POINTS, 1) * 3600 / max(row.interval_s, 1)
    return Quality(
        id=row.pk,
        name=row.name,
        note=row.kind_text,
        devices=1,
        online=int(row.state in (Standing.ONLINE, Standing.STALE, Standing.INVALID)),
        seen=int(row.state is not Standing.NEVER),
        day=_day(sums, due),
        trend=tuple(min(trend[at] / per_step, 1.0) if at in trend else None for at in range(steps)),
        state=row.state,
        silence=row.silence,
    )


def _day(sums: Sums, due: int) -> LinkDay:
    def whole(name: str) -> int:
        return int(sums.get(name) or 0)

    delays, offsets = whole("delays"), whole("offsets")
    return LinkDay(
        frames=whole("frames"),
        bad=whole("bad"),
        due=due,
        periods=whole("periods"),
        valid=whole("valid"),
        late=whole("late"),
        delay_s=float(sums["delay_s"]) / delays if delays else None,
        offset_s=float(sums["offset_s"]) / offsets if offsets else None,
        delays=delays,
        offsets=offsets,
    )


def _grouped(lines: Sequence[Quality], rows: Sequence[DeviceRow], group: str) -> list[Quality]:
    held: dict[str, list[Quality]] = {}
    for line, row in zip(lines, rows, strict=True):
        held.setdefault(str(getattr(row, group)), []).append(line)
    return [_merged(name, _group_name(name, group), Text("", ""), members) for name, members in held.items()]


def _group_name(name: str, group: str) -> str:
    if group != "kind":
        return name
    return kind_name(name).in_language(get_language() or "zh-hans")


def _merged(name: str, label: str, note: Text, members: Sequence[Quality]) -> Quality:
    days = [member.day for member in members]
    return Quality(
        id=name,
        name=label,
        note=note,
        devices=sum(member.devices for member in members),
        online=sum(member.online for member in members),
        seen=sum(member.seen for member in members),
        day=LinkDay(
            frames=sum(day.frames for day in days),
            bad=sum(day.bad for day in days),
            due=sum(day.due for day in days),
            periods=sum(min(day.periods, day.due) for day in days),
            valid=sum(min(day.valid, day.due) for day in days),
            late=sum(day.late for day in days),
            delay_s=_weighted((day.delay_s, day.delays) for day in days),
            offset_s=_weighted((day.offset_s, day.offsets) for day in days),
        ),
        trend=_mean_trend([member.trend for member in members]),
    )


def _weighted(pairs: Iterable[tuple[float | None, int]]) -> float | None:
    known = [(value, weight) for value, weight in pairs if value is not None and weight]
    total = sum(weight for _value, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None


def _mean_trend(trends: Sequence[tuple[float | None, ...]]) -> tuple[float | None, ...]:
    if not trends:
        return ()
    columns = zip(*trends, strict=True)
    return tuple(_mean([value for value in column if value is not None]) for column in columns)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _poor(day: LinkDay, rule: LinkRule | None) -> frozenset[str]:
    """Return the names of figures that miss the pack's limits."""
    if rule is None:
        return frozenset()
    checks = {
        "completeness": day.completeness is not None and day.completeness * 100 < float(rule.completeness_percent),
        "transmission": day.transmission is not None and day.transmission * 100 < float(rule.transmission_percent),
        "bad": day.bad_share is not None and day.bad_share * 100 > float(rule.bad_percent),
        "offset": day.offset_s is not None and abs(day.offset_s) > rule.clock_offset_s,
        "delay": day.delay_s is not None and day.delay_s > rule.late_s,
    }
    return frozenset(name for name, poor in checks.items() if poor)


SORTS: Mapping[str, Callable[[Quality], Any]] = {
    "name": lambda row: row.name,
    "online": lambda row: row.online / row.devices if row.devices else 0,
    "completeness": lambda row: -1 if row.day.completeness is None else row.day.completeness,
    "transmission": lambda row: -1 if row.day.transmission is None else row.day.transmission,
    "delay": lambda row: -1 if row.day.delay_s is None else row.day.delay_s,
    "offset": lambda row: -1 if row.day.offset_s is None else abs(row.day.offset_s),
    "bad": lambda row: -1 if row.day.bad_share is None else row.day.bad_share,
    "late": lambda row: row.day.late,
    "devices": lambda row: row.devices,
}


def _sorted(rows: list[Quality], sort: str) -> list[Quality]:
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows
