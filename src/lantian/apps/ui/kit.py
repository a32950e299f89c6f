"""Examples for the component page (部件页): one invented, consistent hour, marked as sample data."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.apps.ui.components import Action, Choice, Clock, Column, Computation, Step, Table

LEVELS = (
    (1, "0—50"),
    (2, "51—100"),
    (3, "101—150"),
    (4, "151—200"),
    (5, "201—300"),
    (6, "301—500"),
)


def examples(now: datetime) -> dict[str, Any]:
    """Return what ``ui/kit.html`` shows."""
    return {
        "levels": LEVELS,
        "lamps": lamps(),
        "clocks": clocks(now),
        "computation": computation(),
        "figures": {"target": Decimal("78.0"), "change": Decimal("-38"), "missing": None},
        "table": table(),
        "choices": [Choice(name, name) for name in ("PM2.5", "PM10", "NO2", "O3")],
        "fields": [Choice("", _("全部")), Choice("a", _("建外")), Choice("b", _("垡头"))],
        "clear": Action(_("清除条件"), "?"),
        "colours": range(1, 7),
        "ramp": range(1, 6),
        "rows": range(3),
    }


def lamps() -> list[tuple[str, str]]:
    """Return each lamp with what it means."""
    return [
        ("g", _("时限已用不足 80 %")),
        ("y", _("时限已用 80 % 以上")),
        ("r", _("时限已过，已上报一级")),
        ("p", _("时钟停走，必附事由")),
        ("o", _("未起算、不适用、已销号")),
    ]


def clocks(now: datetime) -> list[Clock]:
    """Return a clock on schedule, one near its end, one overdue and one paused."""
    day, rule = timedelta(days=1), _("第十一条")
    verify, given = _("现场核验"), _("24 小时")
    return [
        Clock(verify, now - timedelta(minutes=19), now - timedelta(minutes=19) + day, given, rule),
        Clock(_("反馈来源"), now - timedelta(days=6, hours=20), now + timedelta(hours=3, minutes=12), _("7 天"), rule),
        Clock(verify, now - day - timedelta(minutes=80), now - timedelta(minutes=80), given, told=_("已报分管领导")),
        Clock(_("复测"), now - 3 * day, now + 2 * day, _("5 天"), paused_since=now - day, reason=_("等待维修单")),
    ]


def computation() -> Computation:
    """Return the worked example of an allowed mean."""
    return Computation(
        formula=_("（52 × 366 − 48.9 × 327）÷ 39"),
        steps=(
            Step(_("年目标"), "52 µg/m³", _("第二条")),
            Step(_("年初至 11-22 均值"), _("48.9 µg/m³，有效 325 / 327 天")),
        ),
        rounding=_("GB/T 8170，一位小数"),
        snapshot="S-20201123-1000",
        links=(Action(_("所用数据 CSV"), "#"), Action(_("方法"), "#")),
    )


def table() -> Table:
    """Return a table with a missing value, a zero and a value over its limit."""
    columns = (
        Column(_("序号"), "no"),
        Column(_("监测站点")),
        Column("PM2.5", "number", "µg/m³"),
        Column("O3", "number", "µg/m³"),
        Column(_("有效"), "number", "h", rank=2),
    )
    rows = (
        ("1", _("奥体中心"), "48.9", "66", "24"),
        ("2", _("农展馆"), "—", "71", "19"),
        ("3", _("东四环"), "−0.4", "0", "24"),
    )
    return Table(columns, rows, _("示例"))
