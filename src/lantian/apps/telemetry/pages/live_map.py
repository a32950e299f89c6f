"""The live map (实时地图): every device with its standing and main value, in three queries whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import get_language

from lantian.airquality.index import Edition, iaqi
from lantian.apps.accounts.models import in_reading_language
from lantian.apps.telemetry.air import in_force, rules_of
from lantian.apps.telemetry.hooks import AlarmMark, AlarmQuestion, alarms_for
from lantian.apps.telemetry.models import Device, Latest, Link, Point
from lantian.apps.telemetry.network import Signs, Standing, kinds, standing_under
from lantian.apps.ui import formats
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.kernel.rounding import half_even
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import PointKind

PILLS = frozenset({"station", "micro"})
"""Kinds of points that measure the air of their surroundings: they show as pills with the mark of their level."""

FRESH_S, READERS_KEPT = 5, 32
"""A reader's marks are good for so many seconds; so many readers' are kept."""

Reader = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Value:
    """A main value: number, unit, decimals, when its period began and when it came, and whether it counts."""

    factor: str
    number: float | None
    unit: str
    decimals: int
    start: datetime
    received_at: datetime
    verdict: str

    @property
    def text(self) -> str:
        """The number as the pages write it; — when it does not count."""
        return formats.number(None if self.verdict == "invalid" else self.number, self.decimals)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on the map: a point by its device, a vehicle, or a point that has no device yet."""

    id: str
    of: str
    name: str
    kind: str
    longitude: float | None
    latitude: float | None
    standing: Standing
    value: Value | None
    level: int
    seen: datetime | None
    device: str = ""


def marks(reader: Reader, now: datetime) -> list[Mark]:
    """Return every mark, in the order of kinds; three queries."""
    values = main_values(reader)
    rules = kinds()
    found = [_device_mark(row, values.get(row[0]), rules.get(row[1]), now) for row in _device_rows(reader)]
    order = {kind: at for at, kind in enumerate(rules)}
    return sorted([*found, *_bare(reader)], key=lambda mark: (order.get(mark.kind, len(order)), mark.id))


def _device_rows(reader: Reader) -> Iterable[tuple[Any, ...]]:
    return Device.objects.visible_to(reader).active().values_list(
        "pk", "kind", "interval_s", "name_zh", "name_en", "plate",
        "point_id", "point__name_zh", "point__name_en", "point__longitude", "point__latitude",
        "link__last_frame_at", "link__longitude", "link__latitude",
    )  # fmt: skip


def _device_mark(row: tuple[Any, ...], value: Value | None, rule: PointKind | None, now: datetime) -> Mark:
    device, kind, interval, zh, en, plate, point, point_zh, point_en, east, north, seen, link_east, link_north = row
    signs = Signs(seen, value.received_at if value else None, value.verdict if value else "", interval)
    moves = bool(rule and rule.mobile)
    return Mark(
        id=device if moves or point is None else point,
        of="device" if moves or point is None else "point",
        name=in_reading_language(point_zh or zh, point_en or en) if point and not moves else (plate or zh),
        kind=kind,
        longitude=link_east if moves else east,
        latitude=link_north if moves else north,
        standing=standing_under(rule, signs, now),
        value=value,
        level=_level(value) if value and kind in PILLS else 0,
        seen=seen,
        device=device,
    )


def main_values(reader: Reader) -> dict[str, Value]:
    """Return the first main value of each device."""
    rows = (
        Latest.objects.visible_to(reader)
        .filter(channel__main=True)
        .order_by("-channel__order")
        .values_list(
            "channel__device_id", "factor", "value", "channel__unit", "channel__decimals",
            "start", "received_at", "verdict",
        )
    )  # fmt: skip
    return {row[0]: Value(*row[1:]) for row in rows}


def _bare(reader: Reader) -> list[Mark]:
    """Return the points of the pack's kinds that no device reports for."""
    wanted = [kind.id for kind in kinds().values() if not kind.mobile]
    free = ~Q(devices__active=True)
    rows = Point.objects.visible_to(reader).filter(free, kind__in=wanted).only(
        "id", "name_zh", "name_en", "kind", "longitude", "latitude"
    )  # fmt: skip
    return [
        Mark(point.pk, "point", point.name, point.kind, point.longitude, point.latitude, Standing.NEVER, None, 0, None)
        for point in rows
    ]


