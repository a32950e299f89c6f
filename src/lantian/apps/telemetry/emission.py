"""Measured emission of enterprises (监测排放量) for the ledgers: the year of each outlet, summed up by pollutant."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.permits import Measured, MeasuredYear
from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.readings.stack_year import OutletYear, YearQuestion, outlet_years
from lantian.kernel.errors import Text
from lantian.policy.reader import load_pack

POLLUTANTS: Mapping[str, str] = {"a21026": "so2_t", "a21002": "nox_t", "a34013": "pm_t", "a24088": "voc_t"}
"""Codes of HJ 212-2017, table B.2, by what permits call them; VOC is measured as non-methane hydrocarbons."""

OUTLETS = ("stack", "voc")
"""Kinds of points that measure an outlet."""


def measured_emission(sources: Collection[int], year: int, now: datetime) -> Mapping[int, MeasuredYear]:
    """Return what the outlets of enterprises emitted in a year up to now; an enterprise without monitors is absent."""
    outlets = _outlets(sources)
    points = [point for some in outlets.values() for point in some]
    question = YearQuestion(list(POLLUTANTS), year, now, lake_at(settings.LAKE_URL), load_pack(settings.PACK))
    years, unread = outlet_years(points, question)
    by_point: dict[str, list[OutletYear]] = defaultdict(list)
    for one in years:
        by_point[one.point].append(one)
    return {
        key: _summed(
            [one for point in some for one in by_point[point.pk]], [point for point in some if point in unread]
        )
        for key, some in outlets.items()
    }


def _outlets(sources: Collection[int]) -> Mapping[int, Sequence[Point]]:
    """Return the points of enterprises and of the outlets that belong to them."""
    codes = dict(Source.objects.filter(pk__in=sources).values_list("code", "pk"))
    part = Q(source__kind="outlet", source__attributes__enterprise__in=list(codes)) | Q(source__parent__in=sources)
    points = (
        Point.objects.filter(Q(source__in=sources) | part, kind__in=OUTLETS).select_related("source").order_by("id")
    )
    found: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        assert point.source is not None
        named = codes.get(str(point.source.attributes.get("enterprise", "")))
        owner = next((one for one in (point.source_id, point.source.parent_id, named) if one in sources), None)
        if owner is not None:
            found[owner].append(point)
    return found


def _summed(years: Sequence[OutletYear], unread: Sequence[Point]) -> MeasuredYear:
    by_name: dict[str, list[OutletYear]] = defaultdict(list)
    for one in years:
        by_name[POLLUTANTS[one.factor]].append(one)
    return {name: _sum(found, unread) for name, found in by_name.items()}


def _sum(years: Sequence[OutletYear], unread: Sequence[Point]) -> Measured:
    hours = sum(one.hours for one in years)
    tonnes = sum(one.tonnes for one in years) if hours else None
    return Measured(tonnes, hours, sum(one.due for one in years), _how(years, unread))


def _how(years: Sequence[OutletYear], unread: Sequence[Point]) -> Text:
    """Say what was computed, from which outlets, and what is left out."""
    names = ", ".join(one.point for one in years)
    left = ", ".join(one.pk for one in unread)
    nmhc = any(one.factor == "a24088" for one in years)
    said = Text(
        f"排口 {names}：有效小时实测标干浓度 × 标干流量之和（HJ 75-2017），缺测小时不补，停运按申报时段扣除",
        f"outlets {names}: measured dry concentration × dry standard flow summed over valid hours (HJ 75-2017);"
        " nothing stands in for missing hours, declared stops are not due",
    )
    if nmhc:
        said = Text(f"{said.zh}；VOC 以非甲烷总烃计", f"{said.en}; VOC as non-methane hydrocarbons")
    if left:
        said = Text(
            f"{said.zh}；排口 {left} 的设置不可读，未计", f"{said.en}; without {left}, whose settings cannot be read"
        )
    return said
