"""What the map draws, as JSON: shapes, area means by class, pills with what they say when opened, and all texts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.airquality.index import Edition
from lantian.apps.alarms.selectors.listing import Line
from lantian.apps.portal.overview.assemble import MAP_FACTORS, Overview, StationHour
from lantian.apps.portal.overview.hours import HourIndex
from lantian.apps.portal.overview.ranking import ramp, ramp_class
from lantian.apps.portal.selectors import Page
from lantian.apps.telemetry.district import District, ground
from lantian.apps.ui import formats
from lantian.apps.ui.maps import control_texts
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING
from lantian.kernel.rounding import half_even
from lantian.policy.pack import Pack

OLD_HOURS = 24
"""Behind by more than this a point counts as dead (—); by less its last value stays, in grey, with its age."""


def language() -> str:
    """Return the page's language tag."""
    return get_language() or "zh-hans"


def say(text: Text) -> str:
    """Return a text in the page's language."""
    return text.in_language(language())


def shown(hour: HourIndex, factor: Factor, edition: Edition) -> Decimal | None:
    """Return an hour's value rounded as the index takes it: integer, CO one decimal."""
    value = hour.values.get(factor)
    scale = edition.scale(edition.hourly_items[factor][0])
    return None if value is None else half_even(value, scale.decimals)


def hour_label(end: datetime) -> str:
    """Return an hour by the label of its end on the day it belongs to: ``11-23 10 时``, ``11-23 24 时``."""
    start = (end - timedelta(hours=1)).astimezone(BEIJING)
    return _("%(day)s %(hour)d 时") % {"day": f"{start:%m-%d}", "hour": start.hour + 1}


def map_data(page: Page, overview: Overview, plan: Pack) -> dict[str, Any]:
    """Return the map's JSON for a page."""
    district = page.district
    means, breaks = _means(overview)
    return {
        **ground(plan, district, language()),
        "factor": Factor.PM25.value,
        "factors": {
            factor.value: {
                "title": _("街乡 %(factor)s 1 小时均值") % {"factor": factor.value},
                "unit": factor.unit,
                "breaks": [formats.number(limit) for limit in breaks[factor]],
            }
            for factor in MAP_FACTORS
        },
        "means": means,
        "area_facts": _area_facts(district, overview),
        "points": [_pill(found, page, overview) for found in _placed(overview)],
        "alarms": [_diamond(line) for line in page.alarms.waiting],
        "hour": hour_label(overview.moment),
        "texts": {
            "alarm": _("报警详情"),
            "station": _("站点详情"),
            "area_mean": _("%(points)s 个点位的均值，%(hour)s") % {"points": "{points}", "hour": "{hour}"},
            "no_data": _("此小时没有有效数据"),
            "close": _("关闭"),
            "controls": control_texts(),
        },
    }


def _diamond(line: Line) -> dict[str, Any]:
    """Return an alarm that waits as the map marks it."""
    alarm, place, rule = line.alarm, say(line.place), say(line.rule)
    raised = _("%(at)s 报警") % {"at": formats.instant(alarm.raised_at)}
    return {
        "name": place,
        "spoken": f"{place} · {rule}",
        "lines": [rule, raised],
        "longitude": alarm.point.longitude if alarm.point else None,
        "latitude": alarm.point.latitude if alarm.point else None,
        "url": reverse("alarms:one", args=[alarm.number]),
    }


def _means(overview: Overview) -> tuple[dict[str, dict[str, Any]], Mapping[Factor, tuple[Decimal, ...]]]:
    """Return each street's means with their class, and the breaks between the classes of every factor."""
    values = {
        code: {factor: shown(hour, factor, overview.edition) for factor in MAP_FACTORS}
        for code, hour in overview.street_hours.items()
    }
    breaks = {
        factor: ramp([value for found in values.values() if (value := found[factor]) is not None])
        for factor in MAP_FACTORS
    }
    means = {
        code: {
            factor.value: {"text": formats.number(value), "step": ramp_class(value, breaks[factor])}
            for factor, value in found.items()
            if value is not None
        }
        for code, found in values.items()
    }
    return means, breaks


def _area_facts(district: District, overview: Overview) -> dict[str, dict[str, Any]]:
    return {
        street.code: {
            "short": say(street.short),
            "full": say(street.name),
            "points": overview.street_hours[street.code].of if street.code in overview.street_hours else 0,
        }
        for street in district.streets
    }


def _placed(overview: Overview) -> list[StationHour]:
    known = [found for found in overview.stations if found.station.longitude is not None]
    return sorted(known, key=_rank_of_pill)


def _rank_of_pill(found: StationHour) -> tuple[bool, bool]:
    """Evaluated stations come first; others give way to them on the map."""
    return not found.station.evaluated, found.hour is None


def _pill(found: StationHour, page: Page, overview: Overview) -> dict[str, Any]:
    station, hour = found.station, found.hour
    dead = hour is None or found.late > OLD_HOURS
    index = None if hour is None or dead else hour.index.published
    category = None if index is None else overview.edition.category(index)
    words = _("AQI %(index)d %(level)s") % {"index": index, "level": say(category.name)} if category else ""
    return {
        "id": station.id,
        "firm": station.evaluated,
        "name": say(station.name),
        "area": say(station.area_name),
        "longitude": station.longitude,
        "latitude": station.latitude,
        "index": None if index is None else str(index),
        "level": category.level if category else None,
        "state": "dead" if dead else ("old" if found.late else "live"),
        "spoken": _("，").join(part for part in (say(station.name), words or _("无有效指数")) if part),
        "lines": [line for line in (words, _primary(hour), _age(found)) if line],
        "values": [] if hour is None else _values(hour, overview.edition),
        "url": station_url(station.id, page.as_of.query),
    }


def _primary(hour: HourIndex | None) -> str:
    factors = hour.index.primary if hour else ()
    return _("首要污染物 %(factors)s") % {"factors": _("、").join(factors)} if factors else ""


def _age(found: StationHour) -> str:
    if found.hour is None:
        return _("两天内没有数据")
    if found.late == 0:
        return _("数据 %(hour)s") % {"hour": hour_label(found.hour.end)}
    age = formats.span(timedelta(hours=found.late), language())
    return _("末次数据 %(hour)s，晚 %(age)s") % {"hour": hour_label(found.hour.end), "age": age}


def _values(hour: HourIndex, edition: Edition) -> list[dict[str, str]]:
    return [
        {"name": factor.value, "value": formats.number(shown(hour, factor, edition)), "unit": factor.unit}
        for factor in edition.hourly_items
    ]


def station_url(station: str, query: str) -> str | None:
    """Return the address of a station's page, None while there is no such page."""
    try:
        return reverse("telemetry:station", args=[station]) + query
    except NoReverseMatch:
        return None