def _level(value: Value) -> int:
    """Return the level of a value on the hourly scale, 0 where there is none: a mark for the eye, no index."""
    if value.number is None or value.verdict == "invalid" or value.number < 0:
        return 0
    return _level_of(settings.PACK, value.factor, round(value.number, 1), day_of(value.received_at).isoformat())


@lru_cache(maxsize=8192)
def _level_of(pack: str, code: str, number: float, day: str) -> int:
    from_code = {factor.code: factor for factor in Factor}
    edition = in_force(rules_of(load_pack(pack)), datetime.fromisoformat(day).date())
    factor = from_code.get(code)
    if factor is None or factor not in edition.hourly_items:
        return 0
    return _scaled(edition, factor, Decimal(str(number)))


def _scaled(edition: Edition, factor: Factor, number: Decimal) -> int:
    scale = edition.scale(edition.hourly_items[factor][0])
    part = iaqi(half_even(number, scale.decimals), scale)
    return edition.category(part).level if part is not None else edition.categories[-1].level


def counts(found: Iterable[Mark]) -> dict[str, dict[str, int]]:
    """Count the marks by kind and standing."""
    table: dict[str, dict[str, int]] = {}
    for mark in found:
        row = table.setdefault(mark.kind, dict.fromkeys(Standing, 0))
        row[mark.standing] += 1
    return table


class _Kept:
    """The marks of the last few readers, each for some seconds and until a link changes."""

    def __init__(self) -> None:
        self._marks: dict[tuple[Any, ...], tuple[tuple[Any, ...], list[Mark]]] = {}

    def of(self, reader: Reader, now: datetime) -> list[Mark]:
        """Return a reader's marks, read anew where they are no longer fresh."""
        whose = (reader.pk, get_language(), settings.PACK)
        links = Link.objects.visible_to(reader)
        state = links.aggregate(n=Count("pk"), first=Min("last_frame_at"), last=Max("last_frame_at"))
        key = (now.timestamp() // FRESH_S, *state.values())
        held = self._marks.get(whose)
        if held is None or held[0] != key:
            held = (key, marks(reader, now))
            while len(self._marks) >= READERS_KEPT:
                self._marks.pop(next(iter(self._marks)), None)
            self._marks[whose] = held
        return held[1]


_fresh_marks = _Kept().of


def map_answer(reader: Reader, now: datetime) -> dict[str, Any]:
    """Return what the map refreshes from: marks as rows, alarms, counts. Times are seconds since 1970 (UTC)."""
    found = _fresh_marks(reader, now)
    alarms = alarms_for(reader, AlarmQuestion(waiting=True, limit=500))
    return {
        "marks": [_row(mark) for mark in found],
        "alarms": _alarm_rows(alarms, found),
        "counts": counts(found),
        "waiting": len(alarms),
    }


def _row(mark: Mark) -> list[Any]:
    value = mark.value
    return [
        mark.id, mark.of[0], mark.name, mark.kind,
        _degrees(mark.longitude), _degrees(mark.latitude), mark.standing.value,
        value.text if value else None, value.unit if value else "", mark.level,
        int(mark.seen.timestamp()) if mark.seen else None, value.factor if value else "",
    ]  # fmt: skip


def _degrees(value: float | None) -> float | None:
    """Round to a decimetre."""
    return None if value is None else round(value, 6)


def _alarm_rows(alarms: Iterable[AlarmMark], found: Iterable[Mark]) -> list[list[Any]]:
    by_point = {mark.id: mark for mark in found if mark.of == "point"}
    by_device = {mark.device: mark for mark in found if mark.device}
    rows = []
    for alarm in alarms:
        mark = by_point.get(alarm.point) or by_device.get(alarm.device)
        if mark is not None and mark.longitude is not None:
            rows.append([alarm.number, mark.id, mark.of[0], mark.longitude, mark.latitude, alarm.title, alarm.url])
    return rows


def kind_rows(language: str) -> list[dict[str, Any]]:
    """Return the kinds as the page draws them: id, name, symbol."""
    english = language.startswith("en")
    return [
        {
            "id": kind.id,
            "name": kind.en if english else kind.zh,
            "symbol": kind.symbol,
            "pill": kind.id in PILLS,
            "order": kind.order,
        }
        for kind in kinds().values()
    ]


def addresses() -> Mapping[str, str]:
    """Return the addresses that the map asks, with ``ID`` where an id goes."""
    return {
        "point": reverse("telemetry:point-card", args=["ID"]),
        "device": reverse("telemetry:device-card", args=["ID"]),
        "data": reverse("telemetry:map-data"),
        "ground": reverse("telemetry:map-ground"),
    }
