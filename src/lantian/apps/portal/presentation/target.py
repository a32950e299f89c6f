"""The target card: where the year stands, with the data of its chart."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantian.apps.portal import computations as how
from lantian.apps.portal.map_data import say
from lantian.apps.portal.overview.target_card import TargetCard
from lantian.apps.portal.presentation.calendar import MONTHS
from lantian.apps.portal.presentation.numbers import plain_number
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats
from lantian.apps.ui.components import Computation


@dataclass(frozen=True)
class TargetView:
    """The target card: figures as texts, their computations, the chart's data and its summary."""

    card: TargetCard
    limit: str
    cite: str
    to_date: Decimal | None
    standard: str
    allowed: Decimal | None
    probability: str
    change: str
    heavy_change: str
    validity: str
    valid: bool
    to_date_how: Computation
    allowed_how: Computation
    projection_how: Computation
    change_how: Computation
    chart: dict[str, Any]
    summary: str


def target_view(card: TargetCard, page: Page) -> TargetView:
    """Return the target card's texts."""
    position = card.position
    to_date = how.one(position.to_date.exact) if position.to_date else None
    projection = position.projection
    edition = page.overview.rules.edition if page.overview else ""
    return TargetView(
        card=card,
        limit=formats.number(card.record.value),
        cite=say(card.record.citation),
        to_date=to_date,
        standard=f"HJ 663-{edition}",
        allowed=how.one(position.allowed.exact) if position.allowed else None,
        probability=formats.percent(projection.probability) if projection else "",
        change=formats.signed(position.change.rounded) if position.change else "",
        heavy_change=_heavy_change(card),
        validity=ngettext("有效 %(valid)d / %(days)d 天", "有效 %(valid)d / %(days)d 天", position.days_passed)
        % {"valid": position.validity.valid_days, "days": position.days_passed},
        valid=position.validity.valid,
        to_date_how=how.to_date_computation(card, page),
        allowed_how=how.allowed_computation(card, page),
        projection_how=how.projection_computation(card, page),
        change_how=how.change_computation(card, page),
        chart=_target_chart(card),
        summary=_target_summary(card, to_date),
    )


def _heavy_change(card: TargetCard) -> str:
    if card.base_heavy_days is None:
        return ""
    return formats.signed(card.heavy_days - card.base_heavy_days)


def _target_chart(card: TargetCard) -> dict[str, Any]:
    position, projection = card.position, card.position.projection
    running = [plain_number(mean) for mean in card.running]
    return {
        "year": position.today.year,
        "first": f"{position.today.year}-01-01",
        "days": position.days_passed + position.remaining_days,
        "running": running,
        "limit": float(position.target.value),
        "limit_label": _("目标 %(value)s") % {"value": formats.number(position.target.value)},
        "projection": projection
        and {
            "mean": float(projection.mean),
            "low": float(projection.low),
            "high": float(projection.high),
            "label": _("预计 %(value)s") % {"value": formats.number(projection.mean)},
        },
        "months": [str(MONTHS[month - 1]) for month in range(1, 13)],
        "name": _("累计均值"),
        "unit": "µg/m³",
    }


def _target_summary(card: TargetCard, to_date: Decimal | None) -> str:
    return _("%(year)d 年 %(factor)s 累计均值曲线：至 %(day)s 为 %(value)s µg/m³，目标 %(limit)s µg/m³") % {
        "year": card.position.today.year,
        "factor": card.record.factor,
        "day": formats.month_day(card.position.today),
        "value": formats.number(to_date),
        "limit": formats.number(card.record.value),
    }
