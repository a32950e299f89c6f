"""The link board (联网质量看板): the quality of devices, owners, maintainers and kinds, with trend and headline.

What the figures mean stands in ``readings/link_board.py``; here they are filtered, ordered and put into words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.models import Device, LinkHour
from lantian.apps.telemetry.models.links import slot_s
from lantian.apps.telemetry.network import kind_name, kinds
from lantian.apps.telemetry.pages.live_map import Reader
from lantian.apps.telemetry.readings.link_board import LinkBoard, LinkGroup, LinkRow, Quality, link_board
from lantian.apps.telemetry.readings.spark import spark_path
from lantian.kernel.errors import Text
from lantian.policy.records_telemetry import LinkRule

HOUR = timedelta(hours=1)
SPANS = {"24": 24, "168": 168, "720": 720}
"""Hours that the board may look back."""
SETTLING = timedelta(minutes=2)
"""A period is due only after it had time to come: the running hour, where it is shown, ends so long before now."""
TREND_POINTS = 24
GROUPS = (
    ("device", Text("按设备", "By device")),
    ("owner", Text("按责任单位", "By owner")),
    ("maintainer", Text("按运维单位", "By maintainer")),
    ("kind", Text("按类别", "By kind")),
)
LIMITED = 500
"""Rows that a page shows; the workbook has them all."""

Trend = tuple[float | None, ...]


@dataclass(frozen=True)
class BoardQuery:
    """What the address asks: grouping, span in hours, filters, order. state is ``online``, ``offline`` or empty."""

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
class BoardLine:
    """A line of the board: a device or a group, its quality, the limits it does not keep, its completeness by steps."""

    id: str
    name: Text
    note: Text
    devices: int
    online: int
    quality: Quality
    trend: Trend
    failing: frozenset[str] = frozenset()
    silence: timedelta | None = None

    @property
    def spark(self) -> str:
        """The trend as an SVG path."""
        return spark_path(self.trend, top=1.0)


@dataclass(frozen=True)
class Gathered:
    """Link quality of the devices that a query leaves, before grouping; names are those of organisations by code."""

    board: LinkBoard
    trends: Mapping[str, Trend]
    names: Mapping[str, str]
    maintainers: Sequence[str]

    @property
    def whole(self) -> BoardLine:
        """Everything together."""
        return self._group(self.board.total, Text("", ""), self.board.rows)

    def by(self, group: str) -> list[BoardLine]:
        """Return the lines by device, owner, maintainer or kind."""
        if group == "device":
            return [self._device(row) for row in self.board.rows]
        groups: Mapping[str, Callable[[], list[LinkGroup]]] = {
            "owner": self.board.by_owner, "maintainer": self.board.by_maintainer, "kind": self.board.by_kind,
        }  # fmt: skip
        members: dict[str, list[LinkRow]] = {}
        for row in self.board.rows:
            members.setdefault(getattr(row, group), []).append(row)
        return [self._group(one, self._name(one.key, group), members[one.key]) for one in groups[group]()]

    def _name(self, key: str, group: str) -> Text:
        if group == "kind":
            return kind_name(key)
        name = self.names.get(key, key)
        return Text(name, name)

    def _device(self, row: LinkRow) -> BoardLine:
        return BoardLine(
            id=row.device,
            name=Text(row.name, row.name),
            note=kind_name(row.kind),
            devices=1,
            online=int(row.online),
            quality=row.quality,
            trend=self.trends.get(row.device, ()),
            failing=frozenset(row.failing),
            silence=None if row.last_frame_at is None else self.board.now - row.last_frame_at,
        )

    def _group(self, group: LinkGroup, name: Text, members: Sequence[LinkRow]) -> BoardLine:
        trend = _mean_trend([self.trends[row.device] for row in members if row.device in self.trends])
        failing = _failing(group.quality, self.board.rule)
        return BoardLine(
            group.key, name, Text("", ""), group.devices, group.online, group.quality, trend, failing
        )  # fmt: skip


@dataclass(frozen=True)
class Board:
    """What the page shows; ``whole`` sums everything that the filters leave."""

    query: BoardQuery
    rows: Sequence[BoardLine]
    found: int
    whole: BoardLine
    rule: LinkRule
    start: datetime
    end: datetime
    kinds: Sequence[tuple[str, Text]]
    maintainers: Sequence[tuple[str, str]]


def gather(reader: Reader, query: BoardQuery, now: datetime) -> Gathered:
    """Return what the board stands on; five queries whatever the number, more in the first hour."""
    names = {one.pk: one.name for one in Organisation.objects.all()}
    found = _board(reader, query, now.replace(minute=0, second=0, microsecond=0), now)
    if not found.total.quality.due:  # everything was registered in the running hour
        found = _board(reader, query, now - SETTLING, now)
    kept = LinkBoard(
        found.start, found.end, now, found.rule, tuple(row for row in found.rows if _fits(row, query, names))
    )  # fmt: skip
    maintainers = sorted({row.maintainer for row in found.rows if row.maintainer})
    return Gathered(kept, _trends(reader, kept, query.hours), names, maintainers)


def _board(reader: Reader, query: BoardQuery, end: datetime, now: datetime) -> LinkBoard:
    return link_board(Device.objects.visible_to(reader), start=end - query.hours * HOUR, end=end, now=now)


def board(reader: Reader, query: BoardQuery, now: datetime) -> Board:
    """Return the board in the order asked for."""
    found = gather(reader, query, now)
    rows = _sorted(found.by(query.group), query.sort)
    return Board(
        query=query,
        rows=rows,
        found=len(rows),
        whole=found.whole,
        rule=found.board.rule,
        start=found.board.start,
        end=found.board.end,
        kinds=[(kind.id, Text(kind.zh, kind.en)) for kind in kinds().values()],
        maintainers=[(code, found.names.get(code, code)) for code in found.maintainers],
    )


def _fits(row: LinkRow, query: BoardQuery, names: Mapping[str, str]) -> bool:
    text = query.text.lower()
    named = (row.name.lower(), row.device, names.get(row.owner, "").lower())
    state = "online" if row.online else "offline"
    asked = ((query.kind, row.kind), (query.state, state), (query.maintainer, row.maintainer))
    return (not text or any(text in one for one in named)) and all(not a or a == has for a, has in asked)


def _trends(reader: Reader, board: LinkBoard, hours: int) -> dict[str, Trend]:
    """Return each device's share of periods received by equal steps; None where no hour of a step has a frame."""
    step_h = max(hours // TREND_POINTS, 1)
    found: dict[str, dict[int, int]] = {}
    rows = LinkHour.objects.visible_to(reader).between(board.start, board.end).order_by()
    for device, hour, periods in rows.values_list("device_id", "hour", "periods").iterator(chunk_size=20_000):
        held = found.setdefault(device, {})
        place = int((hour - board.start) / HOUR) // step_h
        held[place] = held.get(place, 0) + periods
    intervals = dict(Device.objects.visible_to(reader).values_list("pk", "interval_s"))
    steps = min(TREND_POINTS, hours)
    return {
        device: tuple(_share(held.get(at), step_h * 3600 // slot_s(intervals.get(device, 60))) for at in range(steps))
        for device, held in found.items()
    }


def _share(periods: int | None, due: int) -> float | None:
    return None if periods is None else min(periods / max(due, 1), 1.0)


def _mean_trend(trends: Sequence[Trend]) -> Trend:
    return tuple(_mean([value for value in column if value is not None]) for column in zip(*trends, strict=True))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _failing(quality: Quality, rule: LinkRule) -> frozenset[str]:
    """Return the limits that the figures of a group miss."""
    completeness, transmission, bad = quality.completeness, quality.transmission, quality.bad_share
    checks = {
        "completeness": completeness is not None and completeness < rule.completeness_percent,
        "transmission": transmission is not None and transmission < rule.transmission_percent,
        "bad": bad is not None and bad > rule.bad_percent,
    }
    return frozenset(name for name, fails in checks.items() if fails)


def _known(value: Any) -> float | None:
    return None if value is None else float(value)


SORTS: Mapping[str, Callable[[BoardLine], Any]] = {
    "name": lambda row: row.name.zh,
    "online": lambda row: row.online / row.devices if row.devices else 0,
    "completeness": lambda row: _known(row.quality.completeness),
    "transmission": lambda row: _known(row.quality.transmission),
    "delay": lambda row: _known(row.quality.mean_delay_s),
    "offset": lambda row: abs(row.quality.mean_offset_s or 0),
    "bad": lambda row: _known(row.quality.bad_share),
    "late": lambda row: row.quality.late,
}


def _sorted(rows: list[BoardLine], sort: str) -> list[BoardLine]:
    """Order the lines; those without a figure come last either way."""
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows
    known = [row for row in rows if key(row) is not None]
    return [*sorted(known, key=key, reverse=sort.startswith("-")), *(row for row in rows if key(row) is None)]
