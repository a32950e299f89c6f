"""How the overview's figures were computed (如何算出): formula in numbers, inputs, rounding, edition, snapshot."""

from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantian.apps.portal.map_data import hour_label, say, shown
from lantian.apps.portal.overview.assemble import RANKED_DAYS, Overview
from lantian.apps.portal.overview.calendar import YearCalendar
from lantian.apps.portal.overview.ranking import Ranking
from lantian.apps.portal.overview.target_card import TargetCard
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats
from lantian.apps.ui.components import Action, Computation, Step
from lantian.kernel.factors import SIX
from lantian.kernel.rounding import half_even


def one(exact: Fraction | None) -> Decimal | None:
    """Return an exact mean with the one decimal in which the page shows it."""
    return None if exact is None else half_even(exact, 1)


def _csv(name: str, page: Page) -> Action:
    return Action(_("所用数据 CSV"), reverse(f"portal:{name}") + page.as_of.query)


def _stations(overview: Overview) -> str:
    names = _("、").join(say(station.name) for station in overview.speaking[:4])
    more = _(" 等 %(n)d 个") % {"n": len(overview.speaking)} if len(overview.speaking) > 4 else ""
    return names + more


def index_computation(page: Page, overview: Overview) -> Computation:
    """The district's hourly index: the largest sub-index of the means of its stations."""
    hour, edition = overview.district, overview.edition
    parts = [f"{factor.value} {formats.number(part)}" for factor, part in hour.index.iaqi.items()]
    steps = [
        Step(
            factor.value,
            ngettext(
                "%(value)s %(unit)s → 分指数 %(part)s（%(found)d / %(of)d 点）",
                "%(value)s %(unit)s → 分指数 %(part)s（%(found)d / %(of)d 点）",
                hour.of,
            )
            % {
                "value": formats.number(shown(hour, factor, edition)),
                "unit": factor.unit,
                "part": formats.number(part),
                "found": hour.stations.get(factor, 0),
                "of": hour.of,
            },
        )
        for factor, part in hour.index.iaqi.items()
    ]
    return Computation(
        formula="max(" + ", ".join(parts) + ") = " + formats.number(hour.index.published),
        steps=[Step(_("时段"), _("%(hour)s，1 小时均值（后标）") % {"hour": hour_label(hour.end)}), *steps],
        rounding=_("浓度按 GB/T 8170 修约到整数（CO 一位小数），分指数进一取整"),
        edition=f"HJ 633-{edition.name}",
        rows=_("%(names)s 的逐项均值") % {"names": _stations(overview)},
        snapshot=page.snapshot.id,
        links=[_csv("hour-csv", page)],
    )


def rank_computation(page: Page, overview: Overview) -> Computation:
    """The district's place among the districts that have an index in this hour."""
    place, of = overview.rank or (0, 0)
    return Computation(
        formula=ngettext("指数由低到高第 %(place)d，共 %(of)d 个区", "指数由低到高第 %(place)d，共 %(of)d 个区", of)
        % {"place": place, "of": of},
        steps=[
            Step(_("范围"), _("本小时有评价点有效指数的区；其余区不参加")),
            Step(_("并列"), _("同值同名次")),
        ],
        edition=f"HJ 633-{overview.edition.name}",
        snapshot=page.snapshot.id,
        links=[_csv("hour-csv", page)],
    )


# The target card ----------------------------------------------------------------------------------------------


def _validity(card: TargetCard) -> str:
    found = card.position.validity
    words = ngettext("有效 %(valid)d / %(days)d 天", "有效 %(valid)d / %(days)d 天", card.position.days_passed) % {
        "valid": found.valid_days,
        "days": card.position.days_passed,
    }
    if found.valid:
        return words
    return words + _("，须 %(needed)d 天，不满足有效性") % {"needed": found.needed}


def _target_steps(card: TargetCard) -> list[Step]:
    record = card.record
    limit = f"{formats.number(record.value)} {record.unit}"
    to_date = card.position.to_date
    return [
        Step(_("年目标"), limit, say(record.citation)),
        Step(
            _("年初至 %(day)s 均值") % {"day": formats.month_day(card.position.today)},
            f"{formats.number(one(to_date.exact) if to_date else None)} µg/m³",
        ),
        Step(_("有效性"), _validity(card)),
        Step(_("点位"), _("、").join(say(name) for name in card.voices)),
    ]


def _target_base(card: TargetCard, page: Page, formula: str, extra: list[Step], rounding: str) -> Computation:
    edition = page.overview.rules.edition if page.overview else ""
    return Computation(
        formula=formula,
        steps=[*_target_steps(card), *extra],
        rounding=rounding,
        edition=f"HJ 663-{edition}",
        rows=ngettext(
            "区域逐日均值 %(n)d 天，由各点有效日均值平均",
            "区域逐日均值 %(n)d 天，由各点有效日均值平均",
            card.position.validity.valid_days,
        )
        % {"n": card.position.validity.valid_days},
        snapshot=page.snapshot.id,
        links=[_csv("target-csv", page)],
    )


def to_date_computation(card: TargetCard, page: Page) -> Computation:
    """The mean of the year so far."""
    position = card.position
    days = position.validity.valid_days
    exact = position.to_date.exact if position.to_date else Fraction(0)
    total = formats.number(half_even(exact * days, 1))
    formula = f"{total} ÷ {days} = {formats.number(one(exact))}"
    rounded = formats.number(position.to_date.rounded if position.to_date else None)
    extra = [Step(_("按标准修约"), f"{rounded} µg/m³")]
    return _target_base(card, page, formula, extra, _("GB/T 8170，页面示一位小数；与目标比较用标准的位数"))


