"""The live network on the wall (联网大屏): on-line by kind, alarms that wait, link quality by maintainer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lantian.apps.telemetry.hooks import AlarmMark, AlarmQuestion, alarms_for
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.network import STANDING_WORDS, Standing, kinds
from lantian.apps.telemetry.pages.board import BoardLine, BoardQuery, gather
from lantian.apps.telemetry.pages.live_map import Reader, addresses, kind_rows
from lantian.apps.telemetry.readings.spark import Box, spark_path

SHOWN_ALARMS = 8
SHOWN_MAINTAINERS = 4
SPARK = Box(400, 96)


@dataclass(frozen=True)
class WaitingAlarm:
    """An alarm with the name of its place and how long it has waited."""

    alarm: AlarmMark
    place: str
    age: timedelta


def live_frame(language: str) -> dict[str, Any]:
    """Return what the live map of the wall stands on: standings in words; kinds and addresses for its script."""
    urls = addresses()
    return {
        "states": {one.value: STANDING_WORDS[one].in_language(language) for one in Standing},
        "live": {"kinds": kind_rows(language), "data": urls["data"], "ground": urls["ground"]},
    }


def _kind_line(row: BoardLine) -> dict[str, Any]:
    kind = kinds().get(row.id)
    return {"name": row.name, "online": row.online, "devices": row.devices, "symbol": kind.symbol if kind else "circle"}


def network_context(reader: Reader, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    found = gather(reader, BoardQuery(), now)
    alarms = alarms_for(reader, AlarmQuestion(waiting=True))
    shown = alarms[:SHOWN_ALARMS]
    names = _names(reader, shown)
    order = {kind: at for at, kind in enumerate(kinds())}
    worst = sorted(found.by("maintainer"), key=_completeness)
    whole = found.whole
    return {
        "whole": whole,
        "share": whole.online / whole.devices * 100 if whole.devices else 0,
        "by_kind": [_kind_line(row) for row in sorted(found.by("kind"), key=lambda row: order.get(row.id, len(order)))],
        "maintainers": [row for row in worst if row.id and row.quality.due][:SHOWN_MAINTAINERS],
        "alarms": [WaitingAlarm(one, names.get(one.point, one.device), now - one.raised_at) for one in shown],
        "waiting": len(alarms),
        "more": len(alarms) - len(shown),
        "spark": spark_path(whole.trend, SPARK, top=1.0),
        "rule": found.board.rule,
    }


def _names(reader: Reader, alarms: Sequence[AlarmMark]) -> Mapping[str, str]:
    points = Point.objects.visible_to(reader).filter(pk__in={one.point for one in alarms if one.point})
    return {point.pk: point.name for point in points}


def _completeness(row: BoardLine) -> float:
    return 200.0 if row.quality.completeness is None else float(row.quality.completeness)
