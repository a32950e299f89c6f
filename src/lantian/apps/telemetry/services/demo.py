"""Demonstration data (演示数据): synthetic air for the pack's district, in an empty lake, marked as synthetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.points import sync_points
from lantian.gateway.simulators.district import MICRO, SEED, sites, streets
from lantian.kernel.instants import BEIJING, beijing_day, day_of
from lantian.lake import Lake
from lantian.lake.synthetic import Site, synthetic_readings
from lantian.policy.air import air_rules
from lantian.policy.pack import Pack

FULL_YEARS = 3

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class DemoReport:
    """What was filled in: points, readings, and the span of hours ``[start, end)`` (UTC)."""

    points: int
    readings: int
    start: datetime
    end: datetime


def fill_demo(lake: Lake, pack: Pack, *, now: datetime, seed: int = SEED) -> DemoReport | None:
    """Fill an empty lake with three full years and the current one up to the hour of ``now``.

    A lake that holds demonstration data already gets the hours that are missing since. A lake with other data is left
    alone: None. Every hour of it is marked synthetic, in the registry and in the readings.
    """
    end = now.replace(minute=0, second=0, microsecond=0)
    first_year = end.astimezone(BEIJING).year - FULL_YEARS
    sync_points(pack)
    covered = {row["point"]: row["last"] for row in lake.coverage().to_pylist()}
    if covered and Point.objects.measured().filter(id__in=covered).exists():
        return None
    places = sites(pack)
    _mark(pack, places, now)
    start = max(covered.values()) + _HOUR if covered else beijing_day(date(first_year, 1, 1))
    readings = 0
    for table in synthetic_readings(places, first_year=first_year, start=start, end=end, seed=seed):
        first = table.column("start")[0].as_py()
        lake.append_readings(table, received_at=now, source=f"demo:{seed}:{first:%Y%m%dT%H}:{now:%Y%m%dT%H%M%S}")
        readings += table.num_rows
    lake.roll_up(air_rules(pack).validity(day_of(now)), computed_at=now)
    return DemoReport(len(places), readings, start, end)


@transaction.atomic
def _mark(pack: Pack, places: Sequence[Site], now: datetime) -> None:
    """Note the points before their readings come, so that no made-up reading is ever without its mark."""
    Point.objects.filter(id__in=[site.point for site in places]).update(synthetic=True)
    for street in streets(pack):
        longitude, latitude = street.reference_point
        Point.objects.update_or_create(
            id=f"{MICRO}-{street.id}",
            defaults={
                "name_zh": f"{street.short}微站（模拟）",
                "name_en": f"{street.en} micro-station (synthetic)",
                "kind": MICRO,
                "area_code": street.id,
                "longitude": longitude,
                "latitude": latitude,
                "synthetic": True,
                "confidence": "B?",
            },
        )
    record("telemetry.demo-filled", subject=None, actor=None, at=now, detail={"points": len(places)})
