"""The card of data quality: which points are behind."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from lantian.apps.portal import computations as how
from lantian.apps.portal.map_data import language, say, station_url
from lantian.apps.portal.overview.assemble import Overview
from lantian.apps.portal.overview.quality import PointQuality
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats


@dataclass(frozen=True)
class QualityLine:
    """A point in the card: hours of the last 24 with a value, and how far behind it is."""

    name: str
    hours: int
    share: float
    late: str
    dead: bool
    url: str | None


def quality_view(page: Page, overview: Overview) -> dict[str, Any]:
    """Return the card of data quality: the worst points first."""
    found = overview.quality
    return {
        "reporting": found.reporting,
        "of": found.of,
        "complete": formats.percent(_decimal(found.complete), 1),
        "lines": [_quality_line(point, page) for point in found.points],
        "behind": len(found.behind),
        "how": how.quality_computation(page, overview),
        "last_import": page.last_import,
    }


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _quality_line(point: PointQuality, page: Page) -> QualityLine:
    if point.late is None:
        late = _("两天无数据")
    else:
        late = _("晚 %(age)s") % {"age": formats.span(timedelta(hours=point.late), language())} if point.late else ""
    return QualityLine(
        say(point.station.name),
        point.hours,
        round(point.hours / 24 * 100, 1),
        late,
        point.hours == 0,
        station_url(point.station.id, page.as_of.query),
    )
