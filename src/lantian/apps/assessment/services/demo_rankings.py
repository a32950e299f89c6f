"""Demonstration results (演示排名数据): road dust of the ledger's roads by month, a list of the city's worst, TSP days.

All are seeded and marked synthetic; they are made once, when the demonstration is first filled.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from lantian.apps.accounts.models import Area
from lantian.apps.assessment.models import CityRank, RankingOrder, ResultImport, RoadDust
from lantian.apps.assessment.services.results import grade_names, import_results
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.periods import Period
from lantian.lake import Lake
from lantian.lake.schema import HOUR_S, INSTANT
from lantian.lake.synthetic import SYNTHETIC
from lantian.policy.air import air_rules
from lantian.policy.pack import Pack

SEED = 20181221
MONTHS = 14
"""Months of road dust: this month of last year can be compared."""
TSP_MONTHS = 2
ROADS = 220
"""Roads that are measured each month."""
BODIES = ("区环卫中心一队（模拟）", "区环卫中心二队（模拟）", "区环卫中心三队（模拟）", "区城管委道路所（模拟）")
LEVELS = {"special": 0.24, "first": 0.45, "second": 0.72, "third": 0.8}
"""Usual dust by grade of road [g/m²]."""


def fill_rankings(lake: Lake, pack: Pack, *, at: datetime) -> int:
    """Fill results up to the last month that is over; returns how many rows. Nothing where there are some already."""
    if ResultImport.objects.exists():
        return 0
    months = [Period.last_ended("month", at)]
    while len(months) < MONTHS:
        months.append(months[-1].previous)
    random = np.random.default_rng(SEED)
    rows = 0
    for month in reversed(months):
        content = _road_dust(month, random)
        if content:
            rows += _taken("road-dust", f"road-dust-{month}.csv", content, at)
    _score_clusters(months[0].year - 1, random)
    rows += _taken("city-tsp", f"city-tsp-{months[0]}.csv", _city(months[0], random), at)
    return rows + _tsp(lake, pack, months[TSP_MONTHS - 1].first, months[0].last, at)


def _taken(layout: str, name: str, content: bytes, at: datetime) -> int:
    return import_results(layout, name, content, by=None, at=at, synthetic=True).rows


def _road_dust(month: Period, random: np.random.Generator) -> bytes:
    """Return a month's results of the first roads of the ledger: a street's habit, the grade, and chance."""
    names = {one: zh for zh, one in grade_names().items() if not zh.isascii()}
    roads = Source.objects.of_kind("road-section").filter(synthetic=True, area__isnull=False).order_by("code")[:ROADS]
    streets = {one.code: one.name_zh for one in Area.objects.of_kind("street")}
    habits = np.random.default_rng(SEED)
    habit = {code: float(habits.lognormal(0, 0.18)) for code in sorted(streets)}
    rows = []
    for number, road in enumerate(roads):
        street, grade = str(road.area_id)[:9], str(road.attributes.get("grade", "second"))
        if street in streets:
            value = LEVELS.get(grade, 0.7) * habit[street] * float(random.lognormal(0, 0.22))
            body = BODIES[sorted(streets).index(street) * len(BODIES) // len(streets)] if number % 5 else BODIES[-1]
            rows.append([str(month), streets[street], road.name, names.get(grade, ""), body, f"{value:.2f}"])
    return _csv(["月份", "街乡", "道路", "等级", "责任单位", "积尘负荷"], rows) if rows else b""


def _score_clusters(year: int, random: np.random.Generator) -> None:
    """Give the made-up clusters a score of the last year that is over."""
    clusters = list(Source.objects.of_kind("cluster").filter(synthetic=True).order_by("code"))
    for one in clusters:
        one.attributes |= {"score_year": year, "score": round(float(random.normal(74, 9)), 1)}
    Source.objects.bulk_update(clusters, ["attributes"])


def _city(month: Period, random: np.random.Generator) -> bytes:
    """Return a made-up list of the city's worst thirty: some of our streets among streets that do not exist."""
    ours = list(Area.objects.of_kind("street").order_by("code").values_list("name_zh", flat=True))
    chosen = {int(place): ours[int(one)] for place, one in zip(
        random.choice(30, 4, replace=False), random.choice(len(ours), 4, replace=False), strict=True
    )}  # fmt: skip
    first, last = month.first, month.first.replace(day=15)
    rows, rank = [], 1
    for place in range(30):
        rank = rank if place and random.random() < 0.2 else place + 1
        own = chosen.get(place)
        name = own or f"模拟街道{place + 1}"
        rows.append([f"{first}/{last}", rank, "朝阳区" if own else "模拟区", name, "30 of 30", "模拟"])
    return _csv(["期间", "倒数名次", "区", "街乡", "收录", "出处"], rows)


def _csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heads, *rows])
    return out.getvalue().encode()


def _tsp(lake: Lake, pack: Pack, first: date, last: date, at: datetime) -> int:
    """Store hourly TSP of the made-up dust monitors for whole months that nothing else reaches."""
    points = list(Point.objects.filter(kind="dust", synthetic=True).order_by("pk").values_list("pk", flat=True))
    last = min(last, day_of(at) - timedelta(days=3))
    if not points or last < first:
        return 0
    rows = pa.concat_tables(_hours(points, first, last))
    lake.append_readings(rows, received_at=at, source=f"demo-tsp:{first}:{last}")
    lake.roll_up(air_rules(pack).validity(day_of(at)), computed_at=at)
    return int(rows.num_rows)


def _hours(points: Sequence[str], first: date, last: date) -> Iterator[pa.Table]:
    random = np.random.default_rng([SEED, first.toordinal()])
    days = (last - first).days + 1
    weather = np.repeat(random.lognormal(0, 0.3, days), 24)
    start = int(beijing_day(first).timestamp()) + HOUR_S * np.arange(days * 24)
    for point in points:
        level = 190 * random.lognormal(0, 0.16) * np.repeat(random.lognormal(0, 0.1, days), 24)
        values = np.round(level * weather * random.lognormal(0, 0.12, days * 24))
        there = random.random(days * 24) > 0.001
        size = int(there.sum())
        yield pa.table(
            {
                "point": pa.repeat(pa.scalar(point), size).dictionary_encode(),
                "factor": pa.repeat(pa.scalar(Factor.TSP.code), size).dictionary_encode(),
                "period_s": pa.repeat(pa.scalar(HOUR_S, pa.int32()), size),
                "start": pa.array(start[there] * 1_000_000, pa.int64()).cast(INSTANT),
                "value": pa.array(values[there]),
                "flag": pa.repeat(pa.scalar(SYNTHETIC), size).dictionary_encode(),
                "verdict": pa.repeat(pa.scalar("ok"), size).dictionary_encode(),
            }
        )


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the made-up results, and the orders that rest on them, before the made-up cases go."""
    RankingOrder.objects.filter(case__synthetic=True).delete()
    made_up = ResultImport.objects.filter(synthetic=True)
    for kind in (RoadDust, CityRank):
        kind.objects.filter(batch__in=made_up).delete()
    made_up.delete()