def allowed_computation(card: TargetCard, page: Page) -> Computation:
    """The mean that the remaining days may have."""
    position = card.position
    to_date = formats.number(one(position.to_date.exact) if position.to_date else None)
    used, left = position.validity.valid_days, position.remaining_days
    limit = formats.number(position.target.value)
    value = formats.number(one(position.allowed.exact) if position.allowed else None)
    formula = f"({limit} × {used + left} − {to_date} × {used}) ÷ {left} = {value}"
    return _target_base(card, page, formula, [Step(_("余下天数"), str(left))], _("用未修约的均值计算，末了修约一次"))


def projection_computation(card: TargetCard, page: Page) -> Computation:
    """The end of the year as past years' same season lets it look."""
    found = card.position.projection
    if found is None:
        return _target_base(card, page, _("没有可用的往年同期数据，不作推算"), [], "")
    formula = _("%(draws)d 次抽样的中位数 %(mean)s，%(share)s %% 区间 %(low)s—%(high)s") % {
        "draws": found.draws,
        "mean": formats.number(found.mean),
        "share": formats.percent(found.coverage),
        "low": formats.number(found.low),
        "high": formats.number(found.high),
    }
    extra = [
        Step(_("方法"), _("余下日子以 %(n)d 天为块，取自往年同期") % {"n": found.block_days}),
        Step(_("往年"), _("、").join(str(year) for year in found.seasons)),
        Step(
            _("达标概率"),
            _("%(share)s %%：年均值按标准修约后不高于目标的抽样份额") % {"share": formats.percent(found.probability)},
        ),
        Step(_("随机种子"), str(card.seed)),
    ]
    return _target_base(card, page, formula, extra, _("每次抽样的年均值按标准位数修约后与目标比较"))


def change_computation(card: TargetCard, page: Page) -> Computation:
    """The change of the mean to date against the base year."""
    position = card.position
    now = formats.number(one(position.to_date.exact) if position.to_date else None)
    base = formats.number(one(position.base_to_date.exact) if position.base_to_date else None)
    change = formats.signed(position.change.rounded if position.change else None)
    extra = [Step(_("%(year)s 年同期均值") % {"year": position.target.base_year}, f"{base} µg/m³")]
    return _target_base(card, page, f"({now} − {base}) ÷ {base} × 100 = {change} %", extra, "")


# The other cards ------------------------------------------------------------------------------------------------


def calendar_computation(page: Page, overview: Overview, year: YearCalendar) -> Computation:
    """The index of each day of the year."""
    counts = year.counts()
    return Computation(
        formula=_("每日：max(各项分指数)；%(valid)d 天有效，%(invalid)d 天无效")
        % {"valid": counts.valid, "invalid": counts.invalid},
        steps=[
            Step(_("日均值"), _("各点日均值有效后平均；O3 取日最大 8 小时平均")),
            Step(_("点位"), _stations(overview)),
            Step(
                _("优良天"), ngettext("%(n)d 天，指数 ≤ 100", "%(n)d 天，指数 ≤ 100", counts.good) % {"n": counts.good}
            ),
            Step(
                _("重污染天"),
                ngettext("%(n)d 天，指数 > 200", "%(n)d 天，指数 > 200", counts.heavy) % {"n": counts.heavy},
            ),
        ],
        rounding=_("浓度按 GB/T 8170 修约到整数（CO 一位小数），分指数进一取整"),
        edition=_("按日期选用 HJ 633 版本，现为 %(name)s") % {"name": overview.edition.name},
        snapshot=page.snapshot.id,
        links=[_csv("days-csv", page)],
    )


def ranking_computation(page: Page, found: Ranking) -> Computation:
    """The means that are ranked."""
    return Computation(
        formula=_("名次：有效日均值的平均，由低到高"),
        steps=[
            Step(_("时段"), f"{formats.day(found.first)} — {formats.day(found.last)}"),
            Step(_("天数"), _("至多 %(n)d 天，各行另注所用天数") % {"n": RANKED_DAYS}),
            Step(_("区间"), _("未给出：尚无经检验的方法")),
        ],
        rounding=_("按未修约的均值排序，同值同名次；页面示一位小数"),
        edition=f"HJ 663-{page.overview.rules.edition}" if page.overview else "",
        snapshot=page.snapshot.id,
        links=[_csv("ranking-csv", page)],
    )


def quality_computation(page: Page, overview: Overview) -> Computation:
    """The completeness of the last day."""
    hours = sum(point.hours for point in overview.quality.points)
    return Computation(
        formula=_("有值数 ÷（点位 %(points)d × 项目 %(items)d × 24 时）= %(share)s %%")
        % {
            "points": overview.quality.of,
            "items": len(SIX),
            "share": formats.percent(_decimal(overview.quality.complete), 1),
        },
        steps=[
            Step(_("时段"), _("至 %(hour)s 的 24 小时") % {"hour": hour_label(overview.moment)}),
            Step(_("有任一项的小时"), str(hours)),
        ],
        rows=_("本区全部点位，含不参加评价的"),
        snapshot=page.snapshot.id,
        links=[_csv("hour-csv", page)],
    )


def _decimal(share: Fraction) -> Decimal:
    return half_even(share, 6)
