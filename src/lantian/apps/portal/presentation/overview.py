"""The overview and the wall: the hour's items, and all cards together."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantian.apps.portal import computations as how
from lantian.apps.portal.map_data import hour_label, shown
from lantian.apps.portal.overview.assemble import MAP_FACTORS, Overview
from lantian.apps.portal.presentation.calendar import calendar_view
from lantian.apps.portal.presentation.numbers import plain_number
from lantian.apps.portal.presentation.quality import quality_view
from lantian.apps.portal.presentation.ranking import rank_list
from lantian.apps.portal.presentation.target import target_view
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING

WALL_BEST, WALL_WORST = 4, 9


@dataclass(frozen=True)
class Item:
    """An item of the index strip: value, unit, sub-index with its level; share of the bar on the wall (0 to 100)."""

    factor: str
    value: str
    unit: str
    index: int | None
    level: int
    primary: bool
    bar: float


BAR_TOP = 200


def items(overview: Overview) -> list[Item]:
    """Return the hour's items, the primary pollutants first, then in the standard's order."""
    hour, edition = overview.district, overview.edition
    found = []
    for factor, part in hour.index.iaqi.items():
        level = edition.category(part).level if part is not None else 0
        value = formats.number(shown(hour, factor, edition))
        bar = min(part or 0, BAR_TOP) / BAR_TOP * 100
        found.append(Item(factor.value, value, factor.unit, part, level, factor in hour.index.primary, bar))
    return sorted(found, key=lambda item: not item.primary)


def overview_context(page: Page, overview: Overview) -> dict[str, Any]:
    """Return the context of the overview."""
    index = overview.district.index
    return {
        "page": page,
        "overview": overview,
        "district": page.district,
        "hour": hour_label(overview.moment),
        "aqi": index.published,
        "level": index.category.level if index.category and index.published is not None else 0,
        "items": items(overview),
        "aqi_how": how.index_computation(page, overview),
        "rank_how": how.rank_computation(page, overview) if overview.rank else None,
        "rankings": [rank_list(overview.rankings[factor], overview) for factor in MAP_FACTORS],
        "ranking_how": how.ranking_computation(page, overview.rankings[Factor.PM25]),
        "map_factors": MAP_FACTORS,
        "target": target_view(overview.target, page) if overview.target else None,
        "calendar": calendar_view(page, overview),
        "quality": quality_view(page, overview),
        "synthetic": overview.synthetic,
        "data_edition": f"HJ 633-{overview.edition.name}",
    }


def wall_context(page: Page) -> dict[str, Any]:
    """Return the context of the wall; without data it says so in the wall's own words."""
    overview = page.overview
    if overview is None:
        return {"page": page, "overview": None, "district": page.district}
    context = overview_context(page, overview)
    lines = context["rankings"][0].lines
    return {
        **context,
        "best": lines[:WALL_BEST],
        "others": lines[WALL_BEST:-WALL_WORST] if len(lines) > WALL_BEST + WALL_WORST else [],
        "rest": lines[max(WALL_BEST, len(lines) - WALL_WORST) :],
        "curve": curve_data(overview),
    }


def curve_data(overview: Overview) -> dict[str, Any]:
    """Return the last 48 hours of the district's PM2.5 for the wall's chart."""
    values = [plain_number(value) for value in overview.curve]
    heavy = next(iter(overview.edition.scale(overview.edition.hourly_items[Factor.PM25][0]).breakpoints[4:5]), None)
    return {
        "end": f"{overview.moment.astimezone(BEIJING):%Y-%m-%dT%H:%M}",
        "values": values,
        "gap": _("缺测 {n} 时"),
        "hour": _("{h}时"),
        "limit": float(heavy[0]) if heavy else None,
        "now": formats.number(shown(overview.district, Factor.PM25, overview.edition)),
        "limit_label": _("重度污染 %(value)s") % {"value": formats.number(heavy[0])} if heavy else "",
        "summary": _("PM2.5 过去 48 小时区域小时均值，缺测 %(n)d 时") % {"n": sum(value is None for value in values)},
        "unit": "µg/m³",
    }
